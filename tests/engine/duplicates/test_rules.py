"""What a copy is beside the kept one, in words; and what tells shots apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.copies import DuplicateKind, Relation, Stays
from app.engine.duplicates.rules import numbered_apart, other_shot, stays, why_not
from app.engine.library.file_rows import FileRow
from app.engine.types import Turn

FILE = FileRow("/p/a.jpg", 1, b"a" * 16, bytes=1000, width=400, height=300, facts=1)


@pytest.mark.parametrize(
    ("change", "relation", "words"),
    [
        ({}, Relation(DuplicateKind.IDENTICAL, distance=0), "the same file again"),
        ({"width": 100}, Relation(DuplicateKind.RESIZED, None, 4), "fewer pixels"),
        ({"bytes": 10}, Relation(DuplicateKind.RESIZED, None, 4), "saved smaller"),
        ({"bytes": 1000}, Relation(DuplicateKind.RESIZED, None, 4), "saved again"),
        ({}, Relation(DuplicateKind.EDITED, None, 70), "edited, not suggested, either of both may be the original"),
        ({"width": 100}, Relation(DuplicateKind.TURNED, Turn.ROTATE90, 4), "turned right, fewer pixels"),
        ({"facts": 0}, Relation(DuplicateKind.TURNED, Turn.MIRROR, 4), "mirrored"),
        ({}, Relation(DuplicateKind.TURNED, Turn.MIRROR, 4), "mirrored, not suggested, either of both may be the original"),
    ],
)
def test_what_a_copy_is_beside_the_kept_one(change: dict[str, int], relation: Relation, words: str) -> None:
    file = replace(FILE, path="/p/b.jpg", **change)
    assert why_not(file, FILE, relation, stays(file, FILE, relation)) == words


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
        ("2024-05-01T10:00:00.20", "2024-05-01T10:00:00.40", True),
        ("2024-05-01T10:00:00.2+02:00", "2024-05-01T08:00:00.200", False),
        ("2024-05-01T10:00:00.20", "2024-05-01T10:00:00", False),  # an editor dropped it
        ("not a date", "2024-05-01T10:00:00", False),
    ],
)
def test_dates_that_tell_two_shots_apart(one: str | None, other: str | None, different: bool) -> None:
    assert other_shot(one, other) is different and other_shot(other, one) is different


@pytest.mark.parametrize("kind", [DuplicateKind.SAME_PIXELS, DuplicateKind.RESIZED])
def test_pages_and_animations_go_for_the_same_bytes_alone(kind: DuplicateKind) -> None:
    scan = replace(FILE, path="/p/scan.tif", format="TIFF", several=1)
    other = replace(scan, path="/p/other.tif")
    assert stays(scan, other, Relation(kind, distance=0)) is Stays.SEVERAL, "only their first pages were compared"
    assert stays(scan, other, Relation(DuplicateKind.IDENTICAL, distance=0)) is None


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("IMG_0041", "IMG_0042", True),
        ("IMG_20260501_120000_1", "IMG_20260501_120000_2", True),
        ("IMG_20260501_120000_1", "IMG_20260501_120000", False),
        ("house_1", "house_2", False),
        ("IMG_0041 1", "IMG_0041 2", False),
    ],
)
def test_numbers_that_a_camera_gave_to_frames_of_one_second(one: str, other: str, apart: bool) -> None:
    first, second = (replace(FILE, path=f"/p/{name}.jpg", taken="2026-05-01T12:00:00") for name in (one, other))
    assert numbered_apart(first, second) is apart
