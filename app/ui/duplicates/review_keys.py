"""What the keys do on the duplicates page, and a line that says the most needed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPushButton

from app.ui.duplicates.compare import STEP, Way
from app.ui.duplicates.keys import Act

if TYPE_CHECKING:
    from app.ui.duplicates.reviewing import Reviewing

_PAGE = 8  # groups that PageUp and PageDown pass
_Key = Qt.Key


def key_table(page: Reviewing) -> dict[int, Act]:
    """The keys that work whether the group is shown or compared, and those of either."""
    view, compare = page.view, page.compare

    def press(chip: QPushButton) -> None:
        if page.currentWidget() is compare and not chip.isHidden():
            chip.click()

    return {
        _Key.Key_Up: Act(lambda: page.step_group(-1)),
        _Key.Key_Down: Act(lambda: page.step_group(1)),
        _Key.Key_PageUp: Act(lambda: page.step_group(-_PAGE)),
        _Key.Key_PageDown: Act(lambda: page.step_group(_PAGE)),
        _Key.Key_Home: Act(lambda: page.list.choose(0)),
        _Key.Key_End: Act(lambda: page.list.choose(page.model.rowCount())),
        _Key.Key_Left: Act(lambda: page.step_card(-1)),
        _Key.Key_Right: Act(lambda: page.step_card(1)),
        _Key.Key_K: Act(lambda: view.mark(True)),
        _Key.Key_T: Act(lambda: view.mark(False)),
        _Key.Key_O: Act(view.keep_only, once=True),
        _Key.Key_Space: Act(lambda: view.toggle(view.grid.row), once=True),
        _Key.Key_A: Act(page.keep_all, once=True),
        _Key.Key_N: Act(page.not_duplicates, once=True),
        _Key.Key_X: Act(page.not_this_one, once=True),
        _Key.Key_C: Act(page.compare_closely, once=True),
        _Key.Key_Return: Act(page.act, once=True),
        _Key.Key_Enter: Act(page.act, once=True),
        _Key.Key_Escape: Act(page.leave, once=True),
        _Key.Key_B: Act(page.listing.plan_asked.emit, once=True),
        _Key.Key_H: Act(page.listing.moved_asked.emit, once=True),
        _Key.Key_E: Act(page.listing.decided_asked.emit, once=True),
        _Key.Key_R: Act(page.listing.rules_asked.emit, once=True),
        _Key.Key_F: Act(lambda: page.compare_in(Way.SWITCH)),  # held down, the photos go on changing places
        _Key.Key_D: Act(lambda: page.compare_in(Way.DIFFERENCE), once=True),
        _Key.Key_S: Act(lambda: page.compare_in(Way.SIDES), once=True),
        _Key.Key_G: Act(lambda: press(compare.all), once=True),
        _Key.Key_L: Act(lambda: press(compare.aligned), once=True),
        _Key.Key_I: Act(lambda: press(compare.details), once=True),
        _Key.Key_Plus: Act(lambda: compare.zoom(STEP)),
        _Key.Key_Equal: Act(lambda: compare.zoom(STEP)),
        _Key.Key_Minus: Act(lambda: compare.zoom(1 / STEP)),
        _Key.Key_0: Act(compare.look.fit),
        _Key.Key_1: Act(compare.show_pixels),
    }


def group_help() -> str:
    """The keys for a group, in one line."""
    return QCoreApplication.translate(
        "duplicates", "↑ ↓ group   ← → photo   K keep   T trash   O only this   N not duplicates   C compare   ? all keys"
    )


def compare_help() -> str:
    """The keys for comparing, in one line."""
    return QCoreApplication.translate(
        "duplicates", "← → photo   F switch   D difference   S side by side   + − zoom   K keep   T trash   Esc back"
    )
