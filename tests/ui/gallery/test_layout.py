"""Where photos lie: the arithmetic agrees with itself for many shapes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from app.ui.gallery import moving
from app.ui.gallery.layout import GridLayout

GRIDS = st.builds(
    GridLayout,
    width=st.integers(60, 2500),
    cell=st.integers(80, 320),
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=12).map(tuple),
    heading=st.sampled_from([0, 42]),
    top=st.integers(0, 12),
    mirrored=st.booleans(),
)


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_every_photo_is_found_where_it_lies(grid: GridLayout) -> None:
    for row in range(grid.rows):
        rect = grid.rect(row)
        assert rect.width() == rect.height() == grid.side
        for corner in (rect.topLeft(), rect.bottomRight(), rect.center()):
            assert grid.row_at(corner.x(), corner.y()) == row


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_photos_never_overlap_and_stay_inside(grid: GridLayout) -> None:
    rects = [grid.rect(row) for row in range(grid.rows)]
    whole = QRect(0, 0, max(grid.width, grid.side + 2 * grid.margin), grid.height)
    assert all(whole.contains(rect) or grid.mirrored for rect in rects)
    assert all(not a.intersects(b) for a, b in pairwise(rects))
    assert all(not rects[0].intersects(other) for other in rects[1:])


@given(GRIDS, st.integers(-50, 3000), st.integers(0, 900))
@settings(max_examples=80, deadline=None)
def test_a_band_holds_all_photos_that_it_touches(grid: GridLayout, top: int, height: int) -> None:
    band = grid.rows_between(top, top + height)
    touched = {row for row in range(grid.rows) if grid.rect(row).top() <= top + height and grid.rect(row).bottom() >= top}
    assert touched <= set(band)


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_up_and_down_lead_to_the_neighboring_lines(grid: GridLayout) -> None:
    for row in range(grid.rows):
        above, below = grid.above(row), grid.below(row)
        assert above == row or grid.rect(above).bottom() < grid.rect(row).top()
        assert below == row or grid.rect(below).top() > grid.rect(row).bottom()
        assert (above == row) == all(grid.rect(other).top() >= grid.rect(row).top() for other in range(grid.rows))
        assert (below == row) == all(grid.rect(other).top() <= grid.rect(row).top() for other in range(grid.rows))


@given(GRIDS, st.integers(0, 800), st.integers(0, 800), st.integers(1, 600), st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_a_frame_chooses_what_it_touches(grid: GridLayout, x: int, y: int, width: int, height: int) -> None:
    frame = QRect(x, y, width, height)
    chosen = {row for first, last in moving.spans_in(grid, frame) for row in range(first, last + 1)}
    assert chosen == {row for row in range(grid.rows) if grid.rect(row).intersects(frame)}


def test_cells_fill_the_width_of_the_row() -> None:
    grid = GridLayout(width=1166, cell=160, counts=(12, 28))
    assert grid.columns == 7
    left, right = grid.rect(0).left(), grid.rect(6).right() + 1
    assert left == 12
    assert 0 <= 1166 - 12 - right < grid.columns
    assert grid.rect(1).left() - grid.rect(0).right() - 1 == 4


def test_an_empty_grid_has_no_photos() -> None:
    grid = GridLayout(width=500, cell=160, counts=())
    assert (grid.rows, grid.height) == (0, 0)
    assert grid.row_at(20, 20) is None
    assert list(grid.rows_between(0, 500)) == []
