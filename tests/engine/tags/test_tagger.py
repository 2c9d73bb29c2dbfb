"""Names for photos out of rows: none where nothing is sure, few, and no two that mean the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance
from app.engine.tags.tagger import MOST, SURE, Tagger
from app.engine.tags.vocabulary import names, scenes

WORTH = Relevance(middle=0.5, width=0.1, cut_off=0.2)


def tagger(rows: NDArray[np.float64]) -> Tagger:
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Tagger(tuple(f"name {n}" for n in range(len(rows))), unit, [WORTH] * len(rows))


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


def test_the_vocabulary_has_every_scene_and_each_name_once() -> None:
    assert len(scenes()) == 365
    assert len(set(names())) == len(names()) > 900
    assert all(name == name.strip() and name for name in names())
