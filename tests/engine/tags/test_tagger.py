"""Names for photos out of rows: none where nothing is sure, few, and no two that mean the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance
from app.engine.tags.lessons import lesson
from app.engine.tags.names import Names
from app.engine.tags.tagger import MOST, SURE, Tagger
from app.engine.tags.vocabulary import names, scenes

NEARNESS = Relevance(middle=0.6, width=0.1, cut_off=0.5)


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def tagger(rows: NDArray[np.float64]) -> Tagger:
    many = len(rows)
    named = tuple(f"name {n}" for n in range(many))
    return Tagger(Names(named, unit(rows), np.full(many, 0.2, np.float32), np.full(many, 0.1, np.float32)))


def test_a_photo_near_nothing_has_no_tag() -> None:
    made = tagger(np.eye(5))
    near, far = np.eye(5, dtype=np.float32)[2], np.full(5, -1 / np.sqrt(5), np.float32)
    first, none = made.tags(np.stack([near, far]))
    assert ([tag.name for tag in first], none) == (["name 2"], ())
    assert all(SURE <= tag.score <= 1 for tag in first)


def test_of_near_synonyms_the_surest_is_shown() -> None:
    made = tagger(np.array([[1, 0.1, 0], [1, 0.2, 0], [0, 0.3, 1]]))
    (found,) = made.tags(np.array([[0.7, 0.14, 0.7]], np.float32))
    assert sorted(tag.name for tag in found) == ["name 1", "name 2"]


def test_a_photo_has_few_tags() -> None:
    rows = np.concatenate([np.ones((20, 1)) * 4, np.eye(20) * 3], axis=1)
    (found,) = tagger(rows).tags(np.eye(21, dtype=np.float32)[:1])
    assert len(found) == MOST


def test_a_corrected_tag_moves_the_neighbors_and_no_others() -> None:
    made = tagger(np.eye(4))
    photo, near, far = unit(np.array([[1, 0, 0.1, 2.2], [1, 0, 0, 2.2], [1, 2.2, 0, 0]]))
    nothing = np.empty((0, 4), np.float32)
    before = made.score("name 0", np.stack([near, far]))
    refused = Tagger(made.names, [lesson("Name 0", nothing, photo[None], NEARNESS)]).score("name 0", np.stack([near, far]))
    given = Tagger(made.names, [lesson("Name 0", photo[None], nothing, NEARNESS)]).score("name 0", np.stack([near, far]))
    assert refused[0] < before[0] < given[0]
    assert refused[1] == before[1] == given[1]


def test_a_name_of_peoples_own_comes_to_what_is_nearly_the_same_and_sooner_the_more_often_it_was_given() -> None:
    made, rows = tagger(np.eye(4)), unit(np.array([[0.0, 3, 1, 3], [0, 1, 3, 0]]))

    def tags(given: NDArray[np.float32], photo: NDArray[np.float32]) -> list[str]:
        return [tag.name for tag in Tagger(made.names, [lesson("Anna", given, given[:0], NEARNESS)]).tags(photo[None])[0]]

    assert "Anna" in tags(rows[:1], rows[0])
    assert "Anna" not in tags(rows[:1], rows[1])
    related = unit(0.7 * rows[:1] + np.sqrt(0.51) * np.eye(4)[:1])[0]
    assert "Anna" not in tags(rows[:1], related)
    assert "Anna" in tags(np.repeat(rows[:1], 20, axis=0), related)


def test_the_vocabulary_has_every_scene_and_each_name_once() -> None:
    assert len(scenes()) == 365
    assert len(set(names())) == len(names()) > 900
    assert all(name == name.strip() and name for name in names())
