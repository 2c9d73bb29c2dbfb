"""The words that photos carry: copied from files and facts, written by whoever reads them, and in step with their indexes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from app.engine.library.catalog import Catalog
from app.engine.library.schema import STEPS, migrate
from app.engine.library.sqlite import connect
from app.engine.library.terms import latin, pairs_of, sound_of, words_in
from app.engine.texts import PhotoText, TextBox, TextSource

from .samples import digest, photo, stat

ROOT = str(Path(os.sep, "home", "ann", "Photos"))
CORNERS = ((10.0, 20.0), (60.5, 20.0), (60.5, 40.0), (10.0, 40.0))


def at(*parts: str) -> str:
    return str(Path(ROOT, *parts))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog = Catalog(tmp_path / "catalog.sqlite", write=True)
    catalog.add_root(ROOT)
    catalog.put_photos(
        [
            photo(at("Kyoto trip", "IMG_1.jpg"), 1, title="Old gate", description="in the rain", keywords=("red", "東京タワー")),
            photo(at("Müller.jpg"), 2),
        ]
    )
    yield catalog
    check(catalog)
    catalog.close()


def check(catalog: Catalog) -> None:
    """FTS5 compares its indexes with the texts; raises where they differ."""
    for table in ("text_words", "text_trigrams"):
        catalog._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def texts(catalog: Catalog, number: int) -> dict[str, str]:
    return {str(found.source): found.text for found in catalog.texts_of(digest(number))}


def found(catalog: Catalog, phrase: str) -> list[int]:
    sql = "SELECT digest FROM photos WHERE id IN (SELECT rowid FROM text_words(?)) ORDER BY id"
    return [int.from_bytes(key, "big") for (key,) in catalog._all(sql, (f'"{phrase}"',))]


def test_names_folders_and_facts_are_there_by_themselves(catalog: Catalog) -> None:
    assert texts(catalog, 1) == {
        "name": "IMG_1.jpg", "folder": str(Path("Photos", "Kyoto trip")), "title": "Old gate", "description": "in the rain",
        "keywords": "red\n東京タワー",
    }  # fmt: skip
    assert found(catalog, "kyoto") == [1] and found(catalog, "muller") == [2] and found(catalog, "東京") == [1]
    assert found(catalog, "ann") == []  # around the added folder


def test_they_follow_files_and_facts(catalog: Catalog) -> None:
    catalog.move_files([(at("Kyoto trip", "IMG_1.jpg"), at("gate.jpg")), (at("Müller.jpg"), at("IMG_1.jpg"))])
    assert texts(catalog, 1)["name"] == "gate.jpg" and texts(catalog, 2)["name"] == "IMG_1.jpg" and found(catalog, "kyoto") == []
    catalog.put_known_files([(stat(at("again", "copy.jpg")), digest(1))])
    assert set(texts(catalog, 1)["name"].split("\n")) == {"gate.jpg", "copy.jpg"}
    catalog.put_photos([photo(at("gate.jpg"), 1, title="New gate")])
    assert texts(catalog, 1)["title"] == "New gate" and "description" not in texts(catalog, 1) and found(catalog, "rain") == []
    catalog.put_photos([photo(at("gate.jpg"), 3)])  # another picture in the same file
    assert texts(catalog, 1)["name"] == "copy.jpg" and texts(catalog, 3)["name"] == "gate.jpg"
    catalog.remove_files([at("again", "copy.jpg")])
    catalog.drop_photos([digest(1)])
    assert texts(catalog, 1) == {} and found(catalog, "gate") == [3]


def test_tags_that_people_gave_are_words_of_a_photo_until_they_take_them_back(catalog: Catalog) -> None:
    catalog.put_tag([digest(1), digest(2), digest(3)], "Grandma", True)
    catalog.put_tag([digest(1)], "umbrella", False)
    catalog.put_photos([photo(at("third.jpg"), 3)])  # it came back, with what was said of it
    assert found(catalog, "grandma") == [1, 2, 3] and found(catalog, "red") == [1] and found(catalog, "umbrella") == []
    catalog.put_photos([photo(at("Kyoto trip", "IMG_1.jpg"), 1, title="New gate")])
    assert found(catalog, "grandma") == [1, 2, 3] and found(catalog, "red") == []
    catalog.put_tag([digest(1)], "grandma", None)
    catalog.put_tag([digest(2)], "grandma", False)
    assert found(catalog, "grandma") == [3]


def test_what_was_read_is_kept_with_its_boxes(catalog: Catalog) -> None:
    boxes = (TextBox(0, 4, CORNERS), TextBox(5, 9, CORNERS))
    catalog.write_text(digest(1), TextSource.OCR, "Exit only", boxes)
    catalog.write_text(digest(1), TextSource.CAPTION, "a gate in the rain")
    assert PhotoText(TextSource.OCR, "Exit only", boxes) in catalog.texts_of(digest(1))
    assert found(catalog, "exit only") == [1]
    catalog.write_text(digest(1), TextSource.OCR, "")
    assert "ocr" not in texts(catalog, 1) and found(catalog, "exit") == [] and texts(catalog, 1)["caption"]
    catalog.write_text(digest(9), TextSource.OCR, "nobody")  # not known
    assert found(catalog, "nobody") == []


def test_bad_input_is_refused_and_odd_input_kept(catalog: Catalog) -> None:
    with pytest.raises(ValueError):
        catalog.write_text(digest(1), TextSource.NAME, "x.jpg")
    with pytest.raises(ValueError):
        catalog.write_text(digest(1), TextSource.OCR, "short", (TextBox(0, 6, CORNERS),))
    odd = "tab\tbell\a nul\0 \ud800 " + "word " * 10_000
    catalog.write_text(digest(1), TextSource.OCR, odd)
    assert texts(catalog, 1)["ocr"].count("word") == 10_000 and found(catalog, "bell") == [1]


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_names_that_are_not_valid_unicode(catalog: Catalog) -> None:
    catalog.put_photos([photo(at("caf\udce9 sign.jpg"), 4)])
    assert texts(catalog, 4)["name"] == "caf\udce9 sign.jpg" and found(catalog, "sign") == [4]


def test_an_older_library_gets_its_texts(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    connection = connect(str(path))
    migrate(connection, STEPS[:4])
    connection.execute("INSERT INTO user_tags VALUES (?, 'grandma', 'Grandma', 1)", (digest(1),))
    connection.execute("INSERT INTO roots (path) VALUES (?)", (ROOT,))
    connection.execute("INSERT INTO photos (digest, color, title, keywords) VALUES (?, 0, 'Gate', '[\"red\"]')", (digest(1),))
    row = (at("sea", "a.jpg"), at("sea"), "a.jpg")
    connection.execute(
        "INSERT INTO files (path, folder, name, size, mtime_ns, inode, photo_id) VALUES (?, ?, ?, 1, 1, 1, 1)", row
    )
    connection.close()
    catalog = Catalog(path, write=True)
    expected = {"name": "a.jpg", "folder": str(Path("Photos", "sea")), "title": "Gate", "keywords": "Grandma\nred"}
    assert texts(catalog, 1) == expected and found(catalog, "red") == [1]
    assert {"gate", "sea"} <= {term for (term,) in catalog._all("SELECT term FROM terms")}
    check(catalog)
    catalog.close()


def test_a_check_would_tell_of_an_index_out_of_step(catalog: Catalog) -> None:
    catalog._connection.execute("DROP TRIGGER texts_changed")
    catalog.write_text(digest(1), TextSource.OCR, "unseen")
    with pytest.raises(sqlite3.DatabaseError):
        check(catalog)
    catalog.write_text(digest(1), TextSource.OCR, "")


def test_words_and_sounds() -> None:
    assert words_in("IMG_2034 Café, Größe x2") == ["img", "2034", "cafe", "große", "x2"]
    assert pairs_of("天安门") == ["天安", "安门", "门"]
    assert latin("Москва") == "moskva" and latin("北京") == "beijing"
    for one, other in (
        ("mueller", "Müller"),
        ("moskva", "москва"),
        ("smith", "smyth"),
        ("fotograf", "photograph"),
        ("äpfel", "aepfel"),
    ):
        assert sound_of(one) == sound_of(other) != "", one
    assert sound_of("dog") == ""
