"""Which file is kept, and the words for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.copies import DuplicateKind, Relation
from app.engine.duplicates.rules import FileRow, other_shot, rank, why_kept, why_not
from app.engine.types import Turn

FILE = FileRow("/p/a.jpg", 1, b"a" * 16, bytes=1000, width=400, height=300, taken="2024-05-01T10:00:00", camera=True)


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        (replace(FILE, path="/p/b.jpg", width=200), "most pixels"),
        (replace(FILE, path="/p/b.jpg", camera=False, bytes=5000), "has the camera's data"),
        (replace(FILE, path="/p/b.jpg", bytes=999), "largest file"),
        (replace(FILE, path="/p/b.jpg", taken="2025-01-01T00:00:00"), "earliest date"),
        (replace(FILE, path="/p/b.jpg", taken=None), "earliest date"),
        (replace(FILE, path="/p/a (1).jpg"), "shortest folder and file name"),
        (replace(FILE, path="/p/b.jpg"), "first by name"),
    ],
)
def test_the_stronger_reason_decides_and_is_said(worse: FileRow, why: str) -> None:
    assert min((worse, FILE), key=rank) == FILE
    assert why_kept(FILE, [worse]) == why


def test_every_reason_that_sets_one_apart_is_said() -> None:
    others = [replace(FILE, path="/p/small.jpg", width=20), replace(FILE, path="/p/a copy.jpg")]
    assert why_kept(FILE, others) == "most pixels, shortest folder and file name"


def test_a_keeper_that_is_not_the_best_says_so() -> None:
    assert why_kept(FILE, [replace(FILE, path="/p/b.jpg", width=800)]) == "most like all the others"


@pytest.mark.parametrize(
    ("change", "relation", "words"),
    [
        ({}, Relation(DuplicateKind.IDENTICAL, distance=0), "the same file again"),
        ({"width": 100}, Relation(DuplicateKind.RESIZED, None, 4), "fewer pixels"),
        ({"bytes": 10}, Relation(DuplicateKind.RESIZED, None, 4), "saved smaller"),
        ({"bytes": 1000}, Relation(DuplicateKind.RESIZED, None, 4), "saved again"),
        ({}, Relation(DuplicateKind.EDITED, None, 70), "edited"),
        ({"width": 100}, Relation(DuplicateKind.TURNED, Turn.ROTATE90, 4), "turned right, fewer pixels"),
        ({}, Relation(DuplicateKind.TURNED, Turn.MIRROR, 4), "mirrored"),
    ],
)
def test_what_a_copy_is_beside_the_kept_one(change: dict[str, int], relation: Relation, words: str) -> None:
    assert why_not(replace(FILE, path="/p/b.jpg", **change), FILE, relation) == words


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("2024-05-01T10:00:00", "2024-05-01T10:00:00", False),
        ("2024-05-01T10:00:00", "2024-05-01T10:00:01", True),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00", False),
        ("2024-05-01T10:00:00", "2024-05-01T08:00:00", False),  # another time zone
        ("2024-05-01T10:00:00", "2024-05-01T15:30:00", False),
        ("2024-05-01T10:00:00", "2024-05-04T10:00:00", True),
        ("2024-05-01", "2024-05-01T10:00:00", False),
        ("2024-05-02", "2024-05-01T10:00:00", True),
        (None, "2024-05-01T10:00:00", False),
        (None, None, False),
        ("not a date", "2024-05-01T10:00:00", False),
    ],
)
def test_dates_that_tell_two_shots_apart(one: str | None, other: str | None, different: bool) -> None:
    assert other_shot(one, other) is different and other_shot(other, one) is different
