"""The colors and measures of the window."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.icons import icon


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors (WCAG 2.2)."""

    def light(name: str) -> float:
        color = QColor(name)
        parts = [color.redF(), color.greenF(), color.blueF()]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.fixture(autouse=True)
def light_again(qapp: object):
    """Every test begins and ends with the light scheme."""
    theme.apply("light")
    yield
    theme.apply("light")


@pytest.mark.parametrize("roles", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "sidebar", "panel"])
@pytest.mark.parametrize("text", ["text", "secondary", "accent_text", "good", "warning"])
def test_words_can_be_read_on_every_ground(roles: theme.Roles, ground: str, text: str) -> None:
    assert contrast(getattr(roles, text), getattr(roles, ground)) >= 4.5


@pytest.mark.parametrize("roles", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_words_can_be_read_on_the_accent(roles: theme.Roles) -> None:
    assert contrast(roles.on_accent, roles.accent) >= 4.5
    assert contrast(roles.accent_text, roles.accent_back) >= 4.5
    assert contrast(roles.accent_text, roles.chip) >= 4.5


def test_every_color_is_a_color() -> None:
    for roles in (theme.LIGHT, theme.DARK):
        assert all(QColor(value).isValid() for name, value in asdict(roles).items() if name != "dark")


def test_a_choice_changes_palette_and_colors_and_tells_it(qtbot: QtBot) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    with qtbot.waitSignal(theme.changed):
        theme.apply("dark")
    assert theme.current() is theme.DARK
    assert theme.color("accent") == QColor("#6b9bff")
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.DARK.text)


def test_a_main_button_is_painted_in_the_accent(qtbot: QtBot) -> None:
    button = QPushButton("Go")
    theme.kind(button, "primary")
    qtbot.addWidget(button)
    button.resize(80, 32)
    picture = button.grab().toImage()
    assert picture.pixelColor(8, 16).name() == theme.LIGHT.accent
    theme.apply("dark")
    assert button.grab().toImage().pixelColor(8, 16).name() == theme.DARK.accent


def strongest(sign: QIcon) -> QColor:
    """The color of the most opaque pixel of an icon."""
    picture = sign.pixmap(QSize(32, 32)).toImage()
    colors = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    return max(colors, key=lambda color: color.alpha())


@pytest.mark.parametrize("name", ["image", "sidebar", "images", "ph.trash-light"])
def test_an_icon_follows_the_scheme_without_being_made_again(name: str) -> None:
    sign = icon(name, "accent")
    light = strongest(sign)
    theme.apply("dark")
    dark = strongest(sign)
    assert light.alpha() > 100
    assert abs(light.blue() - QColor(theme.LIGHT.accent).blue()) < 12
    assert abs(dark.red() - QColor(theme.DARK.accent).red()) < 12


def test_a_mirrored_sidebar_has_its_bar_on_the_other_side() -> None:
    plain = icon("sidebar").pixmap(QSize(36, 36)).toImage()
    mirrored = icon("sidebar", mirrored=True).pixmap(QSize(36, 36)).toImage()
    middle = range(8, 28)
    left = sum(plain.pixelColor(x, 18).alpha() for x in middle if x < 18)
    right = sum(mirrored.pixelColor(x, 18).alpha() for x in middle if x > 18)
    assert left > 100
    assert right > 100


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        icon("no-such-sign")
