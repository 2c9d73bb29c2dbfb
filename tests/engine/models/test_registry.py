"""Models on the shelf: what is offered, fetched, imported, refused, and which one is in use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.engine.errors import Cancelled, InputError, ModelMissing, UsageError
from app.engine.models.choice import Choice
from app.engine.models.hub import Hub
from app.engine.models.offers import BUILT_IN_NAME, families, folder_name, offer_of, offers, table_config
from app.engine.models.shelf import Shelf
from app.engine.paths import library_paths
from app.engine.types import Facet
from tests.engine.models.hub_server import COMMIT, HubServer
from tests.engine.models.small_models import write_plain, write_siglip


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


# ---- what is offered


def test_the_list_says_what_open_clip_says() -> None:
    for name, offer in offers().items():
        if name != BUILT_IN_NAME and offer.facet is Facet.MEANING:
            from open_clip.pretrained import get_pretrained_cfg

            known = get_pretrained_cfg(*name.split("/"))
            assert known["hf_hub"] == offer.repository + "/"
            assert offer.bytes and offer.license and offer.languages and offer.family in families()
            config = table_config(name)
            assert config and bool("hf_model_name" in config["model_cfg"]["text_cfg"]) == ("transformers" in offer.needs)


def test_the_readme_says_what_the_list_says() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    lines = [[cell.strip(" `") for cell in line.strip("| ").split(" | ")] for line in readme.splitlines()]
    table = {line[0]: line for line in lines if len(line) == 6}
    for name, offer in offers().items():
        _, _, size, license, languages, speed = table[name]
        assert size == (f"{offer.bytes / 1e6:,.0f} MB" if offer.bytes else "none") and license == offer.license
        assert languages == (offer.languages or "-")
        assert speed == (f"{100 * offer.speed:.0f} %" if offer.speed else "not measured")


def test_the_openai_models_keep_the_activation_they_were_trained_with() -> None:
    quick = table_config("ViT-B-32/openai")
    plain = table_config("ViT-B-32/laion2b_s34b_b79k")
    assert quick and quick["model_cfg"]["quick_gelu"] is True
    assert plain and not plain["model_cfg"].get("quick_gelu")


def test_the_sizes_are_those_of_the_parameters() -> None:
    """Built without memory, from the largest parts: the picture towers and vocabularies that the list's sizes rest on."""
    import open_clip
    import torch

    for name in ("ViT-B-32/openai", "ViT-B-16/openai", "ViT-B-32-256/datacomp_s34b_b86k"):
        config = table_config(name)
        assert config
        with torch.device("meta"):
            count = sum(part.numel() for part in open_clip.CLIP(**config["model_cfg"]).parameters())
        assert offers()[name].bytes == pytest.approx(4 * count, rel=0.01)


def test_names_that_nobody_listed() -> None:
    assert offer_of("hf-hub:facet/some").repository == "facet/some"
    known = offer_of("ViT-L-14/datacomp_xl_s13b_b90k")
    assert known.repository == "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K" and known.bytes is None
    for name in ("ViT-B-32/nobody", "nothing", "a/b/c", ""):
        with pytest.raises(UsageError, match="models list"):
            offer_of(name)


def test_folder_names_work_on_every_system() -> None:
    assert folder_name("ViT-B-32/openai") == "ViT-B-32--openai"
    assert folder_name("hf-hub:a/b") == "hf-hub--a--b"
    assert folder_name("../..") == "model"


# ---- from the hub


@pytest.mark.parametrize("kind", ["plain", "siglip", "roberta"])
def test_a_model_is_fetched_with_all_it_needs(hub: Hub, tmp_path: Path, kind: str) -> None:
    shelf, name = Shelf(tmp_path / "models"), f"hf-hub:facet/small-{kind}"
    told: list[tuple[int, int]] = []
    model = shelf.fetch(name, hub, lambda *way: told.append(way))
    assert model == shelf.get(name) and shelf.installed() == (model,)
    assert model.source == f"facet/small-{kind}@{COMMIT}"
    expected = {"open_clip_config.json", "open_clip_model.safetensors"}
    expected |= set() if kind == "plain" else {"tokenizer.json", "tokenizer_config.json"}
    expected |= {"config.json"} if kind == "roberta" else set()
    assert set(model.files) == expected
    assert {file.name for file in model.folder.iterdir()} == expected | {"facet.json"}
    assert told[-1][0] == told[-1][1] == model.bytes - model.files["open_clip_config.json"].size
    assert model.checked().name == model.weights
    assert [file.name for file in (tmp_path / "models").iterdir() if file.is_dir()] == [folder_name(name)]


def test_a_stopped_fetch_is_no_model_yet_and_goes_on(hub: Hub, server: HubServer, tmp_path: Path) -> None:
    shelf, name = Shelf(tmp_path / "models"), "hf-hub:facet/small-plain"
    way = [0]

    def told(done: int, _total: int) -> None:
        way[0] = done

    with pytest.raises(Cancelled):
        shelf.fetch(name, hub, told, lambda: way[0] > 1_000_000)
    assert shelf.get(name) is None and shelf.installed() == ()
    assert shelf.arrived()[name] > 1_000_000
    again = Shelf(tmp_path / "models").fetch(name, hub, told)
    assert again.weights == "open_clip_model.safetensors" and shelf.arrived() == {}
    assert server.sent_bytes_from("open_clip_model.safetensors")[-1].startswith("bytes=1")


def test_what_is_there_is_not_asked_for_again(hub: Hub, server: HubServer, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models")
    model = shelf.fetch("hf-hub:facet/small-plain", hub, quiet)
    server.asked.clear()
    assert shelf.fetch("hf-hub:facet/small-plain", Hub({"HF_HUB_OFFLINE": "1"}), quiet) == model
    assert server.asked == []


def test_without_a_connection_there_is_no_model_and_it_is_said(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models")
    with pytest.raises(ModelMissing, match="import the model"):
        shelf.fetch("hf-hub:facet/small-plain", Hub({"HF_HUB_OFFLINE": "1"}), quiet)
    assert shelf.installed() == ()


def test_weights_of_another_model_are_refused(hub: Hub, tmp_path: Path, repositories: Path) -> None:
    write_siglip(repositories / "facet" / "other")
    shutil.copy(repositories / "facet" / "other" / "open_clip_model.safetensors", repositories / "facet" / "small-plain")
    shelf = Shelf(tmp_path / "models")
    with pytest.raises(ModelMissing, match="another model"):
        shelf.fetch("hf-hub:facet/small-plain", hub, quiet)
    assert shelf.installed() == () and shelf.arrived() == {}


@pytest.mark.parametrize("missing", ["open_clip_config.json", "open_clip_model.safetensors", "tokenizer.json"])
def test_a_repository_that_lacks_something_is_refused(hub: Hub, tmp_path: Path, repositories: Path, missing: str) -> None:
    (repositories / "facet" / "small-siglip" / missing).unlink()
    if missing == "tokenizer.json":
        (repositories / "facet" / "small-siglip" / "tokenizer_config.json").unlink()
    with pytest.raises(ModelMissing, match="choose another"):
        Shelf(tmp_path / "models").fetch("hf-hub:facet/small-siglip", hub, quiet)


def test_a_description_of_a_caption_model_beside_other_weights_is_refused(hub: Hub, tmp_path: Path, repositories: Path) -> None:
    config = repositories / "facet" / "small-plain" / "open_clip_config.json"
    document = json.loads(config.read_text())
    document["model_cfg"]["multimodal_cfg"] = {}
    config.write_text(json.dumps(document))
    with pytest.raises(ModelMissing, match="of another model than its description"):
        Shelf(tmp_path / "models").fetch("hf-hub:facet/small-plain", hub, quiet)


# ---- imported


def test_a_folder_is_imported_and_stays_as_it_was(models: Path, tmp_path: Path) -> None:
    folder = models / "facet" / "small-roberta"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    model = Shelf(tmp_path / "models").take(folder)
    assert model.name == "small-roberta" and "config.json" in model.files
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_one_file_beside_its_description_is_imported(models: Path, tmp_path: Path) -> None:
    model = Shelf(tmp_path / "models").take(models / "facet" / "small-plain" / "open_clip_model.safetensors", "mine")
    assert model.name == "mine" and model.weights == "open_clip_model.safetensors"


def test_a_model_folder_of_facet_is_imported_under_its_name(models: Path, tmp_path: Path) -> None:
    first = Shelf(tmp_path / "models").take(models / "facet" / "small-plain", "hf-hub:facet/small-plain")
    second = Shelf(tmp_path / "others").take(first.folder)
    assert (second.name, second.files) == (first.name, first.files)


def test_a_bare_file_has_to_be_named(models: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare" / "weights.safetensors"
    bare.parent.mkdir()
    shutil.copy(models / "facet" / "small-plain" / "open_clip_model.safetensors", bare)
    shelf = Shelf(tmp_path / "models")
    with pytest.raises(UsageError, match="--as"):
        shelf.take(bare)
    with pytest.raises(ModelMissing, match="another model"):  # far smaller than what it is said to be
        shelf.take(bare, "RN50/openai")
    with pytest.raises(InputError, match="check the name"):
        shelf.take(tmp_path / "nowhere")
    assert shelf.installed() == ()


def test_a_damaged_import_leaves_the_model_that_is_there(models: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models")
    good = shelf.take(models / "facet" / "small-plain", "mine")
    bad = write_plain(tmp_path / "bad", form="bin")
    bad.write_bytes(bad.read_bytes()[:-5000])
    with pytest.raises(ModelMissing, match="damaged"):
        shelf.take(tmp_path / "bad", "mine")
    assert shelf.get("mine") == good and good.checked()


def test_files_that_changed_since_are_noticed(models: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models")
    model = shelf.take(models / "facet" / "small-plain", "mine")
    content = bytearray((model.folder / model.weights).read_bytes())
    content[-1] ^= 1
    (model.folder / model.weights).write_bytes(content)
    with pytest.raises(ModelMissing, match="changed"):
        model.checked()
    (model.folder / model.weights).write_bytes(content[:-1])
    assert shelf.get("mine") is None


# ---- in use


def test_the_built_in_model_is_used_until_another_is_ready(models: Path, tmp_path: Path) -> None:
    choice = Choice(library_paths(tmp_path))
    assert choice.wanted() == choice.in_use() == BUILT_IN_NAME
    with pytest.raises(ModelMissing, match="models get"):
        choice.want("ViT-B-32/openai")
    assert choice.wanted() == BUILT_IN_NAME
    choice.shelf.take(models / "facet" / "small-plain", "mine")
    choice.want("mine")
    again = Choice(library_paths(tmp_path))
    assert (again.wanted(), again.in_use()) == ("mine", BUILT_IN_NAME)
    again.use("mine")
    assert choice.in_use() == "mine" and choice.model(choice.in_use()).name == "mine"
    shutil.rmtree(tmp_path / "models" / "mine")
    assert choice.in_use() == BUILT_IN_NAME
