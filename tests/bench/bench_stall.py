"""The longest the window's thread is held up while photos are indexed and the gallery shows them, beside the same window at rest.

    python -m tests.bench.bench_stall FOLDER [--photos 2000]

The photos of the folder are copied, and told apart by a few bytes at the end, until there are enough.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QTimer, Slot

from app.engine.requests import IndexingEnded
from app.ui import theme
from app.ui.application import SWITCH_S, make_application
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow

_TICK_MS = 5


class Ticker(QObject):
    """Notes how late each tick of a timer comes."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(1000 * (now - self._last) - _TICK_MS)
        self._last = now

    def take(self) -> list[float]:
        """The delays since the last call, longest first."""
        taken, self.late_ms = sorted(self.late_ms, reverse=True), []
        return taken


def make_photos(source: Path, target: Path, count: int) -> None:
    """`count` different files from the pictures of a folder."""
    files = sorted(p for p in source.rglob("*") if p.suffix.lower() in {".jpg", ".jpeg"})
    for number, file in zip(range(count), itertools.cycle(files), strict=False):
        (target / f"{number:05}.jpg").write_bytes(file.read_bytes() + number.to_bytes(4, "big"))


def main() -> None:
    """Print the delays."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=2000)
    options = parser.parse_args()
    import sys

    sys.setswitchinterval(SWITCH_S)
    app = make_application()
    theme.apply("system")
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        photos, library = Path(made) / "photos", Path(made) / "library"
        photos.mkdir()
        make_photos(options.folder, photos, options.photos)
        bridge = Bridge(library)
        window = MainWindow(bridge, [str(photos)])
        window.resize(1440, 900)
        window.show()
        ticker = Ticker()
        started = time.perf_counter()
        QTimer.singleShot(0, bridge.start)
        ended: list[IndexingEnded] = []
        bridge.indexing_ended.connect(ended.append)
        while not any(e.report.found >= options.photos for e in ended):
            app.processEvents()
            time.sleep(0.0005)
        spent = time.perf_counter() - started
        busy = ticker.take()
        rest_until = time.perf_counter() + 10
        while time.perf_counter() < rest_until:
            app.processEvents()
            time.sleep(0.0005)
        rest = ticker.take()
        print(f"{options.photos} photos in {spent:.0f} s; delays of a {_TICK_MS} ms timer of the window's thread")
        print(
            f"while reading: longest {', '.join(f'{d:.0f}' for d in busy[:5])} ms; 99.9 % within {busy[len(busy) // 1000]:.0f} ms"
        )
        print(f"at rest: longest {rest[0]:.0f} ms; ratio {busy[0] / max(1.0, rest[0]):.1f} (aim: longest <= 100 ms)")
        window.close()
        bridge.close()


if __name__ == "__main__":
    main()
