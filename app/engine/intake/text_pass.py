"""The pass that reads text in pictures: after the second one, slowly, and what is likely a page, a screen or a sign first."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from app.engine.features.ocr.extractor import TextExtractor
from app.engine.features.ocr.likely import LEAST, likelihood
from app.engine.intake.second_pass import LaterListener, Rows, SecondPass
from app.engine.library.store import Library
from app.engine.texts import TextSource

THREADS = max(1, min(4, (os.cpu_count() or 2) // 4))
"""Each may hold half a gigabyte for a large page."""
NICENESS = 10


class TextPass(SecondPass):
    """Reads photos that were looked at for signs of text; those without any are marked as read.

    Texts are kept in the catalogue by content. A kill loses at most the pages at hand.
    """

    batch = 4

    def __init__(self, library: Library, extractor: TextExtractor, listener: LaterListener) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "text", initializer=_stand_back)
        super().__init__(library, [extractor], listener, pool=self._threads, workers=THREADS)
        self._extractor = extractor

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    def _ready(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        rows = self._rows_of(digests)
        without = [digest for digest, row in zip(digests, rows, strict=True) if row and likelihood(row) < LEAST]
        self._library.catalog.mark_extracted(self._extractor.version, without)
        return [digest for digest, row in zip(digests, rows, strict=True) if likelihood(row) >= LEAST]

    def _in_turn(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        likely = dict(zip(digests, map(likelihood, self._rows_of(digests)), strict=True))
        return sorted(digests, key=likely.__getitem__, reverse=True)

    def _keep(self, rows: Rows) -> None:
        for digest, found in rows.get(self._extractor.version, {}).items():
            self._library.catalog.write_text(digest, TextSource.OCR, found.text, found.boxes)

    def _rows_of(self, digests: Sequence[bytes]) -> Sequence[bytes | None]:
        return self._library.vectors.get_many(self._extractor.likelihood.version, digests)


def _stand_back() -> None:
    """Let everything else that the computer does go first, where a single thread can (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
