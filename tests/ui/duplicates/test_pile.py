"""What the pile leaves out of an answer, and what comes back."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateKind, Relation
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.removing import removals_of
from app.ui.duplicates.review import Review, key, without
from tests.ui.duplicates.conftest import group, photo


def test_moved_files_are_left_out_until_the_engine_knows(qtbot: QtBot) -> None:
    pile, answer = Pile(), (group(1), group(2, count=3))
    pile.take(answer)
    pile.moved(("/photos/00001/1.jpg", "/photos/00002/2.jpg"))
    pile.take(answer)
    assert [len(g.photos) for g in pile.groups] == [2]
    assert pile.frees == 1_000_000
    pile.take((group(2, count=2),))  # the engine knows; what comes later under the same name is another file
    pile.take(answer)
    assert [len(g.photos) for g in pile.groups] == [2, 3]


def test_a_group_set_aside_comes_back_only_when_it_is_another_one() -> None:
    pile = Pile()
    pile.take((group(1), group(2)))
    pile.set_aside(group(1))
    pile.take((group(1), group(2)))
    assert [key(g)[0] for g in pile.groups] == ["/photos/00002/0.jpg"]
    pile.take((group(1, count=3), group(2)))
    assert len(pile.groups) == 2


def test_a_decision_while_a_long_answer_is_gone_through_counts(qtbot: QtBot) -> None:
    pile = Pile()
    answer = tuple(group(n) for n in range(20_000))
    pile.take(answer)
    assert not pile.groups, "twenty thousand groups take more than one turn of the event loop"
    pile.moved(("/photos/19999/1.jpg",))
    with qtbot.waitSignal(pile.sifted):
        pass
    assert len(pile.groups) == 19_999


def test_counts_follow_what_leaves_and_returns() -> None:
    pile = Pile()
    pile.take((group(1), group(2, DuplicateKind.EDITED, 3)))
    second = pile.groups[1]
    row = pile.remove(second)
    assert (row, pile.counts[DuplicateKind.EDITED], pile.frees) == (1, 0, 1_000_000)
    pile.put_back(row, second)
    assert (len(pile.groups), pile.counts[DuplicateKind.EDITED], pile.frees) == (2, 1, 3_000_000)
    pile.put_back(row, group(2, DuplicateKind.EDITED, 3))
    assert len(pile.groups) == 2, "what is there already is not put in twice"


def test_a_group_brought_back_stays_until_its_files_are_read_again() -> None:
    pile = Pile()
    pile.take((group(1), group(2, count=4), group(3)))
    second = pile.groups[1]
    moved = ("/photos/00002/2.jpg", "/photos/00002/3.jpg")
    pile.moved(moved)
    pile.remove(second)
    pile.brought_back(moved)
    pile.put_back(1, second, moved)
    pile.take((group(1), group(3), group(2, count=2)))
    assert [len(g.photos) for g in pile.groups] == [2, 4, 2]
    assert (pile.counts[DuplicateKind.RESIZED], pile.frees) == (3, 5_000_000)
    pile.take((group(1), group(3), group(2, count=3)))
    assert [len(g.photos) for g in pile.groups] == [2, 2, 3], "the engine knows one of them again"
    pile.put_back(0, group(9), ("/photos/00009/1.jpg",))
    pile.settle()
    pile.take((group(1),))
    assert len(pile.groups) == 1


def test_changed_marks_change_what_is_freed() -> None:
    pile = Pile()
    pile.take((group(1), group(2, count=3)))
    review = pile.review(pile.groups[1])
    assert review.mark("/photos/00002/2.jpg", True)
    pile.remember(review)
    assert (pile.frees, pile.frees_of(pile.groups[1])) == (2_000_000, 1_000_000)
    pile.remove(pile.groups[1])
    assert pile.frees == 1_000_000


def test_the_last_one_that_stays_is_not_let_go() -> None:
    review = Review.of(group(1, count=3))
    assert not review.mark("/photos/00001/0.jpg", False)
    assert review.mark("/photos/00001/2.jpg", True)
    assert review.mark("/photos/00001/0.jpg", False)
    assert [p.path for p in review.keepers] == ["/photos/00001/2.jpg"]


def test_a_part_or_another_shot_that_stays_is_no_copy_of_what_goes() -> None:
    whole = group(1, count=3)
    relations = (Relation(DuplicateKind.CROPPED), Relation(DuplicateKind.BURST, None, 4))
    more = (photo(1, 3 + n, keep=True, relation=relation) for n, relation in enumerate(relations))
    review = Review.of(replace(whole, photos=(*whole.photos, *more)))
    (removal,) = removals_of([review])
    assert removal.keepers == ("/photos/00001/0.jpg",) and len(review.keepers) == 3
    assert review.mark("/photos/00001/0.jpg", False)
    (removal,) = removals_of([review])
    assert removal.keepers == ("/photos/00001/3.jpg", "/photos/00001/4.jpg"), "where they alone are wanted they must stand"


def test_a_group_of_one_is_no_group() -> None:
    assert without(group(1), {"/photos/00001/1.jpg"}) is None
    left = without(group(1, count=3), {"/photos/00001/1.jpg"})
    assert left is not None and len(left.photos) == 2
