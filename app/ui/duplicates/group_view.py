"""The chosen group, large: why its first photo is suggested, the cards, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.engine.copies import GroupPhoto
from app.ui import icons, theme, words
from app.ui.duplicates import says
from app.ui.duplicates.cards import CardGrid, CardModel
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review
from app.ui.elided import ElidedLabel
from app.ui.flow import FlowLayout, flow_policy


def button(text: str, tip: str, kind: str = "") -> QPushButton:
    """A button that a click does not give the keyboard to, so that the keys go on working."""
    made = QPushButton(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setToolTip(tip)
    if kind:
        theme.kind(made, kind)
    return made


class GroupView(QWidget):
    """Shows one review; what the person wants is said by signals, marks are changed at once."""

    act_asked = Signal()
    not_duplicates_asked = Signal()
    keep_all_asked = Signal()
    compare_asked = Signal()
    marks_changed = Signal()

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._busy = False
        self.model = CardModel(self)
        self.grid = CardGrid(self.model, pictures, self)
        self.heading, self.why, self.place = QLabel(), ElidedLabel("secondary"), QLabel()
        self.notice, self.foreseen = QLabel(), QLabel(wordWrap=True)
        self._make_buttons()
        self._lay_out()
        self.grid.mark_asked.connect(self.toggle)
        self.grid.compare_asked.connect(self.compare_asked)
        self.grid.seen.connect(self.want_previews)
        pictures.came.connect(self.grid.viewport().update)

    def _make_buttons(self) -> None:
        self.not_duplicates = button(self.tr("Not duplicates"), self.tr("Remember that these are different photos (N)"))
        self.keep_all = button(self.tr("Keep all"), self.tr("Remember that all of these stay (A)"))
        self.compare = button(self.tr("Compare closely"), self.tr("See two of them side by side (C)"))
        self.act = button("", self.tr("Move the marked photos to the trash (Enter)"), "primary")
        self.act.setIcon(icons.icon("arrow-elbow-down-left", "on_accent"))
        self.act.setIconSize(QSize(14, 14))
        self.act.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the sign of the Enter key stands after the words
        self.not_duplicates.clicked.connect(self.not_duplicates_asked)
        self.keep_all.clicked.connect(self.keep_all_asked)
        self.compare.clicked.connect(self.compare_asked)
        self.act.clicked.connect(self.act_asked)

    def _lay_out(self) -> None:
        theme.kind(self.heading, "title")
        theme.kind(self.place, "secondary")
        theme.kind(self.notice, "warning")
        theme.kind(self.foreseen, "secondary")
        self.notice.setWordWrap(True)
        for line in (self.notice, self.foreseen):
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            line.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.S + 2)
        head.addWidget(self.heading)
        head.addWidget(self.why, 1)
        head.addWidget(self.place)
        others = QWidget()
        flow_policy(others)
        flow = FlowLayout(others, gap=theme.S)
        for made in (self.not_duplicates, self.keep_all, self.compare):
            flow.addWidget(made)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S)
        foot.addWidget(others, 1)
        foot.addWidget(self.notice, 1)
        foot.addWidget(self.foreseen, 1)
        foot.addWidget(self.act, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.L, 20, theme.S)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addSpacing(theme.M)
        whole.addWidget(self.grid, 1)  # has its own gap below the last card
        whole.addSpacing(theme.S)
        whole.addLayout(foot)
        whole.addSpacing(theme.S)
        self.help = ElidedLabel("secondary")
        whole.addWidget(self.help)

    def refresh(self, review: Review) -> None:
        """The same files, of which more may be known now."""
        self.model.review = review
        self.model.marks_changed()
        self._say_group(review)

    def show_review(self, review: Review, *, same: bool = False) -> None:
        """Show a group and choose the first photo that would go; of the `same` group with other photos, the one before."""
        chosen, scrolled = self.current, self.grid.verticalScrollBar().value()
        self.model.show(review)
        paths = [photo.path for photo in self.model.photos]
        if same and chosen is not None and chosen.path in paths:
            self.grid.choose(paths.index(chosen.path), scroll=False)
            self.grid.doItemsLayout()
            self.grid.verticalScrollBar().setValue(scrolled)
            self._say_group(review)
            return
        going = next((i for i, photo in enumerate(self.model.photos) if not review.keeps(photo.path)), 0)
        self.grid.choose(going, scroll=False)
        self.grid.scrollToTop()  # the suggested keeper is seen first
        self.say("")
        self._say_group(review)

    def _say_group(self, review: Review) -> None:
        self.heading.setText(says.title(review.group))
        self.why.say(says.suggestion(review.group))
        self._say_act()

    def set_place(self, row: int, count: int) -> None:
        """Where in the list the group is: "1 of 214"."""
        text = QCoreApplication.translate("duplicates", "%1 of %2")
        self.place.setText(text.replace("%2", words.number(count)).replace("%1", words.number(row + 1)))

    def say(self, text: str) -> None:
        """A line beside the buttons: why something was refused."""
        self.notice.setText(text)
        self.notice.setVisible(bool(text))
        self.foreseen.setVisible(bool(self.foreseen.text()) and not text)

    def foresee(self, text: str) -> None:
        """A line beside the main button: what it will bring about beside the move; a refusal goes before it."""
        self.foreseen.setText(text)
        self.foreseen.setVisible(bool(text) and self.notice.isHidden())

    def set_busy(self, busy: bool) -> None:
        """While files move, nothing else can be begun."""
        self._busy = busy
        self._say_act()

    @property
    def current(self) -> GroupPhoto | None:
        """The chosen photo."""
        row = self.grid.row
        return self.model.photos[row] if 0 <= row < len(self.model.photos) else None

    def step(self, by: int) -> None:
        """Choose the next (1) or the previous (-1) photo."""
        self.grid.choose(self.grid.row + by)

    def toggle(self, row: int) -> None:
        """Give a photo the other mark."""
        review = self.model.review
        if review is not None:
            self.grid.choose(row)
            self.mark(not review.keeps(self.model.photos[row].path))

    def toggle_photo(self, photo: GroupPhoto) -> None:
        """Give a photo of this group, of which more may be known by now, the other mark."""
        self.toggle([shown.path for shown in self.model.photos].index(photo.path))

    def keep_only(self) -> None:
        """Let the chosen photo stay and all others go."""
        review, photo = self.model.review, self.current
        if review is not None and photo is not None and not self._busy:
            protected = {other.path for other in review.group.photos if self.model.rules.protects(other.path)}
            review.keep_only(photo.path, protected)
            self._marked()

    def mark(self, keep: bool) -> None:
        """Let the chosen photo stay or go; the last one that stays is not let go."""
        review, photo = self.model.review, self.current
        if review is None or photo is None or self._busy:
            return
        if not keep and self.model.rules.protects(photo.path):
            self.say(self.tr("It is in a protected folder, of which nothing goes (R shows these folders)."))
            return
        if review.mark(photo.path, keep):
            self.say("")
        else:
            self.say(self.tr("One photo always stays. Keep another one first."))
        self._marked()

    def _marked(self) -> None:
        self.model.marks_changed()
        self._say_act()
        self.marks_changed.emit()

    def _say_act(self) -> None:
        review = self.model.review
        count = len(review.leaving) if review else 0
        self.act.setText(act_words(count))
        self.act.setEnabled(count > 0 and not self._busy)
        for made in (self.keep_all, self.compare):
            made.setEnabled(not self._busy)
        differ = review is not None and len({photo.digest for photo in review.group.photos}) > 1
        self.not_duplicates.setEnabled(differ and not self._busy)

    def want_previews(self) -> None:
        """Ask for larger pictures of the cards in view."""
        if self.isVisible():
            paths = [self.model.photos[row].path for row in self.grid.rows_seen()]
            self._pictures.want_previews(paths, self.grid.picture_side())


def act_words(count: int) -> str:
    """What the main button will do: "Move 2 to the trash"."""
    if not count:
        return QCoreApplication.translate("duplicates", "Nothing to move")
    return QCoreApplication.translate("duplicates", "Move %1 to the trash").replace("%1", words.number(count))
