"""The models that people can choose: those of models.toml, and any other that open_clip knows or that lies on the hub."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.base import Relevance
from app.engine.models.patches import DESCRIPTION as PATCHES
from app.engine.models.places import DESCRIPTION as PLACES
from app.engine.models.timm_look import look_table
from app.engine.paths import resources
from app.engine.settings import BUILT_IN as BUILT_IN_NAME
from app.engine.settings import BUILT_IN_LOOK, BUILT_IN_POINTS
from app.engine.types import Facet

__all__ = [
    "BUILT_INS",
    "BUILT_IN_NAME",
    "Family",
    "Offer",
    "families",
    "family_of",
    "folder_name",
    "missing_package",
    "name_of_file",
    "offer_of",
    "offers",
    "table_config",
    "table_of",
]

HUB_PREFIX = "hf-hub:"
TIMM_PREFIX = "timm:"
BUILT_INS = {Facet.MEANING: BUILT_IN_NAME, Facet.LOOK: BUILT_IN_LOOK, Facet.CROP: BUILT_IN_POINTS}
"""The model of each facet that is always there."""
_OWN: Mapping[Facet, Mapping[str, str]] = {Facet.CROP: PATCHES, Facet.TAGS: PLACES}
"""What we say ourselves of the models of the list for these facets."""


@dataclass(frozen=True, slots=True)
class Family:
    """What models of one kind share: the words around short queries, and what their cosines are worth."""

    templates: tuple[str, ...]
    text: Relevance
    picture: Relevance


@dataclass(frozen=True, slots=True)
class Offer:
    """One model before it is there. `bytes` is about; None, "" and () where it is not known.

    `side`: pictures are read at so many pixels, where that differs from what the model was trained with. `by_hand`: where people
    download the file themselves, for a model that is on no hub; it can only be imported.
    """

    name: str
    title: str
    repository: str = ""
    preferred: str = ""
    bytes: int | None = None
    license: str = ""
    languages: str = ""
    speed: float | None = None
    needs: tuple[str, ...] = ()
    family: str = ""
    facet: Facet = Facet.MEANING
    side: int | None = None
    by_hand: str = ""

    @property
    def english_only(self) -> bool:
        """Whether its text side reads nothing but English."""
        return self.languages == "English"

    @property
    def how(self) -> str:
        """How people get it themselves, as a sentence; empty for one that can be fetched."""
        if not self.by_hand:
            return ""
        return f"it is on no hub: download {self.preferred} from {self.by_hand} and import that file"


@cache
def offers() -> Mapping[str, Offer]:
    """The models of models.toml, by name, in its order."""
    return {entry["name"]: _offer(entry) for entry in _document()["model"]}


@cache
def families() -> Mapping[str, Family]:
    """The families of models.toml, by name."""
    return {
        name: Family(tuple(entry["templates"]), Relevance(**entry["text"]), Relevance(**entry["picture"]))
        for name, entry in _document()["family"].items()
    }


def offer_of(name: str) -> Offer:
    """The model that a name stands for. Raises UsageError for a name that nobody knows."""
    if name in offers():
        return offers()[name]
    if name.startswith(HUB_PREFIX):
        return Offer(name, name.removeprefix(HUB_PREFIX), repository=name.removeprefix(HUB_PREFIX))
    described = table_of(name)
    if described is None:
        raise UsageError(
            f"there is no model {name!r}; take one of the list (facet models list), or write one of open_clip's as "
            "ARCHITECTURE/TAG, one of timm's as timm:NAME, or one on the hub as hf-hub:owner/model"
        )
    facet, document = described
    if facet is Facet.LOOK:
        return Offer(name, name, str(document["pretrained_cfg"]["hf_hub_id"]), facet=facet)
    repository, preferred = _hub_id(str(_tables(*_pair(name))["hf_hub"]))
    return Offer(name, name, repository, preferred, facet=facet)


def table_of(name: str) -> tuple[Facet, dict[str, Any]] | None:
    """What open_clip or timm themselves say of a model of theirs, or we of one of our list; None for a name that is none."""
    listed = offers().get(name)
    if listed and listed.facet in _OWN:
        return listed.facet, dict(_OWN[listed.facet])
    if name.startswith(TIMM_PREFIX):
        described = look_table(name.removeprefix(TIMM_PREFIX), listed.side if listed else None)
        return (Facet.LOOK, described) if described else None
    config = table_config(name)
    if config is None:
        return None
    return (Facet.CAPTIONS if "multimodal_cfg" in config["model_cfg"] else Facet.MEANING), config


def table_config(name: str) -> dict[str, Any] | None:
    """The open_clip configuration of ARCHITECTURE/TAG, from open_clip's own tables: {"model_cfg", "preprocess_cfg"}.

    The tag decides whether the quick GELU is used: weights that were trained with it give worse rows without, and no error.
    None for a name that is no such pair.
    """
    architecture, tag = _pair(name)
    known = _tables(architecture, tag) if architecture and tag and not name.startswith(HUB_PREFIX) else {}
    if not known:
        return None
    import open_clip

    model = open_clip.get_model_config(architecture)
    if "timm_model_name" not in model["vision_cfg"] and "quick_gelu" in known:
        model["quick_gelu"] = known["quick_gelu"]
    picture = {key: known[key] for key in ("mean", "std", "interpolation", "resize_mode", "fill_color") if key in known}
    return {"model_cfg": model, "preprocess_cfg": picture}


def family_of(name: str, model_config: Mapping[str, Any]) -> str:
    """The family of an installed model: SigLIP's have a bias, from which their training began."""
    listed = offers().get(name)
    if listed and listed.family:
        return listed.family
    return "siglip" if "init_logit_bias" in model_config or "siglip" in name.lower() else "clip"


def name_of_file(name: str) -> str:
    """The model of the list whose authors give their weights out in a file of this name, in whatever form; "" for none."""
    begins = name.partition(".")[0]
    return next((offer.name for offer in offers().values() if offer.preferred and offer.preferred.startswith(f"{begins}.")), "")


def missing_package(offer: Offer) -> str:
    """What to install before a model can be used, as a sentence; empty where nothing is missing."""
    if all(find_spec(package) for package in offer.needs):
        return ""
    return 'this model needs one more package: install it with  pip install "facet[models]"'


def folder_name(name: str) -> str:
    """The name of the folder that keeps a model; the same for the same name on every system."""
    return re.sub(r"[^A-Za-z0-9._-]+", "--", name).strip(".-") or "model"


def _tables(architecture: str, tag: str) -> dict[str, Any]:
    try:
        import open_clip
        from open_clip.pretrained import get_pretrained_cfg
    except ImportError as error:
        raise ModelMissing("A part of Facet is missing (open_clip_torch); install Facet again.") from error
    known: dict[str, Any] = get_pretrained_cfg(architecture, tag)
    return known if known and known.get("hf_hub") and open_clip.get_model_config(architecture) else {}


def _pair(name: str) -> tuple[str, str]:
    architecture, _, tag = name.partition("/")
    return architecture, tag


def _hub_id(text: str) -> tuple[str, str]:
    """open_clip writes "owner/repository/" or "owner/repository/file"."""
    owner, repository, *rest = text.split("/")
    return f"{owner}/{repository}", "/".join(rest)


def _offer(entry: Mapping[str, Any]) -> Offer:
    facet = Facet(entry.get("facet", Facet.MEANING))
    return Offer(**{**entry, "needs": tuple(entry.get("needs", ())), "facet": facet})


@cache
def _document() -> dict[str, Any]:
    path: Path = resources() / "models.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ModelMissing(f"A part of Facet is missing or damaged ({path}); install Facet again.") from error
