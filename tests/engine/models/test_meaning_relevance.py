"""A cosine becomes a score that people and the fusion of facets can use."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.errors import UsageError
from app.engine.models.base import Relevance
from app.engine.models.registry import active_model


def test_scores_rise_with_the_cosine_and_stay_between_0_and_1() -> None:
    model = active_model()
    cosines = np.linspace(-1, 1, 201, dtype=np.float32)
    for relevance in (model.text_relevance("a dog on a beach"), model.picture_relevance()):
        scores = relevance.score(cosines)
        assert scores.dtype == np.float32
        assert (np.diff(scores) > 0).all()
        assert 0 < scores[0] < 0.01
        assert 0.9 < scores[-1] <= 1


def test_the_cut_off_is_where_weak_begins() -> None:
    relevance = Relevance(middle=0.4, width=0.1, cut_off=0.3)
    assert relevance.closeness(np.array([0.29, 0.31], np.float32)) == ["far", "loose"]
    assert relevance.score(np.array([0.4, 0.5], np.float32)) == pytest.approx([0.5, 0.731], abs=1e-3)


def test_the_model_in_use_is_made_once() -> None:
    model = active_model()
    assert model is active_model()
    assert model.name == "built-in"
    assert model.image_encoder() is model.image_encoder()
    assert model.text_encoder() is model.text_encoder()
    for limits in (model.text_relevance("a dog"), model.picture_relevance()):
        assert limits.cut_off < limits.middle


def test_a_name_must_fit_better_than_a_sentence() -> None:
    model = active_model()
    texts = ["euphonium", "piano", "dog", "a red car on a road in the snow at night"]
    cuts = [model.text_relevance(text).cut_off for text in texts]
    assert cuts == sorted(cuts, reverse=True)
    assert cuts[0] > cuts[1] > cuts[2]
    assert model.text_relevance("a photo of a dog") == model.text_relevance("dog")
    with pytest.raises(UsageError):
        model.text_relevance("собака")


def test_closeness_is_said_in_four_words() -> None:
    relevance = Relevance(middle=0.4, width=0.1, cut_off=0.3)
    assert relevance.closeness(np.array([0.6, 0.45, 0.35, 0.1], np.float32)) == ["very close", "close", "loose", "far"]
