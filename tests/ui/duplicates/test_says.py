"""Groups and photos in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.copies import DuplicateKind, Relation
from app.ui.duplicates import says
from tests.ui.duplicates.conftest import group


@pytest.mark.parametrize(
    ("width", "size", "said", "title"),
    [
        (4000, 400_000, "more compressed", "Saved again"),
        (4000, 990_000, "saved again", "Saved again"),
        (4000, 2_000_000, "saved again", "Saved again"),
        (1000, 2_000_000, "smaller copy", "Resized copies"),
        (8000, 400_000, "larger copy", "Resized copies"),
    ],
)
def test_a_copy_is_named_by_what_differs(qapp: QApplication, width: int, size: int, said: str, title: str) -> None:
    keeper, other = group(1, DuplicateKind.RESIZED).photos
    other = replace(other, width=width, height=width * 3 // 4, bytes=size)
    assert says.relation(other, keeper) == said
    assert says.title(replace(group(1), photos=(keeper, other))) == title


@pytest.mark.parametrize(
    ("kind", "distance", "said"),
    [
        (DuplicateKind.BURST, None, "kept: another shot"),
        (DuplicateKind.RAW_JPEG, None, "kept: belongs together"),
        (DuplicateKind.CROPPED, None, "kept: shows more or less"),
        (DuplicateKind.RESIZED, 4, ""),
    ],
)
def test_it_is_said_why_a_copy_is_not_suggested(qapp: QApplication, kind: DuplicateKind, distance: int | None, said: str) -> None:
    keeper, other = group(1).photos
    kept = replace(other, keep=True, relation=Relation(kind, None, distance))
    assert says.why_kept(kept) == said
    assert said in says.facts(kept, keeper)
    assert says.why_kept(keeper) == ""
    assert says.why_kept(replace(kept, keep=False)) == ""
    alone = replace(group(1), kind=kind, photos=(keeper, kept))
    assert says.suggestion(alone).startswith("Nothing is suggested")
