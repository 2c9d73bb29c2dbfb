"""What is known of a model before its weights are read: its description, and the files that it needs besides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from app.engine.errors import ModelMissing, UsageError
from app.engine.models import patches, places
from app.engine.models.copying import copy_files
from app.engine.models.download import Download
from app.engine.models.hub import Hub, Listing, RemoteFile
from app.engine.models.installed import DESCRIPTIONS
from app.engine.models.offers import Offer, table_of
from app.engine.models.patience import never
from app.engine.models.timm_look import read_look_config
from app.engine.models.tokens import need_transformers
from app.engine.models.towers import TEXT_CONFIG, ModelConfig, read_config
from app.engine.types import Facet

_CHECKS: Mapping[Facet, Callable[[Path], object]] = {
    Facet.LOOK: read_look_config,
    Facet.CROP: patches.check_description,
    Facet.TAGS: places.check_description,
}
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
)


def describe_from_hub(offer: Offer, hub: Hub, listing: Listing, stage: Path, wait_s: float) -> Facet:
    """Put a model's description into a folder: out of open_clip's or timm's tables for their own names, else the repository's.

    Returns the facet that the model serves. Raises ModelMissing.
    """
    described = table_of(offer.name)
    if described is not None:
        return _written(*described, stage)
    facet = next((facet for facet, file in DESCRIPTIONS.items() if file in listing.files), None)
    if facet is None:
        raise ModelMissing(
            f"{offer.repository} has no {DESCRIPTIONS[Facet.MEANING]}, so Facet cannot know how to use it; choose another model."
        )
    file = DESCRIPTIONS[facet]
    Download(hub, stage, lambda _done, _total: None, never, wait_s=wait_s).run([hub.facts(listing, file)])
    return _facet_of(facet, stage / file)


def describe_from_folder(folder: Path, stage: Path, name: str) -> Facet:
    """Copy the description that lies beside weights, or write the one of `name`. Raises InputError, UsageError."""
    for facet, file in DESCRIPTIONS.items():
        if (folder / file).is_file():
            copy_files([folder / file], stage, lambda _done, _total: None, never)
            return _facet_of(facet, stage / file)
    described = table_of(name)
    if described is None:
        raise UsageError(
            f"there is no {DESCRIPTIONS[Facet.MEANING]} beside the weights, so Facet cannot know what they are; "
            "import a folder that holds both, or name the model (on the command line with --as ViT-B-32/openai)"
        )
    return _written(*described, stage)


def files_besides(facet: Facet, stage: Path) -> list[str]:
    """Names of what a model of this description may need besides description and weights. Raises ModelMissing."""
    if facet in _CHECKS:
        _CHECKS[facet](stage / DESCRIPTIONS[facet])
        return []
    config = read_config(stage / DESCRIPTIONS[facet], captions=facet is Facet.CAPTIONS)
    return [*(TOKENIZER_FILES if config.tokenizer else ()), *([TEXT_CONFIG] if config.text_tower else [])]


def remote_files_besides(facet: Facet, stage: Path, hub: Hub, listing: Listing) -> list[RemoteFile]:
    """The same on the hub, from where open_clip would take it. Raises ModelMissing."""
    if facet in _CHECKS:
        _CHECKS[facet](stage / DESCRIPTIONS[facet])
        return []
    config = read_config(stage / DESCRIPTIONS[facet], captions=facet is Facet.CAPTIONS)
    if config.text_tower:
        need_transformers()
    return [*_tokenizer(hub, listing, config), *_text_tower(hub, config)]


def _tokenizer(hub: Hub, listing: Listing, config: ModelConfig) -> list[RemoteFile]:
    if not config.tokenizer:
        return []
    there = listing if config.tokenizer == listing.repository else hub.listing(config.tokenizer)
    files = [hub.facts(there, name) for name in TOKENIZER_FILES if name in there.files]
    if not files:
        raise ModelMissing(f"{config.tokenizer} has no tokenizer that Facet can read; choose another model.")
    return files


def _text_tower(hub: Hub, config: ModelConfig) -> list[RemoteFile]:
    return [hub.facts(hub.listing(config.text_tower), TEXT_CONFIG)] if config.text_tower else []


def _written(facet: Facet, document: object, stage: Path) -> Facet:
    (stage / DESCRIPTIONS[facet]).write_text(json.dumps(document, indent=1), encoding="utf-8")
    return facet


def _facet_of(facet: Facet, file: Path) -> Facet:
    """Models of meaning and those that write captions have the same kind of description."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        writes = facet is Facet.MEANING and "multimodal_cfg" in document["model_cfg"]
    except (OSError, ValueError, KeyError, TypeError):
        return facet  # whoever reads the whole of it says what is wrong
    return Facet.CAPTIONS if writes else facet
