"""Places365's ResNet-50 with random weights, in a checkpoint as its authors' file is: imported, refused, and naming scenes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engine.errors import ModelMissing, UsageError
from app.engine.labels import Tag, TagShare, TagSource
from app.engine.models.choice import Choice
from app.engine.models.hub import Hub
from app.engine.models.places import PlacesModel
from app.engine.models.shelf import Shelf
from app.engine.paths import library_paths
from app.engine.requests import Event, Problem
from app.engine.tags.scenes import LEAST, SURE, tags_of
from app.engine.tags.vocabulary import scenes
from app.engine.types import Facet, PhotoInfo
from app.engine.writing import Writer, open_writer

NAME, FILE = "places365", "resnet50_places365.pth.tar"
FACETS = (Facet.COPY, Facet.TAGS)
PICTURE = np.random.default_rng(2).integers(0, 255, (300, 400, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def network() -> Any:
    """torchvision's own network, with 365 outputs."""
    import torch
    import torchvision

    torch.manual_seed(0)
    return torchvision.models.resnet50(num_classes=365).eval()


def write_checkpoint(path: Path, network: Any, **changed: Any) -> Path:
    """As training wrote it then: names as of several graphics cards, no counts of batches, the older file format."""
    import torch

    state = {**network.state_dict(), **changed}
    state = {f"module.{name}": value for name, value in state.items() if not name.endswith("num_batches_tracked")}
    document = {"epoch": 90, "arch": "resnet50", "state_dict": state, "best_prec1": torch.tensor(0.5)}
    torch.save(document, path, _use_new_zipfile_serialization=False)
    return path


@pytest.fixture(scope="module")
def checkpoint(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("places") / FILE, network)


def test_a_checkpoint_is_known_by_its_file_and_read_as_its_authors_read_it(
    checkpoint: Path, network: Any, tmp_path: Path
) -> None:
    import torch
    from torchvision import transforms

    choice = Choice(library_paths(tmp_path / "library"))
    with pytest.raises(UsageError, match="is on no hub: download resnet50_places365"):
        choice.shelf.fetch(NAME, Hub({"HF_HUB_OFFLINE": "1"}), lambda _done, _total: None)
    installed = choice.shelf.take(checkpoint)
    assert (installed.name, installed.facet, installed.length) == (NAME, Facet.TAGS, 365)
    model = PlacesModel(installed)
    (shares,) = model.shares([PICTURE])
    prepare = transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])  # fmt: skip
    with torch.inference_mode():
        expected = network(prepare(Image.fromarray(PICTURE))[None]).softmax(dim=1)[0].numpy()
    assert np.allclose(shares, expected, atol=1e-4) and shares.max() > 2 / 365, "it is no flat answer that would be alike anyway"
    model.unload()
    assert not model.loaded
    listed = next(one for one in choice.choices() if one.name == NAME)
    assert listed.here and not listed.in_use and not listed.how
    choice.want(NAME)
    with pytest.raises(UsageError, match="switch it off first"):
        choice.remove(NAME)
    choice.switch_off(NAME)
    with pytest.raises(UsageError, match="only a model that names scenes"):
        choice.switch_off(NAME)
    choice.remove(NAME)
    assert next(one for one in choice.choices() if one.name == NAME).how


def test_what_is_no_such_network_is_refused(tmp_path: Path, network: Any, checkpoint: Path) -> None:
    import torch
    import torchvision

    shelf = Shelf(tmp_path / "models")
    other = tmp_path / FILE
    write_checkpoint(other, torchvision.models.resnet18(num_classes=365))
    with pytest.raises(ModelMissing, match="not those of a ResNet-50 with the 365 scenes"):
        shelf.take(other)
    write_checkpoint(other, network, **{"fc.weight": torch.zeros(1000, 2048), "fc.bias": torch.zeros(1000)})
    with pytest.raises(ModelMissing, match="not those of a ResNet-50 with the 365 scenes"):
        shelf.take(other)
    other.write_bytes(checkpoint.read_bytes()[:9_000_000])
    with pytest.raises(ModelMissing, match="cut short or damaged"):
        shelf.take(other)
    other.write_bytes(pickle.dumps({"state_dict": {"conv1.weight": print}}))
    with pytest.raises(ModelMissing, match="program code"):
        shelf.take(other)
    assert not shelf.installed()


def test_scenes_are_named_where_the_network_holds_them_for_more_likely_than_not() -> None:
    names = list(scenes().values())
    assert len(names) == len(set(names)) == 365 and list(scenes())[:2] == ["airfield", "airplane_cabin"]

    def named(*shares: float) -> list[str]:
        rest = (1 - sum(shares)) / (365 - len(shares))
        return [tag.name for tag in tags_of(np.array([*shares, *[rest] * (365 - len(shares))], np.float32), names)]

    assert named(0.3, 0.25) == names[:2], "two that share what one would have"
    assert named(0.1, 0.7) == [names[1]]
    assert named(SURE - 0.05, LEAST - 0.05) == [] and named(0.25, 0.24) == [] and named(0.1) == []


@pytest.fixture
def photos(tmp_path: Path, make_photo: Callable[..., Path]) -> Path:
    for number in range(5):
        make_photo(f"{number}.jpg", number, (320, 240), folder=tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def prepared(tmp_path: Path, photos: Path, network: Any) -> Path:
    """A library, and a network that holds everything for a beach, or else for a coast."""
    import torch

    places = list(scenes())
    bias = torch.full((365,), -9.0)
    bias[places.index("beach")], bias[places.index("coast")] = 1.0, 0.2
    file = write_checkpoint(tmp_path / FILE, network, **{"fc.weight": torch.zeros(365, 2048), "fc.bias": bias})
    with open_writer(tmp_path / "library", lambda _event: None, facets=FACETS) as opened:
        opened.index([str(photos)])
        opened.choice.shelf.take(file)
    return tmp_path / "library"


@pytest.fixture
def writer(prepared: Path, events: list[Event]) -> Iterator[Writer]:
    with open_writer(prepared, events.append, facets=FACETS) as opened:
        yield opened


def info(writer: Writer, name: str, photos: Path) -> PhotoInfo:
    with writer.reader() as reader:
        return reader.info(str(photos / name))


def tags(writer: Writer, photos: Path, name: str = "0.jpg") -> dict[str, TagSource]:
    return {tag.name: tag.source for tag in info(writer, name, photos).tags}


def test_its_scenes_join_the_tags_stay_refused_and_go_with_it(writer: Writer, photos: Path) -> None:
    catalog, both = writer.library.catalog, {"beach": TagSource.PLACES, "coast": TagSource.PLACES}
    digest = bytes.fromhex(info(writer, "0.jpg", photos).digest)
    writer.use_model(NAME)
    writer.run_until_idle()
    assert tags(writer, photos) == both and writer.unread_by(NAME) == 0
    assert {tag.name: tag.photos for tag in catalog.tags()} == {"beach": 5, "coast": 5}
    assert writer.tag([digest], "Beach", False) and writer.tag([digest], "coast", True, shown=True)
    assert tags(writer, photos) == {"coast": TagSource.PERSON}
    catalog.forget_scene_marks("")
    writer.complete()
    writer.run_until_idle()
    assert tags(writer, photos) == {"coast": TagSource.PERSON} and tags(writer, photos, "1.jpg") == both
    other = bytes.fromhex(info(writer, "1.jpg", photos).digest)
    catalog.put_photo_tags("tags-0", {other: [Tag("beach", 0.99), Tag("coast", 0.01)]})
    assert tags(writer, photos, "1.jpg") == {"beach": TagSource.MEANING, "coast": TagSource.PLACES}, "the surer one counts"
    assert catalog.shares([other]) == (TagShare("beach", 0, 1), TagShare("coast", 0, 1, scenes=1))
    writer.switch_off(NAME)
    assert tags(writer, photos, "2.jpg") == {} and tags(writer, photos) == {"coast": TagSource.PERSON}
    assert tags(writer, photos, "1.jpg") == dict.fromkeys(("beach", "coast"), TagSource.MEANING)
    writer.use_model(NAME)
    assert not writer.busy and tags(writer, photos, "2.jpg") == both, "without reading a photo again"
    writer.switch_off(NAME)
    writer.remove_model(NAME)
    assert writer.choice.scenes() is None and catalog._all("SELECT count(*) FROM scene_tags") == [(0,)]


def test_it_pauses_and_goes_on_where_it_ended(prepared: Path) -> None:
    with open_writer(prepared, lambda _event: None, facets=FACETS) as writer:
        writer.pause()
        writer.use_model(NAME)
        writer.run_until_idle()
        assert writer.unread_by(NAME) == 5
        writer.resume()
        writer.step(1.0)
    with open_writer(prepared, lambda _event: None, facets=FACETS) as again:
        again.complete()
        again.run_until_idle()
        assert again.unread_by(NAME) == 0


def test_a_network_that_is_damaged_later_is_told_of_once_and_leaves_the_photos_for_later(
    writer: Writer, events: list[Event]
) -> None:
    installed = writer.choice.shelf.get(NAME)
    assert installed
    file = installed.folder / FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:-9] + bytes(255 - byte for byte in whole[-9:]))
    writer.use_model(NAME)
    writer.run_until_idle()
    (problem,) = [event for event in events if isinstance(event, Problem)]
    assert problem.code == "model-missing" and "remove this one and get the model again" in problem.message
    assert writer.unread_by(NAME) == 5 and not writer.busy
    file.write_bytes(whole)
    writer.complete()
    writer.run_until_idle()
    assert writer.unread_by(NAME) == 0
