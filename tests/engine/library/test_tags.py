"""Tags that people give and refuse, in a real catalogue: found by filters, told in a photo's facts, and never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.engine.errors import FilterError, UsageError
from app.engine.labels import Tag, TagCount, TagSource
from app.engine.library.catalog import Catalog
from app.engine.library.schema import STEPS, migrate
from app.engine.library.tags import LONGEST
from app.engine.search.filters import parse
from tests.engine.library.samples import digest, photo


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite", write=True)
    opened.put_photos([photo(f"/p/{name}.jpg", number) for number, name in enumerate("abc", 1)])
    yield opened
    opened.close()


def names(catalog: Catalog, path: str) -> list[str]:
    info = catalog.info(path)
    assert info
    return [tag.name for tag in info.tags]


def found(catalog: Catalog, *expressions: str) -> list[int]:
    condition = parse(expressions)
    assert condition
    return catalog.matching(condition.sql, condition.parameters, files=condition.files)


def test_a_tag_is_given_told_counted_and_taken_back(catalog: Catalog) -> None:
    assert (catalog.tags(), names(catalog, "/p/a.jpg")) == ((), [])
    catalog.put_tag([digest(1), digest(2)], " Grandma's  garden ", True)
    catalog.put_tag([digest(1)], "dog", True)
    assert catalog.tags() == (TagCount("Grandma's garden", 2), TagCount("dog", 1))
    info = catalog.info("/p/a.jpg")
    assert info and info.tags == (Tag("dog", 1.0, TagSource.PERSON), Tag("Grandma's garden", 1.0, TagSource.PERSON))
    catalog.put_tag([digest(1)], "DOG", None)
    assert catalog.tags() == (TagCount("Grandma's garden", 2),)
    catalog.remove_files(["/p/b.jpg"])
    assert catalog.tags() == (TagCount("Grandma's garden", 1),), "a photo without files does not count"


def test_a_tag_is_there_once_whatever_its_case_and_keeps_its_spelling(catalog: Catalog) -> None:
    catalog.put_tag([digest(1)], "Straße", True)
    catalog.put_tag([digest(1), digest(2)], "STRASSE", True)
    assert catalog.tags() == (TagCount("Straße", 2),)


def test_the_last_word_counts(catalog: Catalog) -> None:
    catalog.put_tag([digest(1)], "dog", True)
    catalog.put_tag([digest(1)], "dog", False)
    assert (names(catalog, "/p/a.jpg"), catalog.tags()) == ([], ())
    catalog.put_tag([digest(1)], "dog", True)
    assert names(catalog, "/p/a.jpg") == ["dog"]


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1)])
def test_a_name_that_is_none_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(UsageError, match="a tag is a word or a few"):
        catalog.put_tag([digest(1)], name, True)


def test_filters_find_tags_with_and_or_not(catalog: Catalog) -> None:
    catalog.put_tag([digest(1), digest(2)], "Dog", True)
    catalog.put_tag([digest(2)], "hot dog", True)
    catalog.put_tag([digest(3)], "Straße", True)
    catalog.put_tag([digest(3)], "dog", False)
    assert found(catalog, "tag=dog") == [1, 2]
    assert found(catalog, "tag=DOG", "size>1") == [1, 2], "over files, too"
    assert found(catalog, "tag~dog and not tag=hot dog") == [1]
    assert found(catalog, 'tag="hot dog" or tag=strasse') == [2, 3]
    assert found(catalog, "tag!=dog") == [3]
    assert found(catalog, "not (tag=dog or tag=street)") == [3]
    with pytest.raises(FilterError, match="'tag' cannot be used with '<'"):
        parse(["tag<dog"])


def test_what_was_said_outlives_reading_anew_and_passes_on_where_a_file_changes(catalog: Catalog) -> None:
    catalog.put_tag([digest(1)], "dog", True)
    catalog.put_tag([digest(1)], "cat", False)
    catalog.put_tag([digest(4)], "cat", True)
    catalog.put_photos([photo("/p/a.jpg", 1)])
    assert names(catalog, "/p/a.jpg") == ["dog"]
    catalog.put_photos([photo("/p/a.jpg", 4)])
    assert names(catalog, "/p/a.jpg") == ["cat", "dog"], "what was said of the new content itself wins"
    catalog.drop_photos(catalog.orphans())
    catalog.put_photos([photo("/p/back.jpg", 1)])
    assert names(catalog, "/p/back.jpg") == ["dog"], "the same content comes back"


def test_an_older_library_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, STEPS[:3])
    with closing(Catalog(path, write=True)) as catalog:
        catalog.put_photos([photo("/p/a.jpg", 1)])
        catalog.put_tag([digest(1)], "dog", True)
        assert catalog.tags() == (TagCount("dog", 1),)


def suggest(catalog: Catalog, number: int, *tags: Tag) -> None:
    catalog.put_photo_tags("tags-1", {digest(number): tags})


def test_suggestions_are_told_after_what_people_gave_and_give_way_to_it(catalog: Catalog) -> None:
    suggest(catalog, 1, Tag("dog", 0.9), Tag("beach", 0.7))
    catalog.put_tag([digest(1)], "Rex", True)
    info = catalog.info("/p/a.jpg")
    assert info and info.tags == (Tag("Rex", 1.0, TagSource.PERSON), Tag("dog", 0.9), Tag("beach", 0.7))
    assert (found(catalog, "tag=dog"), found(catalog, "tag~bea")) == ([1], [1])
    catalog.put_tag([digest(1)], "DOG", False)
    assert (names(catalog, "/p/a.jpg"), found(catalog, "tag=dog")) == (["Rex", "beach"], [])
    suggest(catalog, 1, Tag("dog", 0.95))
    assert names(catalog, "/p/a.jpg") == ["Rex"], "refused for ever, and what is not suggested any more is gone"
    catalog.put_tag([digest(1)], "dog", True)
    assert catalog.tags() == (TagCount("dog", 1), TagCount("Rex", 1)), "once, though given and suggested"


def test_photos_are_marked_by_the_version_that_suggested(catalog: Catalog) -> None:
    catalog.mark_extracted("meaning-1", [digest(1), digest(2)])
    assert catalog.lacking("tags-1", "meaning-1") == (digest(1), digest(2))
    suggest(catalog, 1)
    assert catalog.lacking("tags-1", "meaning-1") == (digest(2),)
    catalog.forget_tag_marks("tags-2")
    assert catalog.lacking("tags-1", "meaning-1") == (digest(1), digest(2))


def test_what_was_said_before_can_be_brought_back(catalog: Catalog) -> None:
    catalog.put_tag([digest(1)], "dog", False)
    catalog.put_tag([digest(2)], "dog", True)
    before = catalog.put_tag([digest(1), digest(2), digest(3)], "dog", True)
    assert before == {True: (digest(2),), False: (digest(1),), None: (digest(3),)}
    assert catalog.unlearned() == ("dog",)
    catalog.mark_learned(["DOG"])
    assert catalog.unlearned() == () and catalog.said_names() == ("dog",)
    assert catalog.said("dog") == ((digest(1), digest(2), digest(3)), ())
