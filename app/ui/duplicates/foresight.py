"""What the main button of a group will bring about beside the move, said before it is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from app.engine.removals import Gift, RemovalPlan
from app.ui import words
from app.ui.duplicates.removing import Removing
from app.ui.duplicates.review import Review

_SETTLE_MS = 120


class Foresight(QObject):
    """Asks for the plan of the group that is looked at, once it rests."""

    said = Signal(str)

    def __init__(self, removing: Removing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._removing = removing
        self._review: Review | None = None
        self._rest = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._rest.timeout.connect(self._ask)

    def look(self, review: Review) -> None:
        """Another group, or other marks."""
        self._review = review
        self.said.emit("")
        self._rest.start()

    @Slot()
    def _ask(self) -> None:
        if self._review is not None and self._review.leaving:
            done = partial(self._planned, self._review)
            self._removing.plan([self._review], True, done, lambda _failure: None, "group")

    def _planned(self, review: Review, plan: RemovalPlan) -> None:
        if review is self._review and review.leaving:  # else the person looks at something else by now
            self.said.emit(plan_words(plan))


def plan_words(plan: RemovalPlan) -> str:
    """The one thing of a plan that is most worth knowing: what will stay, what frees nothing, what is given; or nothing."""
    for file in (*plan.refused, *plan.notes):
        return f"{PurePath(file.path).name}: {file.reason}"
    return gift_words([file.gift for file in plan.files if file.gift is not None])


def gift_words(gifts: Sequence[Gift]) -> str:
    """What the kept photo is given: "Keywords “zoo” will be added to the kept photo"."""
    keywords = dict.fromkeys(word for gift in gifts for word in (*gift.keywords, *gift.tags))
    if keywords:
        text = QCoreApplication.translate("duplicates", "Keywords “%1” will be added to the kept photo")
        return text.replace("%1", ", ".join(keywords))
    if title := next((gift.title for gift in gifts if gift.title), None):
        return QCoreApplication.translate("duplicates", "The title “%1” will be given to the kept photo").replace("%1", title)
    if rating := next((gift.rating for gift in gifts if gift.rating), None):
        text = QCoreApplication.translate("duplicates", "The rating (%1) will be given to the kept photo")
        return text.replace("%1", words.number(rating))
    return ""
