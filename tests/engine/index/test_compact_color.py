"""Photos by their colors in the compact index: the answers of the exact one, also after removals and when opened again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.index import color_columns
from app.engine.index.color import ColorIndex
from app.engine.index.color_columns import ColorColumns
from app.engine.index.ids import Ids
from tests.engine.index.test_conformance import StoredColorIndex, color_rows

COLORS: tuple[Sequence[str], ...] = (["#d02020"], ["#2050c0"], ["#808080"], ["#d02020", "#2050c0"], ["#101010"])
ROWS = color_rows(1_500)


def both(rows: NDArray[np.uint8]) -> tuple[ColorIndex, StoredColorIndex]:
    exact, compact = ColorIndex(), StoredColorIndex({})
    for index in (exact, compact):
        index.add(np.arange(len(rows)), rows)
    return exact, compact


def assert_alike(exact: ColorIndex, compact: StoredColorIndex, k: int, allowed: Ids | None = None) -> None:
    """The exact index estimates shares from 8 bits, the compact one reads them: they differ by a rounding."""
    for colors in COLORS:
        _, best = exact.search_colors(colors, k, allowed)
        ids, shares = compact.search_colors(colors, k, allowed)
        assert len(ids) == len(best) and len(set(ids.tolist())) == len(ids)
        assert np.allclose(shares, best, atol=0.01) and (np.diff(shares) <= 0).all()
        assert allowed is None or np.isin(ids, allowed).all()


def test_the_photos_with_most_of_a_color_are_those_of_the_exact_index() -> None:
    exact, compact = both(ROWS)
    assert_alike(exact, compact, 20)
    assert_alike(exact, compact, 20, np.arange(0, 1_500, 7))
    assert_alike(exact, compact, 5, np.array([3, 10**9]))


def test_none_of_none() -> None:
    compact = StoredColorIndex({})
    assert compact.search_colors(["#ff0000"], 5)[0].tolist() == []
    compact.add(np.arange(20), ROWS[:20])
    assert compact.search_colors(["#ff0000"], 0)[0].tolist() == []
    assert compact.search_colors(["#ff0000"], 5, np.empty(0, np.int64))[0].tolist() == []
    assert len(compact.search_colors(["#ff0000"], 500)[0]) == 20


def test_removed_and_replaced_photos_count_as_they_are_now() -> None:
    exact, compact = both(ROWS)
    for index in (exact, compact):
        index.remove(range(1_400))
        index.add(np.arange(1_450, 1_470), ROWS[:20])
    assert compact._columns._dead < 1_420, "empty slots are closed at some time"
    assert_alike(exact, compact, 30)


def test_opened_again_it_answers_as_before(tmp_path: Path) -> None:
    exact, compact = both(ROWS)
    compact.remove([4, 5])
    exact.remove([4, 5])
    compact.save(tmp_path / "color")
    again = StoredColorIndex(compact.stored)
    again.restore(tmp_path / "color")
    assert_alike(exact, again, 20)
    again.add(np.array([4]), ROWS[4:5])
    exact.add(np.array([4]), ROWS[4:5])
    assert_alike(exact, again, 20)


def test_slots_of_other_photos_are_refused(tmp_path: Path) -> None:
    compact = both(ROWS[:50])[1]
    compact.save(tmp_path / "color")
    with (tmp_path / "color.slots").open("wb") as file:
        np.save(file, np.arange(1, 51))
    with pytest.raises(ValueError, match="belong together"):
        StoredColorIndex({}).restore(tmp_path / "color")


def test_columns_span_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(color_columns, "BLOCK", 64)
    columns, roots = ColorColumns(), np.random.default_rng(0).dirichlet(np.full(512, 0.02), 300).astype(np.float32) ** 0.5
    for at in range(0, 300, 37):
        columns.append(np.arange(at, min(300, at + 37)), roots[at : at + 37])
    columns.remove(np.arange(10, 90))
    weights = np.zeros((512, 1), np.float32)
    weights[5] = weights[130] = 1
    true = (np.rint(15 * roots) / 15)[:, [5, 130]]
    shares = (true**2).sum(axis=1)
    for made in (columns, ColorColumns.of(*columns.packed())):
        ids, found = made.best(weights, 220, None)
        assert sorted(ids.tolist()) == [*range(10), *range(90, 300)]
        assert np.allclose(found, np.maximum(shares[ids], 1e-12), atol=1e-5)
        few, _ = made.best(weights, 4, np.arange(80, 200))
        assert few.tolist() == (90 + np.lexsort((np.arange(110), -shares[90:200]))[:4]).tolist()
