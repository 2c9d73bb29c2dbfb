"""The vocabulary in a model's space: what is carried along fits the built-in model; what was made once is found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.engine.errors import UsageError
from app.engine.models.clip import ClipModel
from app.engine.models.registry import active_model
from app.engine.models.shelf import Shelf
from app.engine.tags import names as module
from app.engine.tags.names import Making
from app.engine.tags.vocabulary import names
from tests.engine.models.small_models import write_plain


def test_the_names_that_are_carried_along_are_those_of_the_built_in_model(tmp_path: Path) -> None:
    made = Making(active_model(), names(), tmp_path).made
    assert made, "run packaging/make_tag_names.py"
    assert made.names == names()
    some = [0, 400, 700]
    fresh = active_model().text_encoder().encode_texts([made.names[n] for n in some])
    assert np.abs(fresh - made.rows[some]).max() < 0.02
    assert [active_model().text_relevance(made.names[n]).cut_off for n in some] == pytest.approx(made.cut_offs[some])


def test_names_are_made_step_by_step_for_another_model_and_kept(tmp_path: Path) -> None:
    Shelf(tmp_path / "models").take(write_plain(tmp_path / "small").parent)
    installed = Shelf(tmp_path / "models").get("small")
    assert installed
    model, some = ClipModel(installed), names()[:20]
    making, steps = Making(model, some, tmp_path), 0
    while making.made is None:
        making.step()
        steps += 1
    assert steps == -(-20 // module.AT_ONCE) and making.made.names == some
    again = Making(model, some, tmp_path).made
    assert again and again.names == some and np.abs(again.rows - making.made.rows).max() < 1e-3
    assert Making(model, some[1:], tmp_path).made is None, "another vocabulary"
    (kept,) = tmp_path.glob("tag-names-*.npz")
    kept.write_bytes(kept.read_bytes()[:500])
    assert Making(model, some, tmp_path).made is None, "a file that was cut is made again"


def test_a_name_that_a_model_cannot_read_is_left_out(tmp_path: Path) -> None:
    making = Making(active_model(), ["dog", "собака"], tmp_path)
    making.step()
    assert making.made and making.made.names == ("dog",)
    with pytest.raises(UsageError, match="another model"):
        Making(active_model(), ["собака"], tmp_path).step()
