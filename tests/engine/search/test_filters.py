"""Every filter against real SQL on a small table with the columns of the view."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.engine.errors import FilterError
from app.engine.library.catalog import Catalog
from app.engine.search.filters import MOST, named, parse
from app.engine.texts import TextSource
from tests.engine.library.samples import digest, photo

_COLUMNS = (
    "photo_id, date_taken, camera_make, camera_model, lens_model, iso, aperture, focal_mm, width, height, size, format, folder, "
    "keywords, rating, gps_lat, gps_lon, title, description"
)
_ROWS = [
    (1, "2024-05-31T23:10:00", "Canon", "EOS R5", "RF 24-70mm", 400, 2.8, 35.0, 6000, 4000, 9_000_000, "JPEG", "/p/Iceland",
     '["zoo", "Big Bird"]', 4, 64.15, -21.94, None, None),
    (2, "2023-12-31", "NIKON CORPORATION", "D7500", None, 100, 8.0, 140.0, 5568, 3712, 4_000_000, "HEIC", "/p/Family",
     "[]", None, 64.16, -21.90, "Church", None),
    (3, None, None, None, None, None, None, None, 640, 480, 80_000, "PNG", "/p/100%_real", None, None, None, None, None, None),
    (4, "2024-06-01T00:00:00", "Apple", "iPhone", None, 50, 1.78, 5.7, 4032, 3024, 2_000_000, "HEIC", "/q",
     '["beach"]', 2, -17.7, 179.9, None, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE photo_files ({_COLUMNS})")
    connection.executemany(f"INSERT INTO photo_files VALUES ({','.join('?' * 19)})", _ROWS)
    of_photos = ", ".join(name for name in _COLUMNS.split(", ") if name not in {"size", "folder"})
    connection.execute(f"CREATE TABLE photos AS SELECT {of_photos} FROM photo_files")
    connection.execute("CREATE TABLE texts (photo_id, ocr)")
    connection.executemany("INSERT INTO texts VALUES (?, ?)", [(1, "EXIT"), (2, ""), (3, "")])
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        (["date>=2024-01-01"], {1, 4}),
        (["date=2024-05"], {1}),
        (["date<=2024-05-31"], {1, 2}),
        (["date>2023"], {1, 4}),
        (["date<2024"], {2}),
        (['camera~"canon"'], {1}),
        (["camera~CANON"], {1}),
        (["camera=iphone"], {4}),
        (["camera!=iphone"], {1, 2, 3}),
        (["lens~24-70"], {1}),
        (["iso<=100"], {2, 4}),
        (["aperture<2.8"], {4}),
        (["aperture=2.8"], {1}),
        (["aperture=f/8"], {2}),
        (["focal>=100mm"], {2}),
        (["width>5000", "height>3800"], {1}),
        (["size>5MB"], {1}),
        (["size<=80KB"], {3}),
        (["format=heic"], {2, 4}),
        (["format=jpg"], {1}),
        (["folder~iceland"], {1}),
        (["folder~100%_"], {3}),
        (["keyword=ZOO"], {1}),
        (["keyword=bird"], set()),
        (["keyword~bird"], {1}),
        (["keyword!=zoo"], {2, 3, 4}),
        (["rating>=3"], {1}),
        (["has=gps"], {1, 2, 4}),
        (["has!=gps"], {3}),
        (["has=text"], {1, 2, 4}),
        (["has!=text"], {3}),
        (["near=64.15,-21.94,3"], {1, 2}),
        (["near=64.15,-21.94,1"], {1}),
        (["near=-17.7,-179.9,30"], {4}),
        (["date>=2024", "format=heic"], {4}),
    ],
)
def test_a_filter_keeps_what_fits(table: sqlite3.Connection, expressions: list[str], expected: set[int]) -> None:
    condition = parse(tuple(expressions))
    assert condition
    for source in ("photo_files",) if condition.files else ("photo_files", "photos"):
        found = table.execute(f"SELECT photo_id FROM {source} WHERE {condition.sql}", condition.parameters)
        assert {row[0] for row in found} == expected


def test_no_expression_is_no_condition() -> None:
    assert parse(()) is None


@pytest.mark.parametrize(
    "text",
    ["", "date", "date>=", "date>=tomorrow", "date~2024", "color=red", "iso=many", "iso~4", "size>big", "has=legs", "near=1,2",
     "near=99,0,1", "date=2024-13", "date>=2024-02-32",
     "rating>=nan", "folder>x", "1=1; DROP TABLE photos"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(text: str) -> None:
    with pytest.raises(FilterError) as refused:
        parse((text,))
    assert len(str(refused.value)) > 20


def test_values_never_become_sql(table: sqlite3.Connection) -> None:
    condition = parse(("camera~' OR 1=1 --",))
    assert condition and "OR 1=1" not in condition.sql
    assert table.execute(f"SELECT count(*) FROM photo_files WHERE {condition.sql}", condition.parameters).fetchone() == (0,)


def test_case_is_passed_over_in_every_script(tmp_path: Path) -> None:
    with closing(Catalog(tmp_path / "catalog.sqlite", write=True)) as catalog:
        catalog.add_root("/p")
        catalog.put_photos([photo("/p/Übersee/\udce9/a.jpg", 1, keywords=("Москва", "Zoë"), camera_model="Ärger X1")])
        for text in ("keyword=москва", "keyword=ZOË", "keyword~моск", "camera~ärger", "camera=ÄRGER x1", "folder~übersee"):
            condition = parse((text,))
            assert condition and len(catalog.matching(condition.sql, condition.parameters, files=condition.files)) == 1, text


_NAMED = [
    photo("/home/anna/Photos/Iceland 2024/IMG_2034.jpg", 1, title="Geysir"),
    photo("/home/anna/Photos/Family/Anna's birthday.jpg", 2),
    photo("/home/anna/Photos/Family/IMG_2035.jpg", 3, description="with anna and 100% fun", keywords=("Zoë", "beach ball")),
    photo("/media/card/DCIM/IMG_2034.jpg", 4, title="ÉCOLE", keywords=("anna",)),
    photo("/media/card/DCIM/caf\udce9 北京.jpg", 5, description='say "hi" NEAR AND me*'),
]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["IMG_2034"], {1, 4}),
        (["img_2034", "iceland"], {1}),
        (["anna"], {2, 3, 4}),
        (["photos"], {1, 2, 3}),
        (["geysir"], {1}),
        (["beach ball"], {3}),
        (["ZOË"], {3}),
        (["école"], {4}),
        (["100%"], {3}),
        (["_"], {1, 3, 4}),
        (["' OR 1=1 --"], set()),
        (["home"], set()),
        (["anna", "fun"], {3}),
        (["北京"], {5}),
        (["北"], {5}),
        (['"hi" near and me*'], {5}),
        (["near(hi"], set()),
        (["lane 2"], {2}),
    ],
)
def test_names_are_looked_for_in_what_photos_carry(catalog: Catalog, names: list[str], expected: set[int]) -> None:
    condition = named(names)
    found = catalog.matching(condition.sql, condition.parameters, files=condition.files)
    assert {int.from_bytes(key, "big") for key in catalog.digests() if catalog.photo_id(key) in found} == expected


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path_factory.mktemp("named") / "catalog.sqlite", write=True)
    for root in ("/home/anna/Photos", "/media/card"):
        catalog.add_root(root)
    catalog.put_photos(_NAMED)
    catalog.write_text(digest(2), TextSource.OCR, "Exit Lane 2")
    yield catalog
    catalog.close()


def test_what_is_asked_again_and_again_counts_once_and_very_much_is_refused(catalog: Catalog) -> None:
    again = parse(["width>1"] * 3_000)
    assert again is not None and again.parameters == (1.0,)
    assert named(["Zoo", "zoo"] * 1_000) == named(["zoo"])
    most = [str(number) for number in range(MOST)]
    condition = named(most)
    assert catalog.matching(condition.sql, condition.parameters, files=condition.files) == []
    for refuse in (lambda: named([*most, "x"]), lambda: parse([f"width>{number}" for number in range(MOST + 1)])):
        with pytest.raises(FilterError, match=f"too many for one search; give at most {MOST}"):
            refuse()
