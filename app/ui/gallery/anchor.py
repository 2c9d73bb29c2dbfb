"""Holds the photo that is looked at in place while others come, go, or change their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPersistentModelIndex

if TYPE_CHECKING:
    from app.ui.gallery.placed import PlacedView


class Anchor:
    """Remembers one photo and how far below the view's top it lies.

    The chosen photo where it is seen, else the first one seen. At the very top, with no chosen photo in sight, nothing
    is held: there the newest photos are what is looked at.
    """

    def __init__(self, view: PlacedView) -> None:
        self._view = view
        self._held: tuple[QPersistentModelIndex, int] | None = None

    def capture(self, leaving: range = range(0)) -> None:
        """Choose what to hold, before a change; a choice stays until `restore`, unless it is among the `leaving` rows."""
        if self._held is not None and self._held[0].isValid() and self._held[0].row() not in leaving:
            return
        row = self._row_to_hold(leaving)
        if row is None:
            return
        index = QPersistentModelIndex(self._view.photos.index(row))
        self._held = (index, self._view.grid.rect(row).top() - self._view.verticalOffset())

    def _row_to_hold(self, leaving: range) -> int | None:
        view = self._view
        seen = [row for row in view.visible_rows() if row not in leaving and row < view.photos.rowCount()]
        current = view.currentIndex()
        if current.isValid() and current.row() in seen and view.selectionModel().isSelected(current):
            return current.row()
        if not seen or view.verticalOffset() == 0:
            return None
        top = view.verticalOffset()
        return next((row for row in seen if view.grid.rect(row).top() >= top), seen[0])

    def restore(self) -> None:
        """Scroll so that the held photo is where it was."""
        held, self._held = self._held, None
        if held is None or not held[0].isValid() or held[0].row() >= self._view.grid.rows:
            return
        top = self._view.grid.rect(held[0].row()).top()
        self._view.glide.carry(top - held[1] - self._view.verticalOffset())

    def forget(self) -> None:
        """Hold nothing."""
        self._held = None
