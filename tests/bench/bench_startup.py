"""Time from starting the process to the first painted window, against starting Python with a bare Qt window.

python -m tests.bench.bench_startup [--library DIR]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

_ROUNDS = 7
_TELL = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Painted(QObject):
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint and isinstance(target, QMainWindow):
            print(time.time(), flush=True)
            QTimer.singleShot(0, QApplication.instance().quit)
            target.removeEventFilter(self)
        return False
"""
_BARE = (
    _TELL
    + """
app = QApplication([]); window = QMainWindow(); seen = Painted(); window.installEventFilter(seen); window.show(); app.exec()
"""
)
_FACET = (
    """
import sys
from app.__main__ import main
import app.ui.application as application
"""
    + _TELL
    + """
seen = Painted()
make = application.MainWindow
def made(*given):
    window = make(*given)
    window.installEventFilter(seen)
    return window
application.MainWindow = made
sys.exit(main(["--library", sys.argv[1]]))
"""
)


def first_paint_s(script: str, *arguments: str) -> float:
    """Seconds from starting a process to the first paint of its main window."""
    started = time.time()
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, env=environment, check=True
    )
    return float(run.stdout.split()[0]) - started


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="an existing library (default: a new one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as empty:
        bare, facet = [], []
        first_paint_s(_FACET, options.library or empty)
        for _ in range(_ROUNDS):
            bare.append(first_paint_s(_BARE))
            facet.append(first_paint_s(_FACET, options.library or empty))
    print(f"bare Qt window {statistics.median(bare):.2f} s, Facet {statistics.median(facet):.2f} s (aim <= 1)")
    print(f"ratio {statistics.median(f / b for f, b in zip(facet, bare, strict=True)):.2f}")


if __name__ == "__main__":
    main()
