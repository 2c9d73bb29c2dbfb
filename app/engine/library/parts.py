"""Which photos show a part of each other, as was proved once: derived, and kept so that it need not be proved again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.library.database import Database
from app.engine.types import Box


@dataclass(frozen=True, slots=True)
class PartPair:
    """Two photos by their ids: the first lies in `box` of the second, which shows the `share` 0..1 of the first.

    `alike` is how much of what both show is the same, pixel by pixel, 0..1.
    """

    first: int
    second: int
    box: Box
    share: float
    alike: float


class PartPairs(Database):
    """The table `parts`."""

    def part_pairs(self) -> tuple[PartPair, ...]:
        """All, of photos that have files."""
        held = "EXISTS (SELECT 1 FROM files WHERE photo_id = {})"
        sql = f"SELECT * FROM parts WHERE {held.format('first')} AND {held.format('second')} ORDER BY first, second"
        return tuple(PartPair(a, b, (x, y, w, h), share, alike) for a, b, x, y, w, h, share, alike in self._all(sql))

    def put_part_pairs(self, pairs: Iterable[PartPair]) -> None:
        """Keep pairs, in place of what was known of the same photos."""
        rows = [(pair.first, pair.second, *pair.box, pair.share, pair.alike) for pair in pairs]
        if rows:
            with self._transaction(grows=False) as connection:
                connection.executemany("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def drop_part_pairs(self) -> None:
        """Forget all."""
        with self._transaction(grows=False) as connection:
            connection.execute("DELETE FROM parts")
