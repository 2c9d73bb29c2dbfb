"""Which model a library answers with, which one was asked for, and where both are remembered; the same for each facet.

What people want is a setting. What is in use is a fact of the library: the rows of one model compare with no other's, so the old
one answers until its photos have been read with the new one.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.base import PictureModel
from app.engine.models.coca import CocaModel
from app.engine.models.installed import Installed
from app.engine.models.offers import BUILT_INS, Offer, missing_package, offers
from app.engine.models.places import PlacesModel
from app.engine.models.shelf import Shelf
from app.engine.models.trying import model_of
from app.engine.paths import LibraryPaths
from app.engine.settings import Settings, load_settings, save_settings
from app.engine.types import BUILT, Facet, ModelChoice

CHOSEN = tuple(facet for facet in BUILT if facet in BUILT_INS)
"""The facets whose model people can choose."""
_KEYS = {Facet.MEANING: "name", Facet.LOOK: "look", Facet.CROP: "points"}
"""Where the model in use is written; the key for meaning is older than the other choices."""
_SETTINGS = {Facet.MEANING: "model", Facet.LOOK: "look_model", Facet.CROP: "points_model", Facet.TAGS: "scenes_model"}
"""What people want, in the settings."""


class Choice:
    """The models of one library."""

    def __init__(self, paths: LibraryPaths) -> None:
        self._paths = paths
        self._file = paths.models / "in-use.json"
        self.shelf = Shelf(paths.models)

    def wanted(self, facet: Facet = Facet.MEANING) -> str:
        """The name of the model that people asked for."""
        return wanted_by(load_settings(self._paths.settings), facet)

    def in_use(self, facet: Facet = Facet.MEANING) -> str:
        """The name of the model whose rows are searched; the built-in one where that one is gone."""
        name = self._used().get(_KEYS[facet], BUILT_INS[facet])
        installed = None if name == BUILT_INS[facet] else self.shelf.get(name)
        return name if installed and installed.facet is facet else BUILT_INS[facet]

    def facet_of(self, name: str) -> Facet:
        """What a model that is here serves. Raises ModelMissing."""
        for facet, built_in in BUILT_INS.items():
            if name == built_in:
                return facet
        return self._installed(name).facet

    def want(self, name: str) -> None:
        """Ask for a model; it is used once the photos have been read with it. Raises ModelMissing for one that is not there.

        One that names scenes is used from now on.
        """
        facet = self.facet_of(name)
        if facet is Facet.CAPTIONS:
            raise UsageError(f"{name} writes captions and need not be chosen: facet captions make PHOTO...")
        if facet is Facet.TAGS:
            PlacesModel(self._installed(name))
        elif name != BUILT_INS[facet]:
            self.model(name)
        settings = load_settings(self._paths.settings)
        save_settings(self._paths.settings, wanting(settings, facet, name))

    def switch_off(self, name: str) -> None:
        """Name no scenes with a model any more. Raises UsageError for one that does not, or that others have to replace."""
        if not name or name != self.wanted(Facet.TAGS):
            raise UsageError(f"only a model that names scenes can be switched off, and {name} does not; choose another instead")
        save_settings(self._paths.settings, wanting(load_settings(self._paths.settings), Facet.TAGS, ""))

    def scenes(self) -> Installed | None:
        """The model that names scenes; None where none is wanted, or it is not here any more."""
        name = self.wanted(Facet.TAGS)
        found = self.shelf.get(name) if name else None
        return found if found and found.facet is Facet.TAGS else None

    @property
    def names_scenes(self) -> bool:
        """Whether a model that could name scenes is here."""
        return any(installed.facet is Facet.TAGS for installed in self.shelf.installed())

    def use(self, name: str) -> None:
        """Say that a model's rows are searched from now on. Raises ModelMissing."""
        used = {**self._used(), _KEYS[self.facet_of(name)]: name}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(used, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)

    def model(self, name: str) -> PictureModel:
        """The model of a name that is not a built-in one's; making it loads no weights. Raises ModelMissing."""
        return model_of(self._installed(name))

    def choices(self) -> tuple[ModelChoice, ...]:
        """Every model that is offered, is here, or has begun to arrive, in that order."""
        here = {model.name: model for model in self.shelf.installed()}
        arrived = {name: size for name, size in self.shelf.arrived().items() if name not in here}
        offered = {name: offer for name, offer in offers().items() if offer.facet in (*CHOSEN, Facet.CAPTIONS, Facet.TAGS)}
        needed = {facet: (self.wanted(facet), self.in_use(facet)) for facet in BUILT_INS}
        scenes = self.scenes()
        needed[Facet.TAGS] = (scenes.name, scenes.name) if scenes else ("", "")
        return tuple(
            _described(offered.get(name) or _typed(name, here.get(name)), here.get(name), arrived.get(name, 0), needed)
            for name in dict.fromkeys([*offered, *here, *arrived])
        )

    def captioner(self) -> CocaModel:
        """The model that writes captions, the first by name where there are several. Raises ModelMissing."""
        here = [installed for installed in self.shelf.installed() if installed.facet is Facet.CAPTIONS]
        if not here:
            name = next((offer.name for offer in offers().values() if offer.facet is Facet.CAPTIONS), "")
            raise ModelMissing(f"no model that writes captions is here; get one first: facet models get {name}")
        return CocaModel(here[0])

    def remove(self, name: str) -> None:
        """Delete a model, or what has arrived of one. Raises UsageError where it is needed or not there."""
        if name in BUILT_INS.values():
            raise UsageError("the built-in model is a part of Facet and stays")
        if name == self.wanted(Facet.TAGS):
            raise UsageError(f"{name} names scenes now; switch it off first: facet models off {name}")
        if name in self.needed:
            raise UsageError(f"{name} is in use; choose another model, and remove it when photos are searched with that one")
        self.shelf.remove(name)

    @property
    def needed(self) -> frozenset[str]:
        """Names of models that must stay as they are."""
        return frozenset([*BUILT_INS.values(), *map(self.in_use, BUILT_INS), *map(self.wanted, (*BUILT_INS, Facet.TAGS))])

    def _installed(self, name: str) -> Installed:
        installed = self.shelf.get(name)
        if installed is None:
            raise ModelMissing(f"the model {name} is not here; get it first: facet models get {name}")
        return installed

    def _used(self) -> dict[str, str]:
        try:
            document = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(key): str(name) for key, name in document.items()}
        except (OSError, ValueError, AttributeError):
            return {}


def wanted_by(settings: Settings, facet: Facet) -> str:
    """The name of the model of a facet that settings ask for."""
    return str(getattr(settings, _SETTINGS[facet]))


def wanting(settings: Settings, facet: Facet, name: str) -> Settings:
    """The same settings, asking for another model of a facet."""
    wanted: Any = {_SETTINGS[facet]: name}
    return replace(settings, **wanted)


def _typed(name: str, installed: Installed | None) -> Offer:
    return Offer(name, name, facet=installed.facet if installed else Facet.MEANING)


def _described(offer: Offer, installed: Installed | None, arrived: int, needed: dict[Facet, tuple[str, str]]) -> ModelChoice:
    wanted, in_use = needed.get(offer.facet, (installed.name, installed.name) if installed else ("", ""))
    return ModelChoice(
        name=offer.name,
        title=offer.title,
        facet=offer.facet,
        bytes=installed.bytes if installed else offer.bytes or 0,
        license=offer.license,
        languages=offer.languages,
        speed=offer.speed,
        here=installed is not None or offer.name in BUILT_INS.values(),
        arrived=arrived,
        wanted=offer.name == wanted,
        in_use=offer.name == in_use,
        missing=missing_package(offer),
        how="" if installed else offer.how,
    )
