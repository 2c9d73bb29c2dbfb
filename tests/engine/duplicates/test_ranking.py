"""Which file is kept by which rules, and the words for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.copies import DuplicateKind, KeeperRule, KeeperRules
from app.engine.duplicates.grouping import find_groups
from app.engine.duplicates.ranking import Ranking, says_copy
from app.engine.library.file_rows import FileRow

FILE = FileRow(
    "/p/a.jpg", 1, b"a" * 16, 1000, 400, 300, taken="2024-05-01T10:00:00", format="JPEG", facts=4, sharpness=0.3, jpeg_quality=96
)


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        (replace(FILE, path="/p/b.jpg", width=200, facts=9), "most pixels"),
        (replace(FILE, path="/p/b.jpg", facts=3, bytes=5000), "most metadata"),
        (replace(FILE, path="/p/b.jpg", sharpness=0.1, bytes=5000), "sharpest"),
        (replace(FILE, path="/p/b.jpg", sharpness=0.0), "sharpest"),
        (replace(FILE, path="/p/b.jpg", sharpness=0.31, jpeg_quality=70), "least compressed"),
        (replace(FILE, path="/p/b.heic", format="WEBP", jpeg_quality=0, bytes=5000), "least compressed"),
        (replace(FILE, path="/p/b.webp", format="WEBP", bytes=5000), "better format"),
        (replace(FILE, path="/p/b.jpg", bytes=999), "largest file"),
        (replace(FILE, path="/p/b.jpg", taken="2025-01-01T00:00:00"), "earliest date"),
        (replace(FILE, path="/p/b.jpg", taken=None), "earliest date"),
        (replace(FILE, path="/(1).jpg"), "not named as a copy"),
        (replace(FILE, path="/p/abc.jpg"), "shortest folder and file name"),
        (replace(FILE, path="/p/b.jpg"), "first by name"),
    ],
)
def test_the_stronger_reason_decides_and_is_said(worse: FileRow, why: str) -> None:
    ranking = Ranking()
    assert min((worse, FILE), key=ranking.key) == FILE
    assert ranking.why_kept(FILE, [worse]) == why


def test_what_saving_once_more_sharpens_does_not_win_over_what_it_loses() -> None:
    original, again = replace(FILE, sharpness=0.26), replace(FILE, path="/p/b.jpg", sharpness=0.33, jpeg_quality=80)
    assert min((again, original), key=Ranking().key) == original
    assert Ranking().why_kept(original, [again]) == "least compressed"


def test_every_reason_that_sets_one_apart_is_said() -> None:
    others = [replace(FILE, path="/p/small.jpg", width=20), replace(FILE, path="/p/a copy.jpg")]
    assert Ranking().why_kept(FILE, others) == "most pixels, not named as a copy"


def test_a_keeper_that_is_not_the_best_says_so() -> None:
    assert Ranking().why_kept(FILE, [replace(FILE, path="/p/b.jpg", width=800)]) == "most like all the others"


def test_people_order_the_rules_and_leave_some_out() -> None:
    old_and_small = replace(FILE, path="/q/old.jpg", width=40, taken="2001-01-01T00:00:00")
    assert min((FILE, old_and_small), key=Ranking().key) == FILE
    by_date = Ranking(KeeperRules((KeeperRule.DATE, KeeperRule.RESOLUTION)))
    assert min((FILE, old_and_small), key=by_date.key) == old_and_small
    assert by_date.why_kept(old_and_small, [FILE]) == "earliest date"
    best_of_nothing = Ranking(KeeperRules((KeeperRule.NAME,)))
    assert min((FILE, replace(FILE, path="/p/b.jpg", width=9000)), key=best_of_nothing.key) == FILE


def test_the_first_preferred_folder_that_a_file_lies_in_counts_and_then_protected_ones() -> None:
    files = [replace(FILE, path=f"/{folder}/a.jpg") for folder in ("attic", "safe", "second", "best/of")]
    rules = KeeperRules(preferred=("/best", "/second"), protected=("/safe",))
    ranking = Ranking(rules)
    assert [file.path for file in sorted(files, key=ranking.key)] == [
        "/best/of/a.jpg", "/second/a.jpg", "/safe/a.jpg", "/attic/a.jpg",
    ]  # fmt: skip
    assert ranking.why_kept(files[3], files[:3]) == "in a folder that you prefer"
    assert min((files[3], replace(files[0], width=9000)), key=ranking.key).width == 9000, "pixels come before folders"
    assert not rules.protects("/safety/a.jpg") and rules.protects("/safe/deep/a.jpg")


@pytest.mark.parametrize(
    "name", ["a (1)", "a - Copy", "a copy", "Copy of a", "a_copy", "a copy 2", "Kopie von a", "a~2", "a - copia"]
)
def test_names_that_say_copy(name: str) -> None:
    assert says_copy(f"/p/{name}.jpg")


@pytest.mark.parametrize("name", ["a", "photocopy", "copyright", "IMG_0001", "a (1) b", "xerocopy machine", "a (detail)"])
def test_names_that_do_not(name: str) -> None:
    assert not says_copy(f"/copy (1)/{name}.jpg")


def test_nothing_in_a_protected_folder_is_suggested() -> None:
    files = [replace(FILE, path="/p/best.jpg", width=900), replace(FILE, path="/safe/a.jpg"), replace(FILE, path="/p/a (1).jpg")]
    (group,) = find_groups(files, ranking=Ranking(KeeperRules(protected=("/safe",))))
    assert [(photo.path, photo.keep) for photo in group.photos] == [
        ("/p/best.jpg", True), ("/safe/a.jpg", True), ("/p/a (1).jpg", False),
    ]  # fmt: skip
    assert group.photos[1].why == "the same file again, in a protected folder" and group.frees == 1000
    assert group.kind is DuplicateKind.IDENTICAL
