"""How the window looks: every color and measure in one place, light and dark, live with the system.

Widgets ask `color("accent")` while they paint, or carry a name that the short style sheet knows: `kind(widget, "primary")`
(chip, primary, quiet, section, secondary, title, headline, card) and `ground(widget, "panel")` (window, sidebar, panel).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.stylesheet import style_sheet

Choice = Literal["system", "light", "dark"]

# Measures in device-independent pixels
SPACING = (4, 8, 12, 16, 24)
XS, S, M, L, XL = SPACING
RADIUS_THUMBNAIL, RADIUS_BUTTON, RADIUS_PREVIEW, RADIUS_CARD = 4, 6, 8, 10
ROW, BUTTON, CHIP, TOP_BAR, STATUS_LINE = 30, 32, 26, 56, 30
SIDEBAR, PANEL = 232, 336
ICON = 18
GAP = 4  # between thumbnails
BODY, SECONDARY, SECTION, TITLE, LARGE_TITLE, HEADLINE = 13, 12, 11, 14, 15, 26


@dataclass(frozen=True, slots=True)
class Roles:
    """One color scheme; every color as #rrggbb."""

    dark: bool
    window: str
    sidebar: str
    panel: str
    line: str
    field: str
    chip: str
    placeholder: str
    text: str
    secondary: str
    faint: str
    accent: str
    accent_back: str
    accent_text: str
    on_accent: str
    good: str
    warning: str


LIGHT = Roles(
    dark=False,
    window="#ffffff",
    sidebar="#f5f5f6",
    panel="#fafafa",
    line="#e3e3e6",
    field="#efeff1",
    chip="#ededf0",
    placeholder="#ececef",
    text="#1c1c1f",
    secondary="#6b6b73",
    faint="#9a9aa3",
    accent="#2f6fed",
    accent_back="#e6eefd",
    accent_text="#1f5fd6",
    on_accent="#ffffff",
    good="#18753f",
    warning="#9a5000",
)
DARK = Roles(
    dark=True,
    window="#1b1b1d",
    sidebar="#232326",
    panel="#202023",
    line="#343438",
    field="#2d2d31",
    chip="#333338",
    placeholder="#2a2a2e",
    text="#ececee",
    secondary="#a0a0a8",
    faint="#75757d",
    accent="#6b9bff",
    accent_back="#2a3654",
    accent_text="#8fb4ff",
    on_accent="#14161c",
    good="#5cc98a",
    warning="#e7a34d",
)


def palette(roles: Roles) -> QPalette:
    """The Qt palette of a scheme, so that every standard widget follows it."""
    made = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, roles.window),
        (QPalette.ColorRole.Base, roles.window),
        (QPalette.ColorRole.AlternateBase, roles.panel),
        (QPalette.ColorRole.Button, roles.window),
        (QPalette.ColorRole.ToolTipBase, roles.panel),
        (QPalette.ColorRole.WindowText, roles.text),
        (QPalette.ColorRole.Text, roles.text),
        (QPalette.ColorRole.ButtonText, roles.text),
        (QPalette.ColorRole.ToolTipText, roles.text),
        (QPalette.ColorRole.BrightText, roles.on_accent),
        (QPalette.ColorRole.PlaceholderText, roles.secondary),
        (QPalette.ColorRole.Highlight, roles.accent),
        (QPalette.ColorRole.HighlightedText, roles.on_accent),
        (QPalette.ColorRole.Accent, roles.accent),
        (QPalette.ColorRole.Link, roles.accent_text),
        (QPalette.ColorRole.Light, roles.field),
        (QPalette.ColorRole.Midlight, roles.chip),
        (QPalette.ColorRole.Mid, roles.line),
        (QPalette.ColorRole.Dark, roles.faint),
        (QPalette.ColorRole.Shadow, roles.line),
    ):
        made.setColor(role, QColor(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(roles.faint))
    return made


class Theme(QObject):
    """The scheme in force; there is one for the program, and it lives in the GUI thread."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.roles = LIGHT
        self.choice: Choice = "system"
        self._following = False

    def apply(self, choice: Choice) -> None:
        """Dress the running application; from then on it follows the system unless the choice is light or dark."""
        self.choice = choice
        hints = QGuiApplication.styleHints()
        if not self._following:
            hints.colorSchemeChanged.connect(self._follow)
            self._following = True
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(choice, Qt.ColorScheme.Unknown)
        hints.setColorScheme(wanted)  # Unknown gives the choice back to the system
        self._dress()

    @Slot()
    def _follow(self) -> None:
        self._dress()

    def _dress(self) -> None:
        self.roles = self._wanted()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(self.roles))
            app.setStyleSheet(style_sheet(self.roles))
        self.changed.emit()

    def _wanted(self) -> Roles:
        if self.choice != "system":
            return DARK if self.choice == "dark" else LIGHT
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


_theme = Theme()
changed = _theme.changed


def apply(choice: Choice = "system") -> None:
    """Dress the running application in a scheme, "system" following the desktop live."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.property("facetDressed") is None:
        app.setProperty("facetDressed", True)
        app.setStyle("Fusion")
        app.setFont(body_font())
    _theme.apply(choice)


def choice() -> Choice:
    """What the user chose: follow the system, or always light or dark."""
    return _theme.choice


def current() -> Roles:
    """The scheme in force."""
    return _theme.roles


def color(role: str) -> QColor:
    """A color of the scheme in force by its role, such as "accent"."""
    return QColor(getattr(_theme.roles, role))


def kind(widget: QWidget, name: str) -> None:
    """Name what a widget is for the style sheet; may be called again while it is shown."""
    widget.setProperty("kind", name)
    restyle(widget)


def ground(widget: QWidget, name: str) -> None:
    """Give a plain widget the background of the window, the sidebar or a panel."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.setProperty("ground", name)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Let a widget look again at the properties that the style sheet asks for."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def beside_icon(text: str) -> str:
    """A button's text with the usual room to its icon, which the style sheet cannot say."""
    return f"\u2002{text}"


def body_font() -> QFont:
    """The system's font at the body size with figures of equal width; a good one where the system names none."""
    made = QFont()
    if made.family().lower() in ("sans serif", "sans", "sans-serif", ""):
        made.setFamilies(["Inter", "Cantarell", "Noto Sans", "Ubuntu", QFontInfo(made).family()])
    made.setPixelSize(BODY)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def font(size: int = BODY, *, semibold: bool = False) -> QFont:
    """The window's font at a size in pixels, for painting by hand."""
    made = QFont(QApplication.font())
    made.setPixelSize(size)
    if semibold:
        made.setWeight(QFont.Weight.DemiBold)
    return made
