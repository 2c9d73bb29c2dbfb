"""Sees, photo by photo, which others show a part of it, once its points are stored."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, wait
from itertools import islice

from app.engine.errors import LibraryError
from app.engine.library.catalog import Catalog
from app.engine.library.parts import PartPair
from app.engine.requests import DuplicatesChanged, Event
from app.engine.search.part_relations import PartRelations
from app.engine.types import PhotoRow

log = logging.getLogger(__name__)

EVERY_S = 5.0
"""Whoever shows duplicates is told of new ones not more often."""
AT_ONCE = 16
"""So many photos are related to the others in one step, some tenths of a second."""


def related(version: str) -> str:
    """Marks photos for which it is known by rows of this version which others show a part of them."""
    return f"parts-1-{version}"


class Relating:
    """Relates photos to all others, several at a time in a pool. For the engine thread."""

    def __init__(
        self,
        catalog: Catalog,
        relations: PartRelations,
        version: Callable[[], str],
        emit: Callable[[Event], None],
        *,
        pool: Executor,
    ) -> None:
        self._catalog = catalog
        self._version = version  # of the points
        self._relations = relations
        self._emit = emit
        self._pool = pool
        self._waiting: deque[bytes] = deque()
        self.stuck = False
        """What was found could not be kept (a full disk): nothing is done, and nothing dropped, until this is false again."""
        self._new_pairs, self._told = False, 0.0

    @property
    def left(self) -> int:
        """How many photos wait."""
        return len(self._waiting)

    def complete(self) -> int:
        """Take up every photo that has points and was not related yet; how many wait that did not before."""
        before = self.left
        self._waiting = deque(self._catalog.extracted_but(self._version(), related(self._version())))
        return max(0, self.left - before)

    def take_up(self, digests: Iterable[bytes]) -> None:
        """These have points now."""
        self._waiting.extend(digests)

    def drop(self) -> None:
        """Leave what waits for the next time that `complete` is called."""
        self._waiting.clear()

    def step(self, seconds: float) -> None:
        """Relate the next few, or wait at most so long for what that needs; they are marked once what was found is kept.

        Raises a LibraryError (DiskFull), and is stuck then.
        """
        if not self._relations.ready(seconds):
            return
        digests = [*islice(self._waiting, AT_ONCE)]
        ids = {digest: number for digest in digests if (number := self._catalog.photo_id(digest)) is not None}
        numbers = [*ids.values()]
        asked = [self._pool.submit(self._related, number, frozenset(numbers[:at])) for at, number in enumerate(numbers)]
        wait(asked)  # all of them, before anything else reads the catalogue or one of them raises
        pairs = {digest: found for digest, one in zip(ids, asked, strict=True) if (found := one.result()) is not None}
        found = [pair for of_one in pairs.values() for pair in of_one]
        try:
            self._catalog.put_part_pairs(found)
            self._catalog.mark_extracted(related(self._version()), pairs)
        except LibraryError:
            self.stuck = True
            raise
        for _ in digests:
            self._waiting.popleft()
        self._new_pairs |= bool(found)
        self._tell()

    def _related(self, photo_id: int, before: frozenset[int]) -> list[PartPair] | None:
        """The pairs of one photo; None where it could not be related, and is left for the next start.

        `before`: those that were begun before it and are not marked yet.
        """

        def settled(copies: Sequence[PhotoRow]) -> bool:
            begun = any(copy.photo_id in before for copy in copies)
            return begun or self._catalog.any_extracted(related(self._version()), [copy.digest for copy in copies])

        try:
            return list(self._relations.of(photo_id, settled))
        except LibraryError:
            self.stuck = True
            raise
        except Exception:  # one photo that cannot be compared must not end the comparing of all the others
            log.warning("a photo could not be compared with the others", exc_info=True)
            return None

    def _tell(self) -> None:
        now = time.monotonic()
        if self._new_pairs and (not self._waiting or now - self._told > EVERY_S):
            self._new_pairs, self._told = False, now
            self._emit(DuplicatesChanged())
