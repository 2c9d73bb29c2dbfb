"""What stands in the middle of the gallery: the photos, or a page that says why there are none."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.gallery.states import State
from app.ui.state_page import StatePage


class Stage(QStackedWidget):
    """Shows the photos it was given, or one state instead of them."""

    went_on = Signal(object)  # Step: a button of the state was pressed

    def __init__(self, photos: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = photos
        self.page: StatePage | None = None
        self.state: State | None = None
        self.addWidget(photos)

    @property
    def on_photos(self) -> bool:
        """Whether the photos are in front."""
        return self.currentWidget() is self._photos

    def show_photos(self) -> None:
        """Bring the photos to the front."""
        self.setCurrentWidget(self._photos)
        self._drop()

    def show_state(self, state: State) -> None:
        """Show a state instead of the photos; the same one again changes nothing, so that nothing blinks."""
        if self.page is not None and state == self.state and not self.on_photos:
            return
        had_keys = self.page is not None and self.page.isAncestorOf(self.focusWidget() or self)
        self._drop()
        self.state, self.page = state, StatePage()
        self.page.show_state(state.sign, state.title, state.sentence)
        self.page.show_hint(state.hint)
        buttons = [self.page.add_button(words, partial(self.went_on.emit, step)) for words, step in state.steps]
        if had_keys and buttons:
            buttons[0].setFocus()
        self.addWidget(self.page)
        self.setCurrentWidget(self.page)

    def _drop(self) -> None:
        if self.page is not None:
            self.removeWidget(self.page)
            self.page.deleteLater()
            self.page = self.state = None
