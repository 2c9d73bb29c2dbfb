"""Names of kinds find what is of the kind, and things that the network does not know lie by what they are like."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from app.engine.errors import ModelMissing
from app.engine.models.builtin import BuiltinText, strangeness
from app.engine.models.class_table import DIRECTIONS, ClassTable, read_table
from app.engine.models.dictionary import Dictionary, singulars
from app.engine.models.kinds import Kinds

MACAW, LORIKEET, AFRICAN_GREY, COCKATOO, GOLDFISH, TROMBONE = 88, 90, 87, 89, 1, 875
GRAND_PIANO, UPRIGHT_PIANO = 579, 881
PARROTS = {AFRICAN_GREY, MACAW, COCKATOO, LORIKEET}


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds(Dictionary())


@pytest.fixture(scope="module")
def table() -> ClassTable:
    return read_table()


def test_a_kind_is_told_by_the_classes_below_it(kinds: Kinds) -> None:
    assert set(kinds.members("Parrot")) == PARROTS
    birds, animals = kinds.members("bird"), kinds.members("animals")
    assert set(birds) > PARROTS
    assert set(animals) > set(birds)
    assert GOLDFISH in animals
    assert GOLDFISH not in birds


def test_classes_themselves_and_what_is_too_wide_or_hardly_known_are_no_kinds(kinds: Kinds) -> None:
    for name in ("macaw", "object", "organism", "person", "flora", "okapi", "grandma's birthday"):
        assert not len(kinds.members(name)), name


def test_many_are_what_one_is(kinds: Kinds) -> None:
    dictionary = Dictionary()
    for many, one in (("wolves", "wolf"), ("butterflies", "butterfly"), ("foxes", "fox")):
        assert np.array_equal(kinds.members(many), kinds.members(one))
        assert len(kinds.members(one)) > 0
    assert dictionary.places("geese") == dictionary.places("goose") != []


def test_a_name_stands_first_for_what_is_called_that_first() -> None:
    """Walruses are called seahorses too, and a mountain lion is a painter; neither is what people look for."""
    for name, told in (("seahorse", "small fish"), ("painter", "a worker"), ("scooter", "wheeled vehicle"), ("swift", "bird")):
        assert told in Dictionary().meanings(name)[0]


def test_a_short_name_stays_what_it_is() -> None:
    assert list(singulars("es")) == ["es"]
    assert list(singulars("buses")) == ["buses", "buse", "bus"]


def test_the_narrower_the_kind_that_is_shared_the_more_counts(kinds: Kinds) -> None:
    shared = kinds.shared("euphonium")
    assert shared[TROMBONE] == shared.max() > 5
    assert shared[TROMBONE] > shared[MACAW]
    assert kinds.shared("no such thing").max() == 0


def test_the_row_of_a_kind_lies_in_the_middle_of_its_classes(kinds: Kinds, table: ClassTable) -> None:
    row = BuiltinText(table).encode_texts(["a photo of a parrot"])[0, :DIRECTIONS]
    assert set(np.argsort(-(table.directions @ row))[:4].tolist()) == PARROTS
    assert set(np.argsort(-(table.directions @ table.middle(kinds.members("parrot"))))[:4].tolist()) == PARROTS


def test_a_class_that_is_called_like_a_kind_stays_nearest_to_its_name(table: ClassTable) -> None:
    row = BuiltinText(table).encode_texts(["duck"])[0, :DIRECTIONS]
    order = np.argsort(-(table.directions @ row))
    assert order[0] == 97  # the drake, which open_clip calls a duck
    assert order[1] == 98  # the other duck


def test_a_kind_is_cut_off_as_what_was_met_and_a_rare_thing_is_not(table: ClassTable) -> None:
    text = BuiltinText(table)
    assert text.relevance("reptile").cut_off < text.relevance("euphonium").cut_off
    assert text.relevance("reptile").cut_off > text.relevance("dog").cut_off


def test_only_rare_names_that_are_near_to_no_class_are_strange() -> None:
    assert strangeness(0.5, 1.0) == 1
    assert 0 < strangeness(0.5, 0.2) < 1
    assert strangeness(0.5, 0.0) == strangeness(0.99, 1.0) == 0


def test_a_thing_that_is_no_class_lies_by_what_it_looks_like(kinds: Kinds, table: ClassTable) -> None:
    alike = kinds.kin("harpsichords").alike
    assert set(alike) >= {GRAND_PIANO, UPRIGHT_PIANO}
    assert np.array_equal(kinds.kin("old harpsichord").alike, alike)
    row = BuiltinText(table).encode_texts(["harpsichord"])[0, :DIRECTIONS]
    assert set(np.argsort(-(table.directions @ row))[:2].tolist()) == {GRAND_PIANO, UPRIGHT_PIANO}


def test_what_is_a_class_or_a_kind_of_classes_needs_no_look_alikes(kinds: Kinds) -> None:
    things = Dictionary().things
    with_looks = [thing for thing in things if thing.alike]
    assert len(with_looks) > 2500
    assert not [thing.meaning for thing in with_looks if thing.known is not None or not thing.meaning]
    assert max(max(thing.alike) for thing in with_looks) < 1000
    for name in ("macaw", "parrot", "grandma's birthday"):
        assert not len(kinds.kin(name).alike), name


@pytest.mark.parametrize(
    "content", ["dog\ta pet\n", "dog\ta pet\tabove\t\t\n", "dog\ta pet\t\tseven\t\n", "dog\ta pet\t\t7\tcat\n"]
)
def test_a_dictionary_that_cannot_be_read_is_a_missing_model(tmp_path: Path, content: str) -> None:
    file = tmp_path / "dictionary.tsv.gz"
    file.write_bytes(gzip.compress(content.encode()))
    with pytest.raises(ModelMissing, match=r"dictionary\.tsv"):
        Kinds(Dictionary(file)).kin("dog")


def test_a_small_tree(tmp_path: Path) -> None:
    file = tmp_path / "dictionary.tsv.gz"
    file.write_bytes(
        gzip.compress(
            b"pet\t\t\t\t\nhound, dog, cat:2\ta pet that barks\t0\t\t3 7\nbeagle\ta hound\t1\t7\t\n"
            b"cat\ta pet that purrs\t0\t3\t\n"
        )
    )
    dictionary = Dictionary(file)
    kinds = Kinds(dictionary)
    assert kinds.members("pets").tolist() == [3, 7]
    assert kinds.members("dog").tolist() == [7]
    assert kinds.alike("hounds").tolist() == [3, 7]
    assert kinds.alike("cat").tolist() == []
    assert dictionary.meanings("pet") == []
    assert dictionary.meanings("dogs") == ["a pet that barks"]
    assert dictionary.meanings("cats") == ["a pet that purrs", "a pet that barks"]
    assert kinds.shared("dog")[[3, 7]] == pytest.approx([0, np.log(2)])
