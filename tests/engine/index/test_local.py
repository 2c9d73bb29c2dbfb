"""The index of points: votes as brute force finds them, changes, growth, files, and what must not win."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.errors import Cancelled
from app.engine.index import local, local_coded
from app.engine.index.base import Found
from app.engine.index.ids import Ids
from app.engine.index.local import LocalIndex
from app.engine.index.local_points import MOST_POINTS
from app.engine.index.local_votes import NEIGHBORS, above_chance, tally
from app.engine.index.packed_ids import pack, unpack
from app.engine.index.store import Stamp, load_index, save_index

STAMP = Stamp("points-1", 7, 300)
POINTS = 40
WORDS = np.random.default_rng(9).random((500, 128)).astype(np.float32) ** 3


def decode(row: bytes) -> NDArray[np.float32]:
    """Rows of this test: half precision, nothing else."""
    if len(row) % 256:
        raise ValueError("a point has 256 bytes")
    return np.frombuffer(row, np.float16).reshape(-1, 128).astype(np.float32)


def row(descriptors: NDArray[np.floating]) -> bytes:
    return descriptors.astype(np.float16).tobytes()


def points(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Descriptors like those of real pictures: around common words, no number below zero, of length 1."""
    raw = WORDS[rng.integers(0, len(WORDS), count)] + 0.5 * rng.random((count, 128)) ** 3
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


def seen_again(descriptors: NDArray[np.float32], rng: np.random.Generator, noise: float = 0.02) -> NDArray[np.float32]:
    raw = np.maximum(descriptors + noise * rng.standard_normal(descriptors.shape), 0)
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


def library(photos: int, seed: int = 0, first: int = 1) -> dict[int, bytes]:
    rng = np.random.default_rng(seed)
    return {first + 3 * number: row(points(POINTS, rng)) for number in range(photos)}


def filled(photos: dict[int, bytes], **options: int) -> LocalIndex:
    index = LocalIndex(decode, **options)
    index.add(list(photos), list(photos.values()))
    return index


def stored(photos: dict[int, bytes]) -> local.Rows:
    def rows(ids: Ids) -> tuple[Ids, Sequence[bytes]]:
        there = [i for i in reversed(ids.tolist()) if i in photos]
        return np.array(there, np.int64), [photos[i] for i in there]

    return rows


def coded(photos: dict[int, bytes]) -> LocalIndex:
    index = filled(photos, exact_points=100).retrained(stored(photos))
    assert not index.needs_training
    return index


@pytest.fixture(params=["exact", "coded"])
def make(request: pytest.FixtureRequest) -> object:
    return filled if request.param == "exact" else coded


def by_brute_force(photos: dict[int, bytes], queries: NDArray[np.float32], most: int) -> Found:
    """What the exact index must give, from the distances of every point to every query."""
    ids, rows = np.array(sorted(photos)), [decode(photos[i]) for i in sorted(photos)]
    owners = np.repeat(ids << 8, [len(r) for r in rows]) | np.concatenate([np.arange(len(r)) for r in rows])
    distances = ((queries[:, None] - np.concatenate(rows)[None]) ** 2).sum(axis=2)
    order = np.argsort(distances, axis=1)[:, :NEIGHBORS]
    found, votes = tally((np.take_along_axis(distances, order, axis=1), owners[order]))
    scores = above_chance(votes, np.full(len(found), POINTS), len(owners))
    best = np.lexsort((found, -scores))[:most]
    return found[best], scores[best]


def test_a_small_index_votes_as_brute_force_does() -> None:
    photos, rng = library(60), np.random.default_rng(1)
    index = filled(photos)
    for photo in (1, 31, 178):
        queries = seen_again(decode(photos[photo])[:25], rng)
        ids, scores = index.vote(queries, 10)
        true_ids, true_scores = by_brute_force(photos, queries, 10)
        assert ids[0] == photo and np.array_equal(ids, true_ids)
        assert np.allclose(scores, true_scores, atol=1e-4) and (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
def test_what_is_allowed_is_searched_as_if_there_were_nothing_else(share: float) -> None:
    photos, rng = library(200), np.random.default_rng(2)
    allowed = np.sort(rng.choice(list(photos), int(share * len(photos)), replace=False))
    index = filled(photos)
    only = {i: photos[i] for i in allowed.tolist()}
    for photo in (int(allowed[0]), 4):
        queries = seen_again(decode(photos[photo]), rng)
        ids, scores = index.vote(queries, 20, np.append(allowed, 10**9))
        true_ids, true_scores = by_brute_force(only, queries, 20)
        assert np.array_equal(ids, true_ids) and np.allclose(scores, true_scores, atol=1e-4)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
def test_a_coded_index_keeps_to_what_is_allowed_and_finds_it(share: float) -> None:
    photos, rng = library(400), np.random.default_rng(3)
    index = coded(photos)
    allowed = np.sort(rng.choice(list(photos), int(share * len(photos)), replace=False))
    for photo in allowed[:: max(1, len(allowed) // 10)].tolist():
        ids, _ = index.vote(seen_again(decode(photos[photo])[:20], rng), 50, allowed)
        assert ids[0] == photo and set(ids.tolist()) <= set(allowed.tolist())
    banned = int(next(i for i in photos if i not in allowed))
    assert banned not in index.vote(decode(photos[banned]), 50, allowed)[0]
    assert len(index.vote(decode(photos[banned]), 50, np.empty(0, np.int64))[0]) == 0


def test_fewer_points_than_neighbors_are_enough(make) -> None:  # type: ignore[no-untyped-def]
    photos, rng = library(100), np.random.default_rng(16)
    photos[2] = row(points(4, rng))
    index = make(photos)
    for allowed, found in (([2], [2]), ([2, 1], [2, 1]), ([10**6], [])):
        asked = seen_again(decode(photos[2]), rng)
        ids, scores = index.vote(asked, 5, np.array(allowed))
        assert ids.tolist()[:1] == found[:1] and set(ids.tolist()) <= set(allowed) and np.isfinite(scores).all()


def test_votes_are_counted_as_the_two_papers_say() -> None:
    """By hand: the nearer the more; once for a photo by a query point, once by a point; less where many photos are as near."""
    far = 0.2
    near = np.full((4, 3), far, np.float32)
    ids = np.array([[1, 2, 3], [1, 4, 3], [5, 6, 3], [7, 7, 3]]) << 8
    near[:, 0] = 0.0, 0.1, 0.0, 0.1  # the first two are like the same point of photo 1
    near[2, 1] = 0.0  # like photos 5 and 6
    ids[3, 1] |= 1
    near[3, 1] = 0.1  # like two points of photo 7
    found, votes = tally((near, ids))
    assert dict(zip(found.tolist(), votes.tolist(), strict=True)) == pytest.approx({1: 1, 5: 0.5**0.5, 6: 0.5**0.5, 7: 0.5})


def test_photos_come_go_and_come_again(make) -> None:  # type: ignore[no-untyped-def]
    photos, rng = library(300), np.random.default_rng(4)
    index, ids = make(photos), list(photos)
    gone = ids[::2]
    index.remove([*gone, 10**9])
    assert len(index) == 150 and index.ids().tolist() == ids[1::2]
    for photo in gone[:20]:
        found, _ = index.vote(seen_again(decode(photos[photo]), rng), 300)
        assert not set(found.tolist()) & set(gone)
    index.add(gone, [photos[i] for i in gone])
    index.remove(ids[-1:])
    for photo in (*gone[:10], *ids[1:20:2]):
        assert index.vote(seen_again(decode(photos[photo]), rng), 1)[0].tolist() == [photo]
    assert index.ids().tolist() == ids[:-1] and index.points == POINTS * 299


def test_a_photo_that_was_removed_and_read_anew_has_only_its_new_points(make) -> None:  # type: ignore[no-untyped-def]
    photos, rng = library(200), np.random.default_rng(5)
    index, other = make(photos), points(POINTS, rng)
    old = decode(photos[31])
    for removed in (True, False):
        if removed:
            index.remove([31])
        index.add([31], [row(other)])
        assert len(index) == 200 and index.points == 200 * POINTS
        assert index.vote(seen_again(other, rng), 1)[0].tolist() == [31]
        assert index.vote(old, 1)[0].tolist() != [31]
        old, other = other, points(POINTS, rng)


def test_of_an_id_given_twice_the_last_row_counts(make) -> None:  # type: ignore[no-untyped-def]
    photos, rng = library(100), np.random.default_rng(6)
    index, first, last = make(photos), points(POINTS, rng), points(POINTS, rng)
    index.add([7, 500, 7], [row(first), row(points(POINTS, rng)), row(last)])
    assert len(index) == 101 and index.points == 101 * POINTS
    assert index.vote(last, 1)[0].tolist() == [7] != index.vote(first, 1)[0].tolist()


def test_nothing_is_found_where_nothing_is() -> None:
    index, rng = LocalIndex(decode), np.random.default_rng(7)
    assert len(index) == 0 and index.ids().dtype == np.int64 and not index.needs_training
    for part, kind in zip(index.vote(points(5, rng), 40), (np.int64, np.float32), strict=True):
        assert part.shape == (0,) and part.dtype == kind
    index.add([], [])
    index.remove([3])
    index.add([3], [b""])
    assert len(index.vote(points(5, rng), 40)[0]) == 0
    index.add([4], [row(points(POINTS, rng))])
    assert len(index.vote(np.empty((0, 128), np.float32), 40)[0]) == 0 == len(index.vote(points(5, rng), 0)[0])


def test_photos_without_points_are_held(make) -> None:  # type: ignore[no-untyped-def]
    photos = library(100) | {1000: b"", 2: b""}
    index = make(photos)
    assert len(index) == 102 and index.ids().tolist() == sorted(photos)
    index.add([1003], [b""])
    index.remove([1000, 2])
    assert index.ids().tolist() == [*sorted(library(100)), 1003]
    assert index.vote(decode(photos[1]), 1)[0].tolist() == [1]


def test_a_damaged_row_is_a_photo_without_points(caplog: pytest.LogCaptureFixture) -> None:
    photos = library(3)
    bad = np.full((2, 128), np.nan)
    with caplog.at_level(logging.WARNING):
        index = filled(photos | {100: b"x" * 7, 101: row(bad)})
    assert len(index) == 5 and index.points == 3 * POINTS and "cannot be read" in caplog.text
    assert index.vote(decode(photos[1]), 1)[0].tolist() == [1]


def test_bad_input_is_refused_and_changes_nothing() -> None:
    index = filled(library(3))
    for ids, rows in (([1, 2], [b""]), ([-1], [b""])):
        with pytest.raises(ValueError, match="expected"):
            index.add(ids, rows)
    for queries in (np.zeros((3, 64)), np.zeros(128), np.full((1, 128), np.nan)):
        with pytest.raises(ValueError, match="descriptors"):
            index.vote(queries.astype(np.float32), 3)
    assert len(index) == 3


def test_of_very_many_points_of_a_photo_the_strongest_are_kept(make) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(8)
    many = points(MOST_POINTS + 50, rng)
    index = make(library(100) | {5: row(many)})
    assert index.points == 100 * POINTS + MOST_POINTS
    assert index.vote(many[:30], 1)[0].tolist() == [5]


def test_a_wall_of_bricks_does_not_win(make) -> None:  # type: ignore[no-untyped-def]
    """Most points of a wall are alike, and a query with some bricks has very many neighbors there."""
    rng = np.random.default_rng(10)
    photos, brick = library(300), points(1, rng)
    true = np.concatenate([seen_again(np.repeat(brick, 10, axis=0), rng, 0.01), points(20, rng)])
    for wall in (2000, 2003, 2006):
        photos[wall] = row(seen_again(np.repeat(brick, 250, axis=0), rng, 0.01))
    photos[1500] = row(true)
    index = make(photos)
    ids, scores = index.vote(seen_again(true, rng, 0.01), 5)
    assert ids[0] == 1500 and scores[0] > 1.5 * scores[1]  # 1.7 to 4 by what the codebook learns, which differs by processor


def test_many_points_are_no_advantage(make) -> None:  # type: ignore[no-untyped-def]
    """For a picture that no photo shows, those with five times as many points are not found first."""
    rng = np.random.default_rng(11)
    photos = {number: row(points(200 if number % 2 else 40, rng)) for number in range(100)}
    index = make(photos)
    odd = [np.mean(index.vote(points(100, rng), 10)[0] % 2) for _ in range(12)]
    assert 0.2 < np.mean(odd) < 0.8
    for photo in range(0, 100, 10):
        assert index.vote(seen_again(decode(photos[photo])[:15], rng), 1)[0].tolist() == [photo]


def test_a_photo_that_is_kept_forty_times_is_found_forty_times(make) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(12)
    photos = library(200)
    copies = range(3000, 3020)
    same = points(POINTS, rng)
    photos |= {copy: row(seen_again(same, rng, 0.005)) for copy in copies}
    ids, _ = make(photos).vote(seen_again(same, rng, 0.005), 20)
    assert set(ids.tolist()) == set(copies)


def test_growing_over_the_limit_asks_for_training_and_finds_the_same_photos() -> None:
    photos, rng = library(300), np.random.default_rng(13)
    index = filled(photos, exact_points=300 * POINTS)
    assert not index.needs_training
    more = library(20, seed=1, first=2)
    index.add(list(more), list(more.values()))
    photos |= more
    assert index.needs_training
    new = index.retrained(stored(photos))
    assert not new.needs_training and np.array_equal(new.ids(), index.ids()) and new.points == index.points
    for photo in list(photos)[::20]:
        queries = seen_again(decode(photos[photo])[:20], rng)
        assert new.vote(queries, 1)[0].tolist() == index.vote(queries, 1)[0].tolist() == [photo]


@pytest.mark.parametrize("kind", [filled, coded])
def test_a_filter_is_prepared_once_a_question_and_follows_what_comes_and_goes(
    kind: Callable[[dict[int, bytes]], LocalIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, prepared = library(100), []
    index, intersect = kind(photos), np.intersect1d
    monkeypatch.setattr(np, "intersect1d", lambda *given: prepared.append(1) or intersect(*given))
    first, second, third = list(photos)[:3]
    allowed = np.array([first, second, 10**6])
    asked = [decode(photos[photo]) for photo in (first, second, third)]
    assert [int(index.vote(one, 1, allowed)[0][0]) for one in asked[:2]] == [first, second] and len(prepared) == 1
    index.add([10**6], [photos[third]])
    assert index.vote(asked[2], 1, allowed)[0].tolist() == [10**6]
    index.remove([first])
    assert first not in index.vote(asked[0], 5, allowed)[0]
    assert set(index.vote(asked[0], 5, np.array([second]))[0].tolist()) <= {second}
    prepared.clear()
    del allowed
    assert index._kept is None, "nothing is held when the question is over"


def test_an_index_without_a_coding_says_when_far_too_many_come_at_once() -> None:
    photos = library(100)
    index = filled(photos, exact_points=100 * POINTS)
    assert not index.outgrown_by(100) and index.outgrown_by(101)
    assert not coded(photos).outgrown_by(10_000), "a coding takes in any number"
    assert LocalIndex(decode, exact_points=1_000).outgrown_by(1_000)


def test_when_the_photos_have_doubled_the_coding_is_learned_anew() -> None:
    photos = library(200)
    index, more = coded(photos), library(199, seed=1, first=2)
    index.add(list(more), list(more.values()))
    assert not index.needs_training
    index.add([3], [row(points(POINTS, np.random.default_rng(0)))])
    assert index.needs_training
    photos |= more
    new = index.retrained(stored(photos))  # one photo has no stored row any more
    assert not new.needs_training and np.array_equal(new.ids(), np.sort(list(photos)))
    assert new.vote(decode(photos[2]), 1)[0].tolist() == [2]


def test_lists_that_became_uneven_are_learned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_coded, "lists_for", lambda _points: 16)
    photos = library(200)
    index, rng = coded(photos), np.random.default_rng(14)
    one = points(1, rng)
    alike = {1000 + n: row(seen_again(np.repeat(one, 150, axis=0), rng)) for n in range(50)}
    index.add(list(alike), list(alike.values()))
    assert index.points < 2 * 200 * POINTS and index.needs_training
    assert not index.retrained(stored(photos | alike)).needs_training


def test_few_photos_that_are_left_are_compared_one_by_one_again() -> None:
    photos = library(100)
    index = filled(photos, exact_points=2_000).retrained(stored(photos))
    index.remove(list(photos)[10:])
    few = {i: photos[i] for i in list(photos)[:10]}
    again = index.retrained(stored(photos))
    queries = decode(photos[1])
    assert again.ids().tolist() == list(few)
    assert np.array_equal(again.vote(queries, 5)[0], by_brute_force(few, queries, 5)[0])


def test_an_index_is_made_of_stored_rows_as_is_right_for_so_many() -> None:
    photos, ids = library(600) | {5000: b""}, np.array([*library(600), 5000, 6000])  # the last has no row
    for limit, large in ((300 * POINTS, True), (700 * POINTS, False)):
        index = LocalIndex.made(decode, ids, stored(photos), exact_points=limit)
        assert index.ids().tolist() == sorted(photos) and not index.needs_training
        assert bool(index._points.trained_for) == large
        assert index.vote(decode(photos[301])[:20], 1)[0].tolist() == [301]
    assert len(LocalIndex.made(decode, ids[:0], stored(photos))) == 0


def test_training_can_be_given_up() -> None:
    photos = library(100)
    with pytest.raises(Cancelled):
        filled(photos, exact_points=10).retrained(stored(photos), lambda: True)


def test_the_old_index_answers_and_changes_while_another_is_trained() -> None:
    photos = library(400)
    index = filled(photos, exact_points=100)
    made: list[LocalIndex] = []
    thread = threading.Thread(target=lambda: made.append(index.retrained(stored(photos))))
    thread.start()
    rounds = 0
    while thread.is_alive() or not rounds:
        rounds += 1
        index.remove([1])
        assert 1 not in index.vote(decode(photos[1]), 5)[0]
        index.add([1], [photos[1]])
        assert index.vote(decode(photos[1]), 1)[0].tolist() == [1]
    thread.join()
    new = made[0]
    new.add(np.setdiff1d(index.ids(), new.ids()), [photos[i] for i in np.setdiff1d(index.ids(), new.ids()).tolist()])
    assert np.array_equal(new.ids(), index.ids())


def test_a_saved_index_answers_as_before_and_goes_on(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    photos, rng = library(300) | {2: b""}, np.random.default_rng(15)
    index = make(photos)
    index.remove([4, 7])
    save_index(tmp_path, index, STAMP)
    loaded = LocalIndex(decode, exact_points=100)
    assert load_index(tmp_path, loaded, STAMP)
    assert np.array_equal(loaded.ids(), index.ids()) and loaded.points == index.points
    for photo in (1, 4, 31):
        queries = seen_again(decode(photos[photo]), rng)
        for part, known in zip(loaded.vote(queries, 20), index.vote(queries, 20), strict=True):
            assert np.array_equal(part, known)
    loaded.remove([1])
    loaded.add([4], [photos[4]])
    assert loaded.vote(decode(photos[4]), 1)[0].tolist() == [4]
    assert not load_index(tmp_path, LocalIndex(decode), Stamp("points-1", 8, 300))


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    save_index(tmp_path, LocalIndex(decode), STAMP)
    loaded = LocalIndex(decode)
    assert load_index(tmp_path, loaded, STAMP) and len(loaded) == 0


def test_any_damaged_or_missing_file_is_refused(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    save_index(tmp_path, make(library(100)), STAMP)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 5
    for file in files:
        whole = file.read_bytes()
        for damaged in (
            b"",
            whole[: len(whole) // 2],
            whole[:-1],
            whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
            whole + b"x",
        ):
            file.write_bytes(damaged)
            empty = LocalIndex(decode)
            assert not load_index(tmp_path, empty, STAMP) and len(empty) == 0
        file.unlink()
        assert not load_index(tmp_path, LocalIndex(decode), STAMP)
        file.write_bytes(whole)
    assert load_index(tmp_path, LocalIndex(decode), STAMP)


def test_files_that_do_not_belong_together_are_refused(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Also with the right checksums: each part of one index in the place of another's."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, photos in ((one, library(100)), (two, library(90))):
        folder.mkdir()
        make(photos).save(folder / "index")
    for part in LocalIndex.parts[1:]:
        whole = (one / f"index{part}").read_bytes()
        (one / f"index{part}").write_bytes((two / f"index{part}").read_bytes())
        empty = LocalIndex(decode)
        with pytest.raises((ValueError, OSError, RuntimeError)):
            empty.restore(one / "index")
        assert len(empty) == 0
        (one / f"index{part}").write_bytes(whole)


def test_a_crash_between_the_files_leaves_the_old_index_or_none(make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    photos = library(100)
    index = make(photos)
    save_index(tmp_path, index, STAMP)
    real = Path.replace
    index.remove([1])
    for crash in range(1, 6):
        done: list[Path] = []

        def replace(self: Path, target: Path, crash: int = crash, done: list[Path] = done) -> Path:
            done.append(target)
            if len(done) == crash:
                raise KeyboardInterrupt
            return real(self, target)

        monkeypatch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            save_index(tmp_path, index, STAMP)
        monkeypatch.setattr(Path, "replace", real)
        loaded = LocalIndex(decode)
        if load_index(tmp_path, loaded, STAMP):
            assert loaded.vote(decode(photos[4]), 1)[0].tolist() == [4]
    save_index(tmp_path, index, STAMP)
    assert json.loads((tmp_path / "points-1.json").read_text())["kind"] == LocalIndex.kind
    assert load_index(tmp_path, LocalIndex(decode), STAMP)


@pytest.mark.parametrize("ids", [[], [0], [5, 4, 3], [0, 1 << 40, 127, 128, 1 << 62], list(range(0, 10**6, 997))])
def test_packed_ids_are_the_same_again(ids: list[int]) -> None:
    packed = pack(np.array(ids, np.int64))
    assert packed.dtype == np.uint8 and unpack(packed).tolist() == ids
    if ids:
        with pytest.raises(ValueError, match="cut off"):
            unpack(np.append(packed[:-1], np.uint8(200)))


def test_photo_ids_that_are_far_apart_are_filtered_too() -> None:
    photos = library(200)
    photos |= {(1 << 50) + i: row(points(POINTS, np.random.default_rng(i))) for i in range(20)}
    index = coded(photos)
    far = (1 << 50) + 3
    assert index.vote(decode(photos[far]), 1)[0].tolist() == [far]
    assert index.vote(decode(photos[far]), 5, np.array([1, far]))[0][0] == far
    index.remove([far])
    assert far not in index.vote(decode(photos[far]), 300)[0]
