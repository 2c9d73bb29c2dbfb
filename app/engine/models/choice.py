"""Which model a library answers with, which one was asked for, and where both are remembered.

What people want is a setting. What is in use is a fact of the library: the rows of one model compare with no other's, so the old
one answers until its photos have been read with the new one.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from functools import cache

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.base import MeaningModel
from app.engine.models.clip import ClipModel
from app.engine.models.installed import Installed
from app.engine.models.offers import BUILT_IN_NAME, Offer, missing_package, offers
from app.engine.models.shelf import Shelf
from app.engine.paths import LibraryPaths
from app.engine.settings import load_settings, save_settings
from app.engine.types import Facet, ModelChoice


class Choice:
    """The models of one library."""

    def __init__(self, paths: LibraryPaths) -> None:
        self._paths = paths
        self._file = paths.models / "in-use.json"
        self.shelf = Shelf(paths.models)

    @property
    def wanted(self) -> str:
        """The name of the model that people asked for."""
        return load_settings(self._paths.settings).model

    @property
    def in_use(self) -> str:
        """The name of the model whose rows are searched; the built-in one where that one is gone."""
        name = BUILT_IN_NAME
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            name = str(json.loads(self._file.read_text(encoding="utf-8"))["name"])
        return name if name == BUILT_IN_NAME or self.shelf.get(name) else BUILT_IN_NAME

    def want(self, name: str) -> None:
        """Ask for a model; it is used once the photos have been read with it. Raises ModelMissing for one that is not there."""
        self.model(name)
        save_settings(self._paths.settings, replace(load_settings(self._paths.settings), model=name))

    def use(self, name: str) -> None:
        """Say that a model's rows are searched from now on."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"name": name}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)

    def model(self, name: str) -> MeaningModel:
        """The model of a name; making it loads no weights. Raises ModelMissing."""
        if name == BUILT_IN_NAME:
            return built_in()
        installed = self.shelf.get(name)
        if installed is None:
            raise ModelMissing(f"the model {name} is not here; get it first: facet models get {name}")
        return ClipModel(installed)

    def choices(self) -> tuple[ModelChoice, ...]:
        """Every model that is offered, is here, or has begun to arrive, in that order."""
        here = {model.name: model for model in self.shelf.installed()}
        arrived = {name: size for name, size in self.shelf.arrived().items() if name not in here}
        return tuple(
            self._described(offers().get(name) or Offer(name, name), here.get(name), arrived.get(name, 0))
            for name in dict.fromkeys([*offers(), *here, *arrived])
        )

    def remove(self, name: str) -> None:
        """Delete a model, or what has arrived of one. Raises UsageError where it is needed or not there."""
        if name == BUILT_IN_NAME:
            raise UsageError("the built-in model is a part of Facet and stays")
        if name in {self.in_use, self.wanted}:
            raise UsageError(f"{name} is in use; choose another model, and remove it when photos are searched with that one")
        self.shelf.remove(name)

    @property
    def needed(self) -> frozenset[str]:
        """Names of models that must stay as they are."""
        return frozenset({BUILT_IN_NAME, self.in_use, self.wanted})

    def _described(self, offer: Offer, installed: Installed | None, arrived: int) -> ModelChoice:
        return ModelChoice(
            name=offer.name,
            title=offer.title,
            facet=Facet.MEANING,
            bytes=installed.bytes if installed else offer.bytes or 0,
            license=offer.license,
            languages=offer.languages,
            speed=offer.speed,
            here=installed is not None or offer.name == BUILT_IN_NAME,
            arrived=arrived,
            wanted=offer.name == self.wanted,
            in_use=offer.name == self.in_use,
            missing=missing_package(offer),
        )


@cache
def built_in() -> MeaningModel:
    """The built-in model; made once, so that what it has loaded is shared."""
    from app.engine.models.registry import active_model

    return active_model()
