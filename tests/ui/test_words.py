"""Numbers, sizes, dates and durations read like words of the person's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import QLocale

from app.engine.types import Metadata
from app.ui import words

NOVEMBER = datetime(2026, 11, 14, 15, 2)


@pytest.fixture(autouse=True)
def british() -> Iterator[None]:
    """A known locale, and the machine's own again afterwards."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


SIZES = {
    0: "0 bytes",
    1: "1 byte",
    64_000: "64 kB",
    412_345: "0.4 MB",
    999_999: "1.0 MB",
    8_100_000: "8.1 MB",
    99_960_000: "100 MB",
    999_700_000: "1.0 GB",
    3_100_000_000: "3.1 GB",
}


@pytest.mark.parametrize(("count", "text"), SIZES.items())
def test_sizes_as_people_say_them(count: int, text: str) -> None:
    assert words.size(count) == text


def test_one_and_many() -> None:
    assert [words.photos(n) for n in (0, 1, 12, 48216)] == ["0 photos", "1 photo", "12 photos", "48,216 photos"]
    assert [words.copies(1), words.copies(3), words.files(1), words.groups(1)] == ["1 copy", "3 copies", "1 file", "1 group"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "a few seconds"),
        (31, "about 30 s"),
        (61, "about 1 min"),
        (178, "about 3 min"),
        (5400, "about 1.5 h"),
        (40_000, "about 11 h"),
    ],
)
def test_durations_are_about_right_and_never_exact(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


def test_dates_follow_the_locale() -> None:
    assert words.moment(NOVEMBER) == "14 Nov 2026, 15:02"
    assert words.day(NOVEMBER, weekday=True) == "Saturday, 14 November 2026"
    QLocale.setDefault(QLocale("de_DE"))
    assert words.moment(NOVEMBER) == "14. Nov. 2026, 15:02"
    assert words.size(8_100_000) == "8,1 MB"
    QLocale.setDefault(QLocale("en_US"))
    assert words.moment(NOVEMBER) == "Nov 14, 2026, 3:02\u202fPM"
    QLocale.setDefault(QLocale("zh_CN"))
    assert words.day(NOVEMBER) == "2026年11月14日"


def test_when_a_photo_was_taken() -> None:
    assert words.taken("2026-11-14T15:02:11") == "14 Nov 2026, 15:02"
    assert words.taken("2026-11-14T15:02:11+01:00", offset=True) == "14 Nov 2026, 15:02 (+01:00)"
    assert words.taken("2026-11-14T15:02:11+01:00") == "14 Nov 2026, 15:02"
    assert words.taken("2026-11-14") == "14 Nov 2026"
    assert words.taken("long ago") == "long ago"


def test_a_time_that_no_calendar_has_is_left_out() -> None:
    assert words.file_time(1e300) == ""


def test_facts_of_a_photo() -> None:
    shot = Metadata(shutter_s=0.004, aperture=8.0, iso=100, focal_mm=35.0, lens_model="18-140 mm")
    assert words.exposure(shot) == "1/250 s · f/8 · ISO 100"
    assert words.exposure(Metadata(shutter_s=2.5)) == "2.5 s"
    assert words.lens(shot) == "18-140 mm at 35 mm"
    assert words.exposure(Metadata()) == words.lens(Metadata()) == words.camera(Metadata()) == ""
    assert words.place(64.15, -21.94) == "64.150° N, 21.940° W"


CAMERAS = (
    ("Canon", "Canon EOS R5", "Canon EOS R5"),
    ("NIKON CORPORATION", "D7500", "Nikon D7500"),
    ("SONY", None, "SONY"),
    (None, "Pixel 9", "Pixel 9"),
    ("LG", "G8", "LG G8"),
)


@pytest.mark.parametrize(("make", "model", "text"), CAMERAS)
def test_a_camera_is_named_once(make: str | None, model: str | None, text: str) -> None:
    assert words.camera(Metadata(camera_make=make, camera_model=model)) == text


def test_the_last_folders_name_a_place() -> None:
    assert words.folder("/home/anna/Pictures/2026 Iceland/a.jpg") == "Pictures / 2026 Iceland"
    assert words.folder("/a.jpg") == "/"
