"""Whitening: what is common to all photos stops counting, small libraries lean on what is carried, and files are checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.index.look import FEW, LookIndex, first_whitening, learned_whitening
from app.engine.index.whitening import Spread, Whitening, carried_spread, carried_whitening, read_spread, unit, write_spread
from app.engine.models.tower import POOLED

WIDTH = 48


def rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Rows that share a large part, and differ much along one direction that says nothing."""
    rng = np.random.default_rng(seed)
    found = 0.3 * rng.normal(size=(count, WIDTH)) + 2.0
    found[:, 0] += 4 * rng.normal(size=count)
    return found.astype(np.float32)


def test_neighbors_are_those_that_differ_least_once_the_common_part_is_gone() -> None:
    rng = np.random.default_rng(1)
    plain = rows(400)
    again = plain.copy()
    again[:, 1:] += 0.1 * rng.normal(size=(400, WIDTH - 1))
    again[:, 0] = 2 + 4 * rng.normal(size=400)  # the direction that says nothing is another one
    whitening = Whitening.learn(Spread.of(plain), 400, length=WIDTH)
    before = (unit(again) @ unit(plain).T).argmax(axis=1) == np.arange(400)
    after = (whitening.apply(again) @ whitening.apply(plain).T).argmax(axis=1) == np.arange(400)
    assert after.mean() > before.mean() + 0.3


def test_whitened_rows_have_length_one_and_their_mean_is_near_nothing() -> None:
    plain = rows(2000)
    whitening = Whitening.learn(Spread.of(plain), 2000, length=8)
    white = whitening.apply(plain)
    assert white.shape == (2000, 8) and white.dtype == np.float32
    assert np.linalg.norm(white, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(white.mean(axis=0)) < 0.2 < np.linalg.norm(unit(plain).mean(axis=0))
    assert np.isfinite(whitening.apply(np.zeros((1, WIDTH), np.float16))).all()


def test_the_length_of_a_plain_row_does_not_matter() -> None:
    plain = rows(50)
    whitening = Whitening.learn(Spread.of(plain), 50)
    assert whitening.apply(plain * 3) == pytest.approx(whitening.apply(plain), abs=1e-5)


def test_two_spreads_joined_are_that_of_all_rows() -> None:
    one, other = rows(300, 1), rows(100, 2) + 1
    joined, whole = Spread.of(one).joined(Spread.of(other)), Spread.of(np.concatenate([one, other]))
    assert joined.count == 400
    assert joined.mean == pytest.approx(whole.mean, abs=1e-6)
    assert joined.covariance == pytest.approx(whole.covariance, abs=1e-6)


def test_a_whitening_is_read_back_and_a_damaged_one_refused(tmp_path: Path) -> None:
    plain, file = rows(100), tmp_path / "w"
    whitening = Whitening.learn(Spread.of(plain), 100, length=8)
    whitening.save(file)
    read = Whitening.load(file)
    assert (read.learned_on, read.length) == (100, 8)
    assert np.array_equal(read.apply(plain), whitening.apply(plain))
    whole = file.read_bytes()
    for damaged in (b"", b"no archive", whole[:200]):
        file.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"damaged|no whitening|pickle"):
            Whitening.load(file)


def test_a_spread_is_kept_small_and_nearly_as_it_was(tmp_path: Path) -> None:
    spread = Spread.of(rows(500))
    write_spread(spread, WIDTH, tmp_path / "s.npz")
    read = read_spread(tmp_path / "s.npz")
    assert (read.count, read.mean) == (500, pytest.approx(spread.mean, abs=1e-6))
    assert np.abs(read.covariance - spread.covariance).max() < 0.02 * np.abs(spread.covariance).max()
    write_spread(spread, 4, tmp_path / "s.npz")
    assert np.trace(read_spread(tmp_path / "s.npz").covariance) == pytest.approx(np.trace(spread.covariance), rel=0.02)


def test_what_is_carried_fits_the_rows_of_look() -> None:
    spread = carried_spread()
    assert spread.count > 5_000 and spread.mean.shape == (POOLED,)
    assert np.linalg.eigvalsh(spread.covariance).min() > 0


def test_the_carried_whitening_is_what_would_be_learned_from_the_carried_spread() -> None:
    plain = np.abs(np.random.default_rng(0).normal(size=(40, POOLED)))
    learned_anew = Whitening.learn(carried_spread(), 0)
    assert carried_whitening().length == learned_anew.length
    one, other = (w.apply(plain) @ w.apply(plain).T for w in (carried_whitening(), learned_anew))
    assert one == pytest.approx(other, abs=0.02)


def test_few_photos_are_whitened_with_what_is_carried_and_many_learn() -> None:
    plain = np.abs(np.random.default_rng(0).normal(size=(FEW, POOLED))).astype(np.float16)
    few, many = first_whitening(POOLED, built_in=True), learned_whitening(plain, FEW, built_in=True)
    assert (few, few.learned_on, many.learned_on) == (carried_whitening(), 0, FEW)
    assert not np.array_equal(few.apply(plain[:3]), many.apply(plain[:3]))
    alone = learned_whitening(plain, FEW, built_in=False)
    assert not np.array_equal(alone.apply(plain[:3]), many.apply(plain[:3]))


def test_rows_of_another_model_stay_as_they_are_until_a_whitening_is_learned_of_them() -> None:
    plain = rows(30)
    first = first_whitening(WIDTH, built_in=False)
    assert first.apply(plain) == pytest.approx(unit(plain), abs=1e-6)


def test_an_index_is_outgrown_at_the_first_photos_that_are_enough_and_at_every_doubling() -> None:
    plain = rows(2 * FEW)
    for learned_on, enough in ((0, FEW), (FEW, 2 * FEW)):
        index = LookIndex(Whitening.learn(Spread.of(plain), learned_on, length=4))
        index.add(np.arange(enough - 1), plain[: enough - 1])
        assert not index.outgrown
        index.add(np.array([enough]), plain[:1])
        assert index.outgrown
