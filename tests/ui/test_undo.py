"""Taking steps back."""

from __future__ import annotations

from app.ui.undo import Happening, UndoList


def step(log: list[str], name: str, *, again: bool = False) -> Happening:
    """A happening that writes down what is done to it."""
    return Happening(name, lambda: log.append(f"undo {name}"), (lambda: log.append(f"redo {name}")) if again else None)


def test_the_newest_step_is_taken_back_first(qapp: object) -> None:
    log: list[str] = []
    steps = UndoList()
    steps.add(step(log, "a"))
    steps.add(step(log, "b"))
    assert steps.undo() is not None
    steps.undo()
    assert log == ["undo b", "undo a"]
    assert steps.undo() is None
    assert not steps.can_undo


def test_what_cannot_be_taken_back_is_not_kept(qapp: object) -> None:
    steps = UndoList()
    steps.add(Happening("just told", None))
    assert not steps.can_undo


def test_redo_does_it_again_and_a_new_step_ends_that(qapp: object) -> None:
    log: list[str] = []
    steps = UndoList()
    steps.add(step(log, "a", again=True))
    steps.undo()
    assert steps.can_redo
    steps.redo()
    steps.undo()
    assert log == ["undo a", "redo a", "undo a"]
    steps.add(step(log, "b"))
    assert steps.redo() is None


def test_one_step_can_be_taken_back_out_of_order_and_only_once(qapp: object) -> None:
    log: list[str] = []
    steps = UndoList()
    first, second = step(log, "a"), step(log, "b")
    steps.add(first)
    steps.add(second)
    steps.undo_this(first)
    steps.undo_this(first)
    assert log == ["undo a"]
    assert steps.undo() is second
