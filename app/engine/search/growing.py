"""An index that is built in the background while another one answers."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

from app.engine.errors import Cancelled, FacetError
from app.engine.search.making import Maker
from app.engine.types import Facet

if TYPE_CHECKING:
    from app.engine.index.base import VectorIndex

log = logging.getLogger(__name__)


class Growing:
    """One index at a time. `start`, `take` and `close` are called by one thread."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._facet: Facet | None = None
        self._old: VectorIndex | None = None
        self._new: VectorIndex | None = None
        self._failed: WeakSet[VectorIndex] = WeakSet()

    @property
    def busy(self) -> bool:
        """Whether one is being built, or waits to be taken."""
        return self._thread is not None

    def start(self, facet: Facet, old: VectorIndex) -> None:
        """Build what is right for the photos that `old` holds; one for which that failed is not tried again."""
        if self.busy or self._stop.is_set() or old in self._failed:
            return
        self._facet, self._old, self._new = facet, old, None
        self._thread = threading.Thread(target=self._build, args=(facet, old), name="index", daemon=True)
        self._thread.start()

    def take(self) -> tuple[Facet, VectorIndex, VectorIndex] | None:
        """Facet, old and new index, once it is built; the photos that came or went meanwhile are not in it."""
        if self._thread is None or self._thread.is_alive():
            return None
        self._thread.join()
        self._thread = None
        facet, old, new, self._old, self._new = self._facet, self._old, self._new, None, None
        if facet is None or old is None or new is None:
            return None
        return facet, old, new

    def close(self) -> None:
        """Give up; what runs ends at its next step."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _build(self, facet: Facet, old: VectorIndex) -> None:
        try:
            new = self._maker.build(facet, old.ids(), self._stop.is_set)
            if self._maker.outgrown(facet, new):
                raise ValueError("there are too few sound rows")
            self._new = new
        except Cancelled:
            return
        except (FacetError, OSError, RuntimeError, ValueError, MemoryError) as error:
            self._failed.add(old)
            log.warning("an index could not be made smaller: %s: %s", type(error).__name__, error)
