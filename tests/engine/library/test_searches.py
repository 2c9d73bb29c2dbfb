"""Saved searches and the words of earlier ones stay in the catalogue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from app.engine.errors import UsageError
from app.engine.library.catalog import Catalog
from app.engine.library.queries import query_from_json, query_to_json
from app.engine.library.schema import STEPS, migrate
from app.engine.library.searches import KEPT
from app.engine.types import Facet, Query, SavedSearch

FULL = Query(
    text="red car", images=("/p/a \udcff.jpg", b"\x89PNG\x00\xff"), unlike=(b"\x00", "/p/b.jpg"), without=("people",),
    colors=("#102030",), where=("iso>800",), facets=(Facet.MEANING, Facet.COPY), weights=((Facet.COLOR, 0.5),), folder="/p",
    k=None, min_score=0.25, leave_out_query=True, text_share=0.75, further=True, fold=True, box=(10, 20, 300, 200),
)  # fmt: skip


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite", write=True)
    yield opened
    opened.close()


def test_every_part_of_a_question_is_kept_pictures_too(catalog: Catalog, tmp_path: Path) -> None:
    plain = Query()
    assert all(getattr(FULL, f.name) != getattr(plain, f.name) for f in fields(Query)), "the test must know every field"
    assert catalog.put_search(SavedSearch("Cars", FULL)) is None
    with closing(Catalog(tmp_path / "catalog.sqlite")) as reader:
        assert reader.searches() == (SavedSearch("Cars", FULL),)


def test_a_name_is_there_once_whatever_its_case(catalog: Catalog) -> None:
    catalog.put_search(SavedSearch("Straße", Query(text="one")))
    assert catalog.put_search(SavedSearch("  STRASSE ", Query(text="two"))) == SavedSearch("Straße", Query(text="one"))
    assert catalog.searches() == (SavedSearch("STRASSE", Query(text="two")),)


def test_searches_come_by_name_and_are_renamed_and_taken_out(catalog: Catalog) -> None:
    for name in ("cats", "Birds", "dogs"):
        catalog.put_search(SavedSearch(name, Query(text=name)))
    assert [s.name for s in catalog.searches()] == ["Birds", "cats", "dogs"]
    catalog.rename_search("cats", "Zebras")
    catalog.rename_search("dogs", "Dogs")
    assert [(s.name, s.query.text) for s in catalog.searches()] == [("Birds", "Birds"), ("Dogs", "dogs"), ("Zebras", "cats")]
    with pytest.raises(UsageError, match="already"):
        catalog.rename_search("Birds", "zebras")
    with pytest.raises(UsageError, match="no saved search"):
        catalog.rename_search("Cows", "Sheep")
    with pytest.raises(UsageError, match="needs a name"):
        catalog.rename_search("Birds", "  ")
    assert catalog.remove_search("birds") == SavedSearch("Birds", Query(text="Birds"))
    assert catalog.remove_search("birds") is None
    assert [s.name for s in catalog.searches()] == ["Dogs", "Zebras"]


def test_a_question_of_a_later_version_is_read_as_far_as_it_is_understood() -> None:
    document = json.loads(query_to_json(FULL))
    document |= {"mood": "happy", "facets": ["meaning", "smell"], "weights": [["taste", 2], ["color", 0.5]], "k": "many"}
    read = query_from_json(json.dumps(document))
    assert (read.text, read.facets, read.weights, read.k) == ("red car", (Facet.MEANING,), ((Facet.COLOR, 0.5),), 20)
    assert read.images == FULL.images
    for text in ("", "[]", "{", '{"text": 7, "images": [{"b": 1}], "where": 3, "weights": [1], "fold": "no"}'):
        assert query_from_json(text) == Query()


def test_history_is_the_newest_first_each_once_and_has_an_end(catalog: Catalog) -> None:
    for text in ("beach", "Dog on a  beach", "cat", "BEACH", "   ", "x" * 1000):
        catalog.note_search(text)
    assert catalog.history() == ("BEACH", "cat", "Dog on a beach")
    assert catalog.history("be") == ("BEACH",)
    assert catalog.history("dog on") == ("Dog on a beach",)
    assert catalog.history("%") == ()
    for n in range(KEPT + 5):
        catalog.note_search(f"search {n}")
    assert len(catalog.history()) == KEPT
    assert catalog.history()[0] == f"search {KEPT + 4}" and "cat" not in catalog.history()
    catalog.clear_history()
    assert catalog.history() == ()


def test_a_library_of_the_first_version_gets_the_new_tables_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, STEPS[:1])
        old.execute("INSERT INTO roots (path) VALUES ('/p')")
    with closing(Catalog(path, write=True)) as catalog:
        assert catalog.roots() == ("/p",) and catalog.searches() == () and catalog.history() == ()
        catalog.put_search(SavedSearch("Cars", FULL))
        generation = catalog.generation
        catalog.note_search("cars")
        assert catalog.generation == generation, "indexes need not be made anew for that"
