"""Groups and photos in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.copies import DuplicateKind, Relation, Stays
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
    ("kind", "stays", "said"),
    [
        (DuplicateKind.BURST, Stays.SHOT, "kept: another shot"),
        (DuplicateKind.RAW_JPEG, Stays.SHOT, "kept: belongs together"),
        (DuplicateKind.CROPPED, Stays.PART, "kept: shows more or less"),
        (DuplicateKind.EDITED, Stays.PLACE, "kept: differs in one place"),
        (DuplicateKind.RESIZED, Stays.RAW, "kept: camera raw"),
        (DuplicateKind.SAME_PIXELS, Stays.SEVERAL, "kept: may hold more pages"),
        (DuplicateKind.RESIZED, None, ""),
    ],
)
def test_it_is_said_why_a_copy_is_not_suggested(qapp: QApplication, kind: DuplicateKind, stays: Stays | None, said: str) -> None:
    keeper, other = group(1).photos
    kept = replace(other, keep=True, relation=Relation(kind), stays=stays)
    assert says.why_kept(kept) == said
    assert said in says.facts(kept, keeper)
    assert says.why_kept(keeper) == ""
    assert says.why_kept(replace(kept, keep=False)) == ""
    alone = replace(group(1), kind=kind, photos=(keeper, kept))
    assert says.suggestion(alone).startswith("Nothing is suggested")


def test_every_reason_to_stay_has_its_words_and_a_link_says_that_it_takes_no_space(qapp: QApplication) -> None:
    keeper, other = group(1).photos
    told = {stays: says.why_kept(replace(other, keep=True, stays=stays)) for stays in Stays}
    assert not told.pop(Stays.PROTECTED), "its mark says that"
    assert all(told.values())
    one, two = (
        replace(photo, linked=1, relation=photo.relation and Relation(DuplicateKind.IDENTICAL)) for photo in (keeper, other)
    )
    assert "takes no space" in says.facts(two, one) and "takes no space" not in says.facts(one, one)
