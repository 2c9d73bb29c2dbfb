"""Joining ranked lists."""

from __future__ import annotations

from dataclasses import replace

from app.engine.search.fusion import Found, fuse, without
from app.engine.search.unwanted import hold_back
from app.engine.types import Closeness, Facet, Reason


def ranked(facet: Facet, *ids: int, weak: bool = False) -> list[Found]:
    near = Closeness.FAR if weak else Closeness.CLOSE
    return [Found(i, Reason(facet, n, score=1 / n), near) for n, i in enumerate(ids, 1)]


def test_one_list_keeps_its_order_and_its_own_scores() -> None:
    fused = fuse([ranked(Facet.MEANING, 7, 3, 9)], {})
    assert [f.photo_id for f in fused] == [7, 3, 9]
    assert [f.score for f in fused] == [1.0, 0.5, 1 / 3]


def test_a_photo_in_two_lists_rises_above_the_firsts_of_each() -> None:
    fused = fuse([ranked(Facet.MEANING, 1, 5), ranked(Facet.COLOR, 2, 5)], {})
    assert fused[0].photo_id == 5
    assert {r.facet for r in fused[0].reasons} == {Facet.MEANING, Facet.COLOR}


def test_scores_fall_from_first_to_last_and_stay_within_0_and_1() -> None:
    fused = fuse([ranked(Facet.MEANING, *range(50)), ranked(Facet.COLOR, *range(25, 75))], {Facet.COLOR: 3.0})
    scores = [f.score for f in fused]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_weights_decide_between_equal_ranks_and_zero_silences() -> None:
    lists = [ranked(Facet.MEANING, 1), ranked(Facet.COLOR, 2)]
    assert fuse(lists, {Facet.COLOR: 2.0})[0].photo_id == 2
    assert [f.photo_id for f in fuse(lists, {Facet.COLOR: 0.0})] == [1]


def test_a_weak_list_does_not_outvote_a_sure_one() -> None:
    fused = fuse([ranked(Facet.MEANING, 1, 2, weak=True), ranked(Facet.COPY, 3)], {})
    assert fused[0].photo_id == 3
    assert [f.weak for f in fused] == [False, True, True]


def test_nothing_found_is_nothing() -> None:
    assert fuse([], {}) == []
    assert fuse([[], []], {}) == []


def test_what_is_left_out_leaves_no_gap_in_the_ranks() -> None:
    kept = without(ranked(Facet.COPY, 5, 6, 7), {5})
    assert [(f.photo_id, f.reason.rank) for f in kept] == [(6, 1), (7, 2)]
    level = [Found(i, Reason(Facet.WORDS, rank, score=0.5), Closeness.CLOSE) for i, rank in ((5, 1), (6, 2), (7, 2), (8, 4))]
    assert [f.reason.rank for f in without(level, {6})] == [1, 2, 3]
    assert [f.reason.rank for f in without(level, {5})] == [1, 1, 3]


def test_what_is_held_back_is_no_surer_than_before_and_stays_level() -> None:
    level = [Found(i, Reason(Facet.WORDS, 1, score=0.5), Closeness.LOOSE, sure=0.25) for i in (5, 6, 7)]
    held = hold_back(level, {5: 0.1, 6: 1.0, 7: 1.0})
    assert [(f.photo_id, f.reason.rank, f.sure) for f in held] == [(6, 1, 0.25), (7, 1, 0.25), (5, 3, 0.25)]
    assert hold_back([replace(level[0], closeness=Closeness.CLOSE)], {5: 0.1})[0].weak


def test_a_photo_is_as_near_as_its_surest_facet_says() -> None:
    lists = [
        [Found(1, Reason(Facet.MEANING, 1), Closeness.LOOSE)],
        [Found(1, Reason(Facet.COPY, 1), Closeness.VERY_CLOSE), Found(2, Reason(Facet.COPY, 2), Closeness.CLOSE)],
    ]
    assert [f.closeness for f in fuse(lists, {})] == [Closeness.VERY_CLOSE, Closeness.CLOSE]


def near_of(*lists: list[Found], weights: dict[Facet, float]) -> dict[int, Closeness | None]:
    return {f.photo_id: f.closeness for f in fuse(lists, weights)}


def test_a_facet_that_counts_little_makes_no_photo_a_good_match() -> None:
    alike = [Found(1, Reason(Facet.COLOR, 1), Closeness.VERY_CLOSE), Found(2, Reason(Facet.COLOR, 2), Closeness.CLOSE)]
    other = [Found(2, Reason(Facet.MEANING, 1), Closeness.LOOSE)]
    assert near_of(alike, other, weights={Facet.COLOR: 0.2}) == {1: Closeness.FAR, 2: Closeness.LOOSE}
    assert near_of(alike, other, weights={Facet.COLOR: 0.5})[1] is Closeness.VERY_CLOSE
    assert near_of(alike, weights={Facet.COLOR: 0.2})[1] is Closeness.VERY_CLOSE, "nothing else answered"


def test_a_copy_makes_what_is_found_by_something_else_no_worse() -> None:
    copy = [Found(1, Reason(Facet.COPY, 1), Closeness.VERY_CLOSE)]
    other = [Found(2, Reason(Facet.MEANING, 1), Closeness.CLOSE)]
    assert near_of(copy, other, weights={Facet.COPY: 3.0}) == {1: Closeness.VERY_CLOSE, 2: Closeness.CLOSE}
    assert near_of(copy, other, weights={Facet.COPY: 0.1})[1] is Closeness.VERY_CLOSE
