"""Words and pictures become one row to look for."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.models.base import Relevance
from app.engine.search.wishes import WORDS, Wish, compose, steered

WORD_WORTH, PICTURE_WORTH = Relevance(0.3, 0.1, 0.2), Relevance(0.6, 0.05, 0.5)


def unit(*numbers: float) -> np.ndarray:
    row = np.array(numbers, np.float32)
    return row / np.linalg.norm(row)


WORDS_WISH = Wish(unit(1, 0, 0), WORD_WORTH)
PICTURE = Wish(unit(0, 1, 0), PICTURE_WORTH)


def test_one_wish_stays_as_it_is() -> None:
    assert compose([WORDS_WISH], []) is WORDS_WISH
    assert compose([], [PICTURE], 0.9) is PICTURE
    assert compose([WORDS_WISH], [PICTURE], 1.0) is WORDS_WISH
    assert compose([WORDS_WISH], [PICTURE], 0.0) is PICTURE


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_score_of_several_is_the_mean_of_theirs_before_it_is_bent(share: float) -> None:
    wish = compose([WORDS_WISH], [PICTURE], share)
    assert np.linalg.norm(wish.row) == pytest.approx(1)
    words = WORDS * share / (WORDS * share + 1 - share)
    for photo in (unit(1, 1, 1), unit(3, 1, 0), unit(0, -1, 2)):
        straight = words * (photo[0] - 0.3) / 0.1 + (1 - words) * (photo[1] - 0.6) / 0.05
        (score,) = wish.relevance.score(np.array([photo @ wish.row], np.float32))
        assert score == pytest.approx(1 / (1 + np.exp(-straight)), rel=1e-3)


def test_a_photo_at_both_cut_offs_is_at_the_cut_off() -> None:
    wish = compose([WORDS_WISH], [PICTURE])
    edge = np.array([0.2, 0.5, 0], np.float32)
    assert edge @ wish.row == pytest.approx(wish.relevance.cut_off, rel=1e-5)


def test_several_pictures_count_alike_and_together_as_much_as_one() -> None:
    other = Wish(unit(0, 0, 1), PICTURE_WORTH)
    both = compose([], [PICTURE, other])
    assert both.row == pytest.approx(unit(0, 1, 1), abs=1e-6)
    assert compose([WORDS_WISH], [PICTURE, PICTURE]).row == pytest.approx(compose([WORDS_WISH], [PICTURE]).row, abs=1e-6)


def test_a_row_is_turned_away_from_what_is_unwanted() -> None:
    turned = steered(WORDS_WISH, [PICTURE])
    assert np.linalg.norm(turned) == pytest.approx(1)
    assert turned @ PICTURE.row < 0 < turned @ WORDS_WISH.row
