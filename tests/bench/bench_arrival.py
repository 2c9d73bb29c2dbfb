"""How long after a photo is copied into a watched folder it is found by words, with the engine as the window runs it.

    python -m tests.bench.bench_arrival FOLDER

The photos of the folder are copied one by one; each is asked for by words until it is among the hits. Beside it: the time that
decoding and reading one such photo takes by itself.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path

from app.engine import requests as r
from app.engine.features.active import Extractors
from app.engine.intake.decode import open_picture
from app.engine.service import Engine
from app.engine.types import Facet, Query

_PHOTOS = 10


class Asking:
    """An engine in its thread, asked synchronously."""

    def __init__(self, library: Path) -> None:
        self.engine = Engine(library, self._on_event)
        self._answers: dict[int, object] = {}
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self.engine.run)
        self._thread.start()

    def _on_event(self, event: r.Event) -> None:
        if isinstance(event, r.Done | r.Failed):
            with self._news:
                self._answers[event.ticket] = event
                self._news.notify_all()

    def ask(self, request: r.Request) -> object:
        """Wait for the answer."""
        ticket = self.engine.submit(request)
        with self._news:
            self._news.wait_for(lambda: ticket in self._answers, 60)
            event = self._answers.pop(ticket)
        assert isinstance(event, r.Done), event
        return event.answer

    def found_by_words(self, name: str) -> bool:
        """Whether a photo is among the hits of a text query that asks for everything."""
        answer = self.ask(r.Search(Query(text="a photo", facets=(Facet.MEANING,), k=None)))
        return any(hit.row.name == name for hit in answer.hits)  # type: ignore[attr-defined]

    def close(self) -> None:
        """End the engine."""
        self.engine.stop()
        self._thread.join()


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    files = sorted(p for p in parser.parse_args().folder.iterdir() if p.suffix.lower() == ".jpg")
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        watched = Path(made) / "watched"
        watched.mkdir()
        asking = Asking(Path(made) / "library")
        asking.ask(r.AddFolders((str(watched),)))
        spent = []
        for file in files[:_PHOTOS]:
            shutil.copy(file, watched)
            started = time.perf_counter()
            while not asking.found_by_words(file.name):
                time.sleep(0.02)
            spent.append(time.perf_counter() - started)
        asking.close()
        meaning = Extractors().of(Facet.MEANING)
        alone = []
        for file in files[: _PHOTOS + 1]:
            started = time.perf_counter()
            meaning.extract([meaning.prepare(open_picture(file).picture)])
            alone.append(time.perf_counter() - started)
    print(f"found by words after {statistics.median(spent):.2f} s in the median, {max(spent):.2f} s at most (aim <= 5)")
    each = statistics.median(alone[1:])
    print(f"reading one by itself {each:.3f} s, ratio {statistics.median(spent) / each:.0f}")


if __name__ == "__main__":
    main()
