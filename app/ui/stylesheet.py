"""The style sheet: what the palette cannot say, by the names that widgets carry."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.theme import Roles

_GROUNDS = """
*[ground="window"] { background: $window; }
*[ground="sidebar"] { background: $sidebar; }
*[ground="panel"] { background: $panel; }
QFrame[kind="card"] { background: $window; border: 1px solid $line; border-radius: 10px; }
QFrame[kind="popup"] { background: $window; border: 1px solid $line; }
QFrame[kind="rule"] { background: $line; border: none; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px 8px; }
"""

_TEXT = """
QLabel { background: transparent; color: $text; }
QLabel[kind="section"] { color: $secondary; font-size: 11px; font-weight: 600; }
QLabel[kind="secondary"] { color: $secondary; font-size: 12px; }
QLabel[kind="title"] { color: $text; font-size: 14px; font-weight: 600; }
QLabel[kind="headline"] { color: $text; font-size: 26px; font-weight: 600; }
QLabel[kind="lead"] { color: $secondary; font-size: 14px; }
QLabel[kind="strong"] { color: $text; font-weight: 600; }
QLabel[kind="good"] { color: $good; font-size: 12px; }
QLabel[kind="warning"] { color: $warning; font-size: 12px; }
"""

_BUTTONS = """
QPushButton { background: $window; color: $text; border: 1px solid $line; border-radius: 6px; padding: 0 12px; min-height: 30px; }
QPushButton:hover { background: $chip; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; background: transparent; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 500; padding: 0 16px; }
QPushButton[kind="primary"]:hover { background: $accent_text; border-color: $accent_text; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; min-height: 28px; padding: 0 15px; }
QPushButton[kind="primary"]:disabled { background: $chip; border-color: $chip; color: $faint; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QPushButton[kind="quiet"] { padding: 0 8px; }
QToolButton { padding: 5px; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: $chip; }
QPushButton[kind="quiet"]:pressed, QToolButton:pressed { background: $line; }
QPushButton[kind="quiet"]:focus, QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="row"] {
    background: transparent; border: 1px solid transparent; text-align: left; padding: 0 7px; min-height: 28px; }
QPushButton[kind="row"]:hover { background: $chip; }
QPushButton[kind="row"]:focus { border-color: $accent; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent_text; padding: 0 4px; min-height: 20px; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="quiet-line"] {
    background: transparent; color: $secondary; border: 1px solid transparent; border-radius: 6px; padding: 0 4px;
    min-height: 24px; font-size: 12px; }
QPushButton[kind="quiet-line"]:hover { background: $chip; color: $text; }
QPushButton[kind="quiet-line"]:focus { border-color: $accent; }
QPushButton[kind="small"] { min-height: 24px; padding: 0 10px; font-size: 12px; }
QPushButton[kind="chip"], QToolButton[kind="chip"] {
    background: $chip; color: $text; border: 1px solid $chip; border-radius: 13px; padding: 0 10px; min-height: 24px;
    font-size: 12px; }
QPushButton[kind="chip"]:hover, QToolButton[kind="chip"]:hover { border-color: $faint; }
QPushButton[kind="chip"]:focus, QToolButton[kind="chip"]:focus { border-color: $accent; }
QPushButton[kind="chip"]:checked, QToolButton[kind="chip"]:checked {
    background: $accent_back; color: $accent_text; border-color: $accent_back; }
QFrame[kind="chip"] { background: $chip; color: $text; border-radius: 13px; min-height: 26px; }
QFrame[kind="tag"] { background: $chip; border: 1px solid $line; border-radius: 13px; }
QFrame[kind="tag-suggested"] { background: transparent; border: 1px dashed $faint; border-radius: 13px; }
QFrame[kind="tag"]:focus, QFrame[kind="tag-suggested"]:focus { border: 1px solid $accent; }
QLabel[kind="chip"] { padding: 0 10px; }
"""

_CONTROLS = """
QLineEdit[kind="name"] {
    background: $window; color: $text; border: 1px solid $line; border-radius: 6px; padding: 0 7px; min-height: 24px; }
QLineEdit[kind="name"]:focus { border-color: $accent; }
QListView[kind="menu"] { background: transparent; color: $text; outline: none; }
QListView[kind="list"] { background: $window; color: $text; outline: none; border: 1px solid $line; border-radius: 6px; }
QListView[kind="list"]::item { height: 26px; padding: 0 8px; color: $text; }
QListView[kind="list"]::item:selected { background: $accent_back; color: $accent_text; }
QListView[kind="list"]::indicator { width: 18px; height: 18px; }
QListView[kind="menu"]::item { height: 30px; padding: 0 8px; border-radius: 6px; color: $text; }
QListView[kind="menu"]::item:selected { background: $accent_back; color: $accent_text; }
QTableView[kind="rows"] { background: $window; color: $text; outline: none; border: 1px solid $line; border-radius: 6px;
    selection-background-color: $accent_back; selection-color: $accent_text; }
QTableView[kind="rows"] QHeaderView::section {
    background: $window; color: $secondary; border: none; border-bottom: 1px solid $line; padding: 0 8px; height: 28px;
    font-size: 12px; }
QTableView[kind="rows"]::item { padding: 0 8px; }
QComboBox {
    background: $window; color: $text; border: 1px solid $line; border-radius: 6px; padding: 0 8px; min-height: 30px; }
QComboBox:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 20px; }
QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: $window; border: 1px solid $faint; }
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider:focus { outline: none; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 10px; height: 10px; }
QSlider[kind="filled"]::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider[kind="filled-mirrored"]::add-page:horizontal { background: $accent; border-radius: 2px; }
QProgressBar { border: none; background: $line; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $faint; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $window; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_back; color: $accent_text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
"""


def style_sheet(roles: Roles) -> str:
    """The style sheet of one color scheme."""
    return Template(_GROUNDS + _TEXT + _BUTTONS + _CONTROLS).substitute(asdict(roles))
