"""The ways through the window: places, the viewer, the panels, and one step back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.engine.types import Box, Facet, PhotoRow, Query
from app.ui.copy_ways import CopyWays
from app.ui.parts.ways import MatchWays
from app.ui.rooms import Rooms
from app.ui.searching import SearchFlow
from app.ui.sidebar import ALL_PHOTOS, Place, Where
from app.ui.typed import tag_condition

DUPLICATES = Place(Where.DUPLICATES)
MOST_PICTURES = 4
"""A question is made of a few pictures; more that are dropped at once are left out."""


class Navigator(QObject):
    """Knows where the user is and leads on from there."""

    arrived = Signal(object)  # Place

    def __init__(self, rooms: Rooms, search: SearchFlow, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms, self._search = rooms, search
        self.place = ALL_PHOTOS
        self.matches, self.copies = MatchWays(rooms, search, self), CopyWays(rooms, self)
        search.began.connect(self.show_photos)
        search.began.connect(self._look_where)
        search.ended.connect(self._look_where)
        rooms.saved.changed.connect(self._look_where)
        rooms.tags_page.chosen.connect(lambda tag: self.go(Place(Where.TAG, tag=tag)))
        search.folder_dropped.connect(self.go_to_all)
        search.panel_wanted.connect(self._open_similar)
        search.panel_done.connect(self._hide_similar)
        rooms.browse.folded.connect(self._show_panel_state)
        rooms.sidebar.chosen.connect(self.go)
        rooms.gallery.opened.connect(self.open_photo)
        rooms.gallery.selected.connect(self._selected)
        rooms.similar.opened.connect(self.open_photo)
        rooms.similar.closed.connect(self.close_panel)
        rooms.viewing.viewer.closed.connect(self.close_viewer)
        rooms.viewing.viewer.similar_asked.connect(self.find_similar)
        rooms.viewing.viewer.part_asked.connect(self.find_part)
        rooms.info.opened.connect(self.open_photo)
        rooms.info.closed.connect(self.close_panel)
        rooms.viewing.info.opened.connect(self.open_photo)
        rooms.top_bar.panel.clicked.connect(self.toggle_similar)
        rooms.top_bar.sidebar.clicked.connect(rooms.browse.toggle_sidebar)
        rooms.browse.unfold.clicked.connect(rooms.browse.toggle_sidebar)

    @property
    def on_photos(self) -> bool:
        """Whether the gallery is in front, or behind the viewer."""
        return self.place.where in (Where.PHOTOS, Where.FOLDER, Where.SEARCH, Where.TAG)

    @Slot(object)
    def go(self, place: Place) -> None:
        """Lead to a place of the sidebar."""
        rooms = self._rooms
        left, self.place = self.place, place
        rooms.show(rooms.browse)
        rooms.sidebar.show_place(place)
        if place.where == Where.DUPLICATES:
            rooms.browse.show_page(rooms.duplicates)
            rooms.duplicates.setFocus()
        elif place.where == Where.UNREADABLE:
            rooms.browse.show_page(rooms.unreadable)
            rooms.unreadable.refresh()
            rooms.unreadable.setFocus()
        elif place.where == Where.TAGS:
            rooms.browse.show_page(rooms.tags_page)
            rooms.tags_page.setFocus()
        else:
            rooms.browse.show_page(rooms.browse.photos)
            self._show_photos_of(place, left)
            rooms.gallery.setFocus()
        self.arrived.emit(place)

    def _show_photos_of(self, place: Place, left: Place) -> None:
        """A saved search is asked; who leaves one for a folder leaves its question there."""
        saved = self._rooms.saved.named(place.search) if place.search else None
        if saved is not None:
            self._search.recall(saved.query)
            return
        if place.tag is not None:
            self._search.recall(Query(where=(tag_condition(place.tag),)))
            return
        if left.where in (Where.SEARCH, Where.TAG):
            self._rooms.search_bar.clear()
        self._search.set_folder(place.folder)

    @Slot()
    def _look_where(self) -> None:
        """The question or the saved searches changed: the sidebar marks the one that is asked, else the folder."""
        if not self.on_photos:
            return
        query, folder = self._search.query, self._search.folder
        name = self._rooms.saved.name_of(query) if query is not None else ""
        tag = self._rooms.tags.asked_by(query) if query is not None else None
        place = Place(Where.TAG, tag=tag) if tag else Place(Where.FOLDER, folder) if folder else ALL_PHOTOS
        here = Place(Where.SEARCH, search=name) if name else place
        if here != self.place:
            self.place = here
            self._rooms.sidebar.show_place(here)
            self.arrived.emit(here)

    @Slot()
    def go_to_all(self) -> None:
        """Lead to all photos."""
        self.go(ALL_PHOTOS)

    @Slot()
    def show_photos(self) -> None:
        """Bring the photos to the front as they are."""
        rooms = self._rooms
        rooms.show(rooms.browse)
        if not self.on_photos:
            self.place = Place(Where.FOLDER, self._search.folder) if self._search.folder else ALL_PHOTOS
            rooms.sidebar.show_place(self.place)
            rooms.browse.show_page(rooms.browse.photos)
            self.arrived.emit(self.place)
            self._look_where()

    # ---- the viewer

    @Slot(object)
    def open_photo(self, row: PhotoRow) -> None:
        """Look at one photo, and go on to its neighbors from there."""
        gallery = self._rooms.gallery
        index = gallery.model.row_of(row.photo_id)
        self._rooms.show(self._rooms.viewing)
        self._rooms.viewing.open((row,) if index is None else gallery.rows(), index or 0)

    @Slot()
    def close_viewer(self) -> None:
        """Back to the photos, with the one that was looked at chosen."""
        looked_at = self._rooms.viewing.viewer.row()
        self._rooms.show(self._rooms.browse)
        if looked_at is not None:
            self._rooms.gallery.select(looked_at.photo_id)
        self._rooms.gallery.setFocus()

    # ---- the panels

    @Slot()
    def find(self) -> None:
        """Bring the search field to the front."""
        if self._rooms.shown in (self._rooms.browse, self._rooms.viewing):
            self.show_photos()
            self._rooms.search_bar.focus()

    @Slot(object)
    def find_similar(self, row: PhotoRow) -> None:
        """Open the panel for a photo."""
        self.show_photos()
        self._search.start_over()
        self._rooms.similar.forget()  # the question before may have been for words alone
        self._open_similar()
        self._rooms.similar.show_photo(row)

    @Slot(object, tuple)
    def find_part(self, row: PhotoRow, box: Box) -> None:
        """Open the panel for a part of a photo."""
        self.show_photos()
        self._search.start_over()
        self._rooms.similar.forget()  # what counted in the question before may not find parts
        self._open_similar()
        self._rooms.similar.show_photo(row, box)

    @Slot(object)
    def more_like(self, row: PhotoRow) -> None:
        """Add a photo to the question at hand: more like this one."""
        self.show_photos()
        self._rooms.search_bar.add_image(row.path)

    @Slot(object)
    def more_with_text(self, row: PhotoRow) -> None:
        """Ask for photos with the text of this one."""
        words = (Facet.WORDS,)
        self._search.recall(Query(images=(row.path,), facets=words, weights=((Facet.WORDS, 1.0),), folder=self._search.folder))

    @Slot(object)
    def less_like(self, row: PhotoRow) -> None:
        """Add to the question at hand that photos shall not be like this one."""
        self.show_photos()
        self._rooms.search_bar.add_unlike(row.path)

    @property
    def is_asking(self) -> bool:
        """Whether there is a question that more can be added to."""
        return self._search.query is not None

    @Slot()
    def find_similar_to_chosen(self) -> None:
        """Open the panel for the chosen photo, or empty where none is chosen."""
        rows = self._rooms.gallery.selection()
        if rows:
            self.find_similar(rows[0])
        else:
            self.show_photos()
            self._open_similar()

    @Slot(object)
    def ask_pictures(self, pictures: Sequence[str | bytes]) -> None:
        """Pictures from outside become the question; the field shows them, and the panel opens on the last."""
        self.show_photos()
        for picture in pictures[:MOST_PICTURES]:
            self._rooms.search_bar.add_image(picture)

    @Slot(object)
    def ask_unlike(self, pictures: Sequence[str | bytes]) -> None:
        """Photos shall not be like pictures from outside."""
        self.show_photos()
        for picture in pictures[:MOST_PICTURES]:
            self._rooms.search_bar.add_unlike(picture)

    @Slot()
    def _open_similar(self) -> None:
        self._rooms.browse.show_panel(self._rooms.similar)
        self._search.open_panel()

    @Slot()
    def toggle_similar(self) -> None:
        """Open or close the panel; it opens on the chosen photo unless something is asked already."""
        if self._rooms.browse.panel is self._rooms.similar:
            self.close_panel()
        elif self._search.query is not None:
            self._open_similar()
        else:
            self.find_similar_to_chosen()

    @Slot()
    def toggle_info(self) -> None:
        """Show or hide what is known about the chosen photo, in the viewer's own panel while that is open."""
        rooms = self._rooms
        if rooms.shown is rooms.viewing:
            rooms.viewing.toggle_info()
        elif rooms.browse.panel is rooms.info:
            self.close_panel()
        else:
            self.show_photos()
            rooms.browse.show_panel(rooms.info)  # what was asked stays
            self._selected(rooms.gallery.selection())

    @Slot()
    def close_panel(self) -> None:
        """Close the panel on the right; the one of similar photos takes its picture out of the question."""
        similar = self._rooms.browse.panel is self._rooms.similar
        self._rooms.browse.show_panel(None)
        if similar:
            self._search.close_panel()
        self._rooms.gallery.setFocus()

    @Slot()
    def _hide_similar(self) -> None:
        if self._rooms.browse.panel is self._rooms.similar:
            self._rooms.browse.show_panel(None)

    @Slot()
    def _show_panel_state(self) -> None:
        """The button in the top bar tells whether the panel is open."""
        self._rooms.top_bar.panel.setChecked(self._rooms.browse.panel is self._rooms.similar)

    @Slot(object)
    def _selected(self, rows: Sequence[PhotoRow]) -> None:
        row = rows[0] if len(rows) == 1 else None
        if self._rooms.browse.panel is self._rooms.info:
            self._rooms.info.show_photo(row)
        self._rooms.similar.highlight(row.photo_id if row else None)

    # ---- back

    def step_back(self) -> bool:
        """Esc: leave the page, what is asked, the panel, the folder, the field; False where there is nothing to leave."""
        if self._rooms.shown is not self._rooms.browse:
            return False
        if not self.on_photos:
            self.show_photos()
        elif not self._rooms.search_bar.is_empty():
            self._rooms.search_bar.clear()
        elif self._rooms.browse.panel is not None:
            self.close_panel()
        elif self.place != ALL_PHOTOS:
            self.go_to_all()
        elif self._rooms.search_bar.edit.hasFocus():
            self._rooms.gallery.setFocus()
        else:
            return False
        return True
