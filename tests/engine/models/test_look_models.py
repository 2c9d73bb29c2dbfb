"""Models of look through timm: the same features as timm gives, from the hub and from folders, and clear words for the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.hub import Hub
from app.engine.models.offers import offer_of, offers, table_of
from app.engine.models.preparing import Preparation
from app.engine.models.shelf import Shelf
from app.engine.models.timm_look import TimmModel
from app.engine.types import Facet
from tests.conftest import draw_photo
from tests.engine.models.small_models import BEIT, DINO, write_look

KINDS = ("small-dino", "small-beit")


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def timms_row(folder: Path, picture: np.ndarray) -> np.ndarray:
    """What timm itself makes of a picture, with its own way to prepare it."""
    import timm
    import torch
    from PIL import Image
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text())
    model: Any = timm.create_model(config["architecture"], num_classes=config["num_classes"], **config["model_args"])
    model.load_state_dict(load_file(folder / "model.safetensors"))
    trained = config["pretrained_cfg"]
    prepare: Any = timm.data.create_transform(
        tuple(trained["input_size"]), is_training=False, interpolation=trained["interpolation"], mean=trained["mean"],
        std=trained["std"], crop_pct=trained["crop_pct"], crop_mode=trained["crop_mode"],
    )  # fmt: skip
    with torch.inference_mode():
        features = model.eval().forward_features(prepare(Image.fromarray(picture))[None])
        row: np.ndarray = model.forward_head(features, pre_logits=True)[0].numpy()
    return row / np.linalg.norm(row)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_the_pooled_features_of_timm(models: Path, tmp_path: Path, kind: str) -> None:
    installed = Shelf(tmp_path / "models").take(models / "facet" / kind)
    assert installed.facet is Facet.LOOK and installed.length == 32
    images = TimmModel(installed).image_encoder()
    for seed, size in enumerate(((200, 120), (90, 150), (64, 64))):
        picture = np.asarray(draw_photo(seed, size))
        row = images.encode([images.prepare(picture)])[0]
        assert row.shape == (32,) and row.dtype == np.float32
        np.testing.assert_allclose(row, timms_row(models / "facet" / kind, picture), atol=2e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_look_is_fetched(hub: Hub, tmp_path: Path, kind: str) -> None:
    shelf, name = Shelf(tmp_path / "models"), f"hf-hub:facet/{kind}"
    model = shelf.fetch(name, hub, quiet)
    assert model == shelf.get(name) and model.facet is Facet.LOOK and set(model.files) == {"config.json", "model.safetensors"}
    assert TimmModel(model).version == TimmModel(model).version != ""


@pytest.mark.parametrize("crop", [1.0, 0.9, 0.875])
@pytest.mark.parametrize(("mode", "timms"), [("shortest", "center"), ("squash", "squash")])
@pytest.mark.parametrize("size", [(200, 133), (77, 410), (64, 64), (20, 30)])
def test_pictures_are_prepared_as_timm_does(mode: str, timms: str, crop: float, size: tuple[int, int]) -> None:
    from timm.data import create_transform

    picture = draw_photo(1).resize(size)
    theirs: Any = create_transform((3, 56, 56), is_training=False, interpolation="bicubic", mean=(0,) * 3, std=(1,) * 3,
                                   crop_pct=crop, crop_mode=timms)  # fmt: skip
    expected = (theirs(picture).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(Preparation(56, 56, mode, share=crop).apply(np.asarray(picture)), expected)


def test_the_list_says_what_timm_says() -> None:
    import timm
    import torch

    listed = {name: offer for name, offer in offers().items() if name.startswith("timm:")}
    assert {"timm:vit_small_patch14_dinov2.lvd142m", "timm:beit_base_patch16_224.in22k_ft_in22k_in1k"} <= set(listed)
    for name, offer in listed.items():
        described = table_of(name)
        assert described and described[0] is offer.facet is Facet.LOOK
        said = described[1]["pretrained_cfg"]
        assert offer.repository == said["hf_hub_id"] and offer.license.lower() == said["license"]
        with torch.device("meta"):
            made: Any = timm.create_model(described[1]["architecture"], num_classes=said["num_classes"])
        assert offer.bytes == pytest.approx(4 * sum(part.numel() for part in made.parameters()), rel=0.01)


def test_a_name_of_timms_that_nobody_listed() -> None:
    offer = offer_of("timm:resnet18.a1_in1k")
    assert (offer.facet, offer.repository, offer.bytes) == (Facet.LOOK, "timm/resnet18.a1_in1k", None)
    for name in ("timm:resnet18.nobody", "timm:nothing", "timm:", "timm:hf-hub:some/one"):
        with pytest.raises(UsageError, match="timm:NAME"):
            offer_of(name)


def test_pictures_of_another_size_than_in_training_are_read(tmp_path: Path) -> None:
    """DINOv2 was trained at 518 pixels and is read at fewer; its table of places is stretched."""
    import torch
    from safetensors.torch import load_file, save_file

    described = table_of("timm:vit_small_patch14_dinov2.lvd142m")
    assert described and described[1]["pretrained_cfg"]["input_size"] == (3, 224, 224)
    weights = write_look(tmp_path / "mine", DINO)
    state = load_file(weights)
    state["pos_embed"] = torch.randn(1, 1 + 37 * 37, 32)
    save_file(state, weights)
    installed = Shelf(tmp_path / "models").take(tmp_path / "mine")
    images = TimmModel(installed).image_encoder()
    assert images.encode([images.prepare(np.asarray(draw_photo(1)))]).shape == (1, 32)


def test_bare_weights_are_known_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="another model"):  # far smaller than what it is said to be
        weights = write_look(tmp_path / "mine", DINO)
        (tmp_path / "mine" / "config.json").unlink()
        Shelf(tmp_path / "models").take(weights, "timm:vit_small_patch14_dinov2.lvd142m")


@pytest.mark.parametrize("missing", ["head.weight", "blocks.1.attn.qkv.weight", "fc_norm.weight"])
def test_weights_that_lack_something_are_refused(tmp_path: Path, missing: str) -> None:
    from safetensors.torch import load_file, save_file

    weights = write_look(tmp_path / "mine", BEIT)
    state = load_file(weights)
    del state[missing]
    save_file(state, weights)
    with pytest.raises(ModelMissing, match="another model"):
        Shelf(tmp_path / "models").take(tmp_path / "mine")


@pytest.mark.parametrize(
    "change",
    [
        {"architecture": "hf-hub:some/one"},
        {"architecture": "local-dir:/somewhere"},
        {"architecture": "nothing"},
        {"model_args": {"checkpoint_path": "/etc/passwd"}},
        {"model_args": {"pretrained_cfg_overlay": {"file": "evil.bin"}}},
        {"pretrained_cfg": {}},
        {"pretrained_cfg": {**DINO["pretrained_cfg"], "interpolation": "guessing"}},
        {"pretrained_cfg": {**DINO["pretrained_cfg"], "input_size": [3, 42]}},
        {"pretrained_cfg": {**DINO["pretrained_cfg"], "input_size": [3, 90000, 90000]}},
    ],
)
def test_a_description_that_makes_no_sense_or_asks_for_more_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    write_look(tmp_path / "mine", DINO)
    (tmp_path / "mine" / "config.json").write_text(json.dumps({**DINO, **change}))
    with pytest.raises(ModelMissing, match="get the model again"):
        Shelf(tmp_path / "models").take(tmp_path / "mine")
    assert Shelf(tmp_path / "models").installed() == ()


def test_a_description_of_transformers_is_refused(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "facet" / "small-dino", tmp_path / "mine")
    (tmp_path / "mine" / "config.json").write_text(json.dumps({"model_type": "clip", "architectures": ["CLIPModel"]}))
    with pytest.raises(ModelMissing, match="get the model again"):
        Shelf(tmp_path / "models").take(tmp_path / "mine")
