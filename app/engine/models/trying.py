"""A model of any kind, made from its folder; and tried once before it counts as there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.models.base import PictureModel
from app.engine.models.clip import ClipModel
from app.engine.models.coca import CocaModel
from app.engine.models.installed import Installed
from app.engine.models.patches import PatchModel
from app.engine.models.places import PlacesModel
from app.engine.models.timm_look import TimmModel
from app.engine.types import Facet

TRIED = ("dog", "a boat on a lake")
_GRAY = np.full((48, 64, 3), 128, np.uint8)
_PROBLEMS = (RuntimeError, AssertionError, ValueError, TypeError, IndexError, KeyError, AttributeError)
"""What the libraries below raise when weights and description do not go together."""


def model_of(installed: Installed) -> PictureModel:
    """The model in a folder; it loads no weights. Raises ModelMissing."""
    if installed.facet is Facet.CROP:
        return PatchModel(installed)
    return TimmModel(installed) if installed.facet is Facet.LOOK else ClipModel(installed)


def tried(installed: Installed) -> Installed:
    """The model, once it has read a gray picture with an edge and two texts as it should. Raises ModelMissing."""
    try:
        if installed.facet is Facet.CAPTIONS:
            CocaModel(installed).caption(_GRAY)
            return installed
        if installed.facet is Facet.TAGS:
            return _tried_scenes(installed)
        rows = _rows(installed)
    except _PROBLEMS as error:
        raise ModelMissing(f"{installed.name} does not work as its description says; get it again, or choose another.") from error
    sensible = rows.ndim == 2 and rows.shape[1] > 0 and np.isfinite(rows).all()
    if not sensible or not np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3):
        raise ModelMissing(f"{installed.name} gives no sensible numbers; get it again, or choose another model.")
    return replace(installed, length=rows.shape[1])


def _tried_scenes(installed: Installed) -> Installed:
    shares = PlacesModel(installed).shares([_GRAY])
    if not np.isfinite(shares).all() or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
        raise ModelMissing(f"{installed.name} gives no sensible numbers; get it again, or choose another model.")
    return replace(installed, length=shares.shape[1])


def _rows(installed: Installed) -> NDArray[np.float32]:
    """Rows of pictures, and of texts where the model reads them. Raises ValueError where they are not of one length."""
    model = model_of(installed)
    images = model.image_encoder()
    picture = _GRAY.copy()
    picture[:, 40:] = 90
    rows = images.encode([images.prepare(picture)])
    if isinstance(model, ClipModel):
        rows = np.concatenate([rows, model.text_encoder().encode_texts(TRIED)])
        if rows.shape != (1 + len(TRIED), images.length):
            raise ValueError(f"rows of {rows.shape}")
    return rows
