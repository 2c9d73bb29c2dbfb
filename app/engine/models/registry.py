"""Which models of meaning there are, and which one is in use."""

from __future__ import annotations

from functools import cache

from app.engine.models.base import MeaningModel
from app.engine.models.builtin import BUILT_IN, BuiltinModel

__all__ = ["BUILT_IN", "MeaningModel", "active_model"]


@cache
def active_model() -> MeaningModel:
    """The model in use; made once, so that what it has loaded is shared. Making it loads no weights."""
    return BuiltinModel()
