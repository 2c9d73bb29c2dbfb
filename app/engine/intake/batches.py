"""The model lane: collects prepared pictures into batches, one batch in the model at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError
from app.engine.features.base import Extractor
from app.engine.features.together import Together
from app.engine.intake.file_reader import FileRead
from app.engine.types import Facet

BATCH = 16


@dataclass(frozen=True, slots=True)
class Extracted:
    """A batch that has been through the model: {feature version: {digest: row}}."""

    reads: Sequence[FileRead]
    rows: dict[str, dict[bytes, NDArray[Any]]]


class ModelLane:
    """Runs every extractor over a batch. An extractor that fails is left out from then on and named once."""

    def __init__(
        self, executor: Executor, extractors: Sequence[Extractor], on_failure: Callable[[Facet, str, str], None]
    ) -> None:
        self._executor = executor
        self._extractors = list(extractors)
        self._on_failure = on_failure

    def submit(self, reads: Sequence[FileRead]) -> Future[Extracted]:
        """Extract a batch in the lane."""
        return self._executor.submit(self._extract, reads)

    def _extract(self, reads: Sequence[FileRead]) -> Extracted:
        rows: dict[str, dict[bytes, NDArray[Any]]] = {}
        extractors = tuple(self._extractors)
        # The same bytes may be in one batch twice; they are read once.
        wanted = {
            e.version: {r.photo.digest: r.prepared[e.version] for r in reads if e.version in r.prepared} for e in extractors
        }
        together = Together(extractors, wanted)
        for extractor in extractors:
            if wanted[extractor.version]:
                made = self._run(extractor, together)
                if made is not None:
                    rows[extractor.version] = dict(zip(wanted[extractor.version], made, strict=True))
        return Extracted(reads, rows)

    def _run(self, extractor: Extractor, together: Together) -> NDArray[Any] | None:
        try:
            made = together.rows(extractor)
        except FacetError as error:
            self._fail(extractor, error.code, str(error))
        except (RuntimeError, ImportError, OSError, ValueError, MemoryError) as error:
            self._fail(extractor, "model", f"{extractor.facet} cannot be read: {error}")
        else:
            if not np.issubdtype(made.dtype, np.floating) or bool(np.isfinite(made).all()):
                return made
            self._fail(extractor, "model", f"{extractor.facet} gave numbers that are not finite")
        return None

    def _fail(self, extractor: Extractor, code: str, message: str) -> None:
        if extractor in self._extractors:
            self._extractors.remove(extractor)
            self._on_failure(extractor.facet, code, message)
