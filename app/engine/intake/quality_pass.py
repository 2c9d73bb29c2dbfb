"""The pass that sees how well pictures were kept, for photos that were read before that was known; it comes after all others."""

from __future__ import annotations

from concurrent.futures import Executor

from app.engine.features.quality import QualityReader
from app.engine.intake.second_pass import LaterListener, Rows, SecondPass
from app.engine.library.store import Library


class QualityPass(SecondPass):
    """What it reads goes into columns of the catalogue: whether a photo lacks it is seen there."""

    def __init__(self, library: Library, listener: LaterListener, *, pool: Executor, workers: int) -> None:
        reader = QualityReader()
        self.version = reader.version
        lacking = library.catalog.without_quality
        super().__init__(library, [reader], listener, pool=pool, workers=workers, missing=lambda _version: lacking())

    def _keep(self, rows: Rows) -> None:
        self._library.catalog.put_qualities(rows.get(self.version, {}))

    def _mark(self, rows: Rows) -> None:
        """The columns say it."""
