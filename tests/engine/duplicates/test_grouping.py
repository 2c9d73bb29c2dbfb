"""Groups: no chains, one group a file, the user's word respected, relations to the keeper."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.copies import DuplicateGroup, DuplicateKind
from app.engine.duplicates.grouping import EDITED_FROM, find_groups
from app.engine.duplicates.pairs import Pairs
from app.engine.features.copy import TURNS
from app.engine.library.file_rows import FileRow
from app.engine.library.parts import PartPair
from app.engine.types import Turn


def file(photo: int, name: str = "", **change: object) -> FileRow:
    row = FileRow(f"/p/{name or photo}.jpg", photo, bytes([photo]) * 16, bytes=1000 - photo, width=400, height=300)
    return replace(row, **change)


def pairs_of(*pairs: tuple[int, int, int] | tuple[int, int, int, Turn]) -> Pairs:
    turns = [TURNS.index(pair[3]) if len(pair) == 4 else 0 for pair in pairs]
    columns = ([pair[n] for pair in pairs] for n in range(3))
    first, second, distance = columns
    return Pairs(np.array(first, np.int64), np.array(second, np.int64), np.array(distance, np.int32), np.array(turns, np.int8))


def paths(group: DuplicateGroup) -> list[str]:
    return [photo.path for photo in group.photos]


def test_files_with_the_same_bytes_are_identical() -> None:
    files = [file(1, "a (copy)"), file(1, "a"), file(2, "b")]
    (group,) = find_groups(files)
    assert group.kind is DuplicateKind.IDENTICAL and group.confidence == 1
    assert paths(group) == ["/p/a.jpg", "/p/a (copy).jpg"] and [photo.keep for photo in group.photos] == [True, False]
    assert group.photos[0].relation is None and group.photos[1].relation.kind is DuplicateKind.IDENTICAL
    assert group.frees == 999


def test_identical_files_and_near_copies_are_one_group_of_the_weakest_kind() -> None:
    files = [file(1, "a"), file(1, "a2"), file(2, "small", width=40, height=30), file(3, "edit")]
    (group,) = find_groups(files, pairs_of((1, 2, 4), (3, 1, 60)))
    kinds = {photo.path: photo.relation and photo.relation.kind for photo in group.photos}
    assert kinds == {
        "/p/a.jpg": None,
        "/p/a2.jpg": DuplicateKind.IDENTICAL,
        "/p/small.jpg": DuplicateKind.RESIZED,
        "/p/edit.jpg": DuplicateKind.EDITED,
    }
    assert group.kind is DuplicateKind.EDITED and 0.9 <= group.confidence < 1


def test_like_is_not_chained_to_like() -> None:
    files = [file(n) for n in range(1, 6)]
    groups = find_groups(files, pairs_of((1, 2, 90), (2, 3, 90), (3, 4, 90), (4, 5, 90)))
    assert sorted(sorted(p.photo_id for p in group.photos) for group in groups) == [[1, 2, 3], [4, 5]]
    (three,) = (group for group in groups if len(group.photos) == 3)
    assert three.photos[0].photo_id == 2 and three.photos[0].why == "most like all the others"


def test_the_keeper_is_the_best_of_those_near_all_others() -> None:
    files = [file(1), file(2, width=4000), file(3, width=200)]
    (group,) = find_groups(files, pairs_of((1, 2, 5), (2, 3, 5), (1, 3, 5)))
    assert [photo.photo_id for photo in group.photos] == [2, 1, 3] and group.photos[0].why == "most pixels"


@pytest.mark.parametrize(("turn", "back"), [(turn, turn) for turn in TURNS[4:]] + [(Turn.ROTATE90, Turn.ROTATE270)])
def test_the_turn_is_what_is_done_to_the_keeper(turn: Turn, back: Turn) -> None:
    small = {"width": 30, "height": 40}
    (group,) = find_groups([file(1), file(2, **small)], pairs_of((1, 2, 6, turn)))
    assert group.kind is DuplicateKind.TURNED and group.photos[1].relation.turn is turn
    (group,) = find_groups([file(1, **small), file(2)], pairs_of((1, 2, 6, turn)))
    assert group.photos[0].photo_id == 2 and group.photos[1].relation.turn is back
    assert group.photos[1].relation.distance == 6


def test_distance_or_color_makes_a_copy_edited() -> None:
    def kind(distance: int, recolored: float | None) -> DuplicateKind:
        (group,) = find_groups([file(1), file(2)], pairs_of((1, 2, distance)), difference=lambda _one, _other: recolored)
        return group.kind

    assert kind(EDITED_FROM - 1, None) is kind(2, 0.3) is DuplicateKind.RESIZED
    assert kind(EDITED_FROM, None) is kind(2, 1.7) is DuplicateKind.EDITED


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, DuplicateKind.EDITED),
        ({"sharpness": 0.26}, DuplicateKind.RESIZED),  # within what saving changes
        ({"sharpness": 0.26, "bytes": 600}, DuplicateKind.EDITED),
        ({"sharpness": None}, DuplicateKind.RESIZED),
        ({"jpeg_quality": 40, "sharpness": 0.2}, DuplicateKind.RESIZED),  # its detail was lost by saving
        ({"width": 200, "height": 150}, DuplicateKind.RESIZED),
    ],
)
def test_a_keeper_of_more_detail_than_saving_explains_is_an_edit(change: dict[str, object], kind: DuplicateKind) -> None:
    files = [file(1, "noisy", sharpness=0.3, jpeg_quality=90), replace(file(2, sharpness=0.1, jpeg_quality=90), **change)]
    (group,) = find_groups(files, pairs_of((1, 2, 4)))
    assert paths(group)[0] == "/p/noisy.jpg" and group.kind is kind


def test_what_the_user_called_different_is_never_in_one_group() -> None:
    files, pairs = [file(n) for n in (1, 2, 3)], pairs_of((1, 2, 4), (1, 3, 8), (2, 3, 4))
    (group,) = find_groups(files, pairs, frozenset({(files[1].digest, files[2].digest)}))
    assert len(group.photos) == 2 and {2, 3} - {photo.photo_id for photo in group.photos}
    everyone = frozenset((a.digest, b.digest) for a, b in combinations(files, 2))
    assert find_groups(files, pairs, everyone) == ()


def test_shots_of_different_seconds_are_no_copies() -> None:
    files = [file(1, taken="2024-05-01T10:00:00"), file(2, taken="2024-05-01T10:00:02"), file(3)]
    assert find_groups(files[:2], pairs_of((1, 2, 20))) == ()
    (group,) = find_groups(files, pairs_of((1, 2, 20), (1, 3, 4), (2, 3, 6)))
    assert sorted(photo.photo_id for photo in group.photos) == [1, 3]


def test_groups_that_free_most_come_first_and_pairs_of_unknown_photos_are_ignored() -> None:
    files = [file(1, bytes=10), file(2, bytes=10), file(3, bytes=9000), file(4, bytes=9000), file(5)]
    groups = find_groups(files, pairs_of((1, 2, 1), (3, 4, 1), (5, 99, 1)))
    assert [group.photos[0].photo_id for group in groups] == [3, 1]


def test_nothing_gives_nothing() -> None:
    assert find_groups([]) == () and find_groups([file(1), file(2)], pairs_of()) == ()


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(0, 112)), max_size=60),
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=6),
    st.lists(st.integers(1, 4), min_size=12, max_size=12),
)
def test_whatever_the_pairs_the_promises_hold(
    drawn: list[tuple[int, int, int]], refused: list[tuple[int, int]], copies: list[int]
) -> None:
    known = {(min(a, b), max(a, b)): d for a, b, d in drawn if a != b}
    files = [file(n, f"{n}-{copy}", width=100 + 37 * n % 5) for n in range(1, 13) for copy in range(copies[n - 1] // 2)]
    apart = {(min(a, b), max(a, b)) for a, b in refused if a != b}
    digests = frozenset((bytes([a]) * 16, bytes([b]) * 16) for a, b in apart)
    groups = find_groups(files, pairs_of(*((a, b, d) for (a, b), d in known.items())), digests)
    seen = [path for group in groups for path in paths(group)]
    assert len(seen) == len(set(seen))
    assert {f.path for f in files if sum(o.photo_id == f.photo_id for o in files) > 1} <= set(seen)
    for group in groups:
        assert len(group.photos) > 1 and group.photos[0].keep
        assert all(photo.keep is (photo.stays is not None) for photo in group.photos[1:])
        keeper = group.photos[0].photo_id
        for photo in group.photos[1:]:
            if photo.photo_id != keeper:
                pair = (min(photo.photo_id, keeper), max(photo.photo_id, keeper))
                assert photo.relation.distance == known[pair]
        members = {photo.photo_id for photo in group.photos}
        assert not any(a in members and b in members for a, b in apart)


def part(first: int, second: int, box: tuple[int, int, int, int], share: float = 1.0) -> PartPair:
    return PartPair(first, second, box, share, 0.95)


def test_a_photo_that_was_cut_out_of_another_stands_beside_it_with_its_place() -> None:
    files = [file(1, "whole"), file(2, "cut", width=200, height=150)]
    (group,) = find_groups(files, parts=[part(2, 1, (40, 30, 200, 150))])
    assert group.kind is DuplicateKind.CROPPED and paths(group) == ["/p/whole.jpg", "/p/cut.jpg"]
    relation = group.photos[1].relation
    assert relation is not None and relation.box == (40, 30, 200, 150) and relation.distance is None
    assert "a part of it" in group.photos[1].why and group.photos[1].keep and group.frees == 0
    assert 0.8 < group.confidence < 1


@pytest.mark.parametrize(("width", "keeper"), [(440, "whole"), (800, "whole"), (2000, "cut")])
def test_the_whole_is_the_keeper_also_of_a_part_that_was_enlarged(width: int, keeper: str) -> None:
    files = [file(1, "whole"), file(2, "cut", width=width, height=width * 3 // 4)]
    (group,) = find_groups(files, parts=[part(2, 1, (40, 30, 200, 150))])
    assert paths(group)[0] == f"/p/{keeper}.jpg" and group.frees == 0, "far larger, it may be a photo on a screen"
    assert (group.kind is DuplicateKind.CROPPED) is (keeper == "whole")


def test_a_photo_within_a_screen_is_an_edit_and_what_its_hash_says_comes_first() -> None:
    files = [file(1, "whole"), file(2, "screen", width=380, height=290), file(3, "small", width=100, height=75)]
    groups = find_groups(files, pairs_of((1, 3, 4)), parts=[part(1, 2, (10, 20, 360, 250)), part(3, 1, (0, 0, 400, 300))])
    (group,) = groups
    kinds = {photo.path: photo.relation and photo.relation.kind for photo in group.photos}
    assert kinds["/p/small.jpg"] is DuplicateKind.RESIZED
    assert kinds["/p/screen.jpg"] in (DuplicateKind.EDITED, DuplicateKind.CROPPED)


def test_what_a_collage_was_made_of_is_never_suggested_for_removal() -> None:
    files = [file(1, "collage", width=2000, height=2000), file(2, "cat"), file(3, "dog")]
    files.append(file(4, "dog small", width=100, height=75))
    groups = find_groups(files, pairs_of((3, 4, 2)), parts=[part(1, 2, (0, 0, 400, 300)), part(1, 3, (0, 0, 400, 300))])
    suggested = {photo.path for group in groups for photo in group.photos if not photo.keep}
    assert suggested == {"/p/dog small.jpg"}


def test_a_larger_screenshot_of_a_photo_does_not_make_the_photo_go() -> None:
    files = [file(1, "whole"), file(2, "screen", width=1600, height=1200)]
    (group,) = find_groups(files, parts=[part(2, 1, (0, 0, 400, 300))])
    assert all(photo.keep for photo in group.photos) and group.frees == 0
    assert any("shows more or less" in photo.why for photo in group.photos)


def test_what_lies_in_a_copy_lies_in_the_photo_itself_but_no_further() -> None:
    files = [file(n) for n in range(1, 6)]
    copies = pairs_of((1, 2, 4), (1, 3, 4), (2, 3, 4))
    (group,) = find_groups(files, copies, parts=[part(4, 3, (0, 0, 100, 100)), part(5, 4, (0, 0, 90, 90))])
    held = set(paths(group))
    assert {"/p/1.jpg", "/p/2.jpg", "/p/3.jpg", "/p/4.jpg"} <= held and "/p/5.jpg" not in held
    assert group.photos[0].path == "/p/1.jpg"


def test_parts_that_people_said_are_no_copies_stay_apart() -> None:
    files = [file(1), file(2)]
    apart = frozenset([(bytes([1]) * 16, bytes([2]) * 16)])
    assert find_groups(files, None, apart, parts=[part(2, 1, (0, 0, 50, 50))]) == ()
