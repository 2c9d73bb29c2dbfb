"""Points described by HardNet8 with random weights: fetched, imported, refused, and used to find a piece of a photo."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.engine import requests as r
from app.engine.errors import ModelMissing, UsageError
from app.engine.features.crop import STORED, CropExtractor
from app.engine.features.local.codes import FourLevels
from app.engine.features.local.describe import read_points
from app.engine.features.local.learned import LearnedDescriptor
from app.engine.features.local.proof import proved
from app.engine.features.local.relation import relate
from app.engine.models.hub import Hub
from app.engine.models.installed import Installed
from app.engine.models.patches import PatchModel
from app.engine.models.shelf import Shelf
from app.engine.paths import library_paths
from app.engine.settings import load_settings, save_settings
from app.engine.types import Facet, Query
from app.engine.writing import open_writer
from tests.engine.features.drawn import as_picture, drawn
from tests.engine.models.hub_server import HubServer
from tests.engine.test_engine import Running, read_all

NAME, FILE = "hardnet8", "hardnet8v2.pt"


def write_weights(path: Path) -> Path:
    """Random weights of the whole network, as its authors' file has them."""
    import torch
    from kornia.feature import HardNet8

    torch.manual_seed(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    network = HardNet8(pretrained=False)
    components, _ = torch.linalg.qr(torch.randn(512, 512))
    network.components.copy_(components[:, :128])
    torch.save(network.state_dict(), path)
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of weights."""
    return write_weights(tmp_path_factory.mktemp("hardnet") / FILE)


@pytest.fixture
def installed(weights: Path, tmp_path: Path) -> Installed:
    """The model, imported."""
    return Shelf(tmp_path / "shelf").take(weights, NAME)


@pytest.fixture
def extractor(installed: Installed) -> CropExtractor:
    """What reads points with it."""
    return CropExtractor(LearnedDescriptor(PatchModel(installed)))


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_it_is_fetched_from_the_hub(server: HubServer, hub: Hub, weights: Path, tmp_path: Path) -> None:
    write_weights(server.folder / "kornia" / "hardnet" / FILE)
    (server.folder / "kornia" / "hardnet" / "HardNetPP.pth").write_bytes(b"another network")
    model = Shelf(tmp_path / "models").fetch(NAME, hub, quiet)
    assert model.facet is Facet.CROP and model.length == 128 and set(model.files) == {FILE, "points.json"}
    assert (model.folder / FILE).read_bytes() == (server.folder / "kornia" / "hardnet" / FILE).read_bytes()


def test_what_is_no_such_network_is_refused(tmp_path: Path, weights: Path) -> None:
    import torch

    shelf = Shelf(tmp_path / "models")
    state: dict[str, Any] = torch.load(weights, weights_only=True)
    state.pop("features.0.weight")
    torch.save(state, tmp_path / "other.pt")
    with pytest.raises(ModelMissing, match="not those of HardNet8"):
        shelf.take(tmp_path / "other.pt", NAME)
    (tmp_path / "code.pt").write_bytes(pickle.dumps({"features": print}))
    with pytest.raises(ModelMissing, match="program code"):
        shelf.take(tmp_path / "code.pt", NAME)
    (tmp_path / "cut.pt").write_bytes(weights.read_bytes()[:90_000])
    with pytest.raises(ModelMissing, match="cut short or damaged"):
        shelf.take(tmp_path / "cut.pt", NAME)
    with pytest.raises(UsageError, match="beside the weights"):
        shelf.take(weights, "somebody's")
    assert not shelf.installed()


def test_descriptors_of_any_kind_are_kept_in_32_bytes() -> None:
    rng = np.random.default_rng(3)
    descriptors = rng.normal(size=(200, 128)).astype(np.float32) * np.linspace(2, 0.1, 128, dtype=np.float32)
    descriptors[:20] = np.abs(descriptors[:20])  # all on one side, as those of gradients are
    descriptors /= np.linalg.norm(descriptors, axis=1, keepdims=True)
    codes = FourLevels().codes(descriptors)
    assert codes.shape == (200, 32)
    back = FourLevels().decoded(codes)
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-5)
    assert (back * descriptors).sum(axis=1).min() > 0.85
    assert np.array_equal((back @ descriptors.T).argmax(axis=0), np.arange(200))


def test_a_photo_takes_less_than_8_kb(extractor: CropExtractor) -> None:
    row = extractor.read(as_picture(drawn(5)))
    assert 5_000 < len(row) < 8_000 and len(extractor.unpack(row)) == (len(row) - 8) / 38
    assert np.array_equal(extractor.descriptors(row), extractor.unpack(row).descriptors)


def test_mirrored_points_are_those_of_the_mirrored_picture(installed: Installed) -> None:
    picture, descriptor = drawn(13), LearnedDescriptor(PatchModel(installed))
    one = read_points(as_picture(picture).rgb, picture.size, STORED, descriptor=descriptor, reflect=True).mirrored()
    other = read_points(as_picture(ImageOps.mirror(picture)).rgb, picture.size, STORED, descriptor=descriptor)
    nearest = (one.descriptors @ other.descriptors.T).argmax(axis=1)
    assert (np.linalg.norm(one.points - other.points[nearest], axis=1) < 2).mean() > 0.7


@pytest.mark.parametrize("turn", [0, 30, 180])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_turned_part_is_found_where_it_lies(extractor: CropExtractor, turn: int, mirror: bool) -> None:
    photo = drawn(20, (800, 600))
    part = photo.crop((200, 150, 600, 450)).rotate(turn, Image.Resampling.BICUBIC)
    asked = as_picture(ImageOps.mirror(part) if mirror else part)
    query = extractor.query(asked)
    match = relate(query, extractor.unpack(extractor.read(as_picture(photo))))
    assert match is not None and match.likely and match.mirrored is mirror
    assert proved(match, asked, as_picture(photo)).sure, "few points may agree by chance, pixels do not"
    assert relate(query, extractor.unpack(extractor.read(as_picture(drawn(21, (800, 600)))))) is None


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A window's engine with some photos, read for their points as well."""
    (tmp_path / "photos").mkdir()
    for seed in range(6):
        drawn(seed, (800, 600)).save(tmp_path / "photos" / f"{seed}.png")
    run = Running(tmp_path / "library", tmp_path / "trash")
    read_all(run, tmp_path / "photos")
    while dict(run.ask(r.Status()).facets)[Facet.CROP].done < 6:
        time.sleep(0.05)
    yield run
    run.close()


def _found(running: Running, tmp_path: Path) -> str:
    drawn(3, (800, 600)).crop((100, 100, 500, 400)).save(tmp_path / "piece.png")
    answer = running.ask(r.Search(Query(images=(str(tmp_path / "piece.png"),), facets=(Facet.CROP,))))
    assert answer.hits[0].reasons[0].box
    return answer.hits[0].row.name


def test_pieces_are_found_with_it_once_all_photos_are_read_and_without_it_again(
    running: Running, weights: Path, tmp_path: Path
) -> None:
    def used(name: str) -> bool:
        return next(choice for choice in running.ask(r.ListModels()) if choice.name == name).in_use

    assert _found(running, tmp_path) == "3.png" and used("built-in-points")
    running.ask(r.ImportModel(str(weights), NAME))
    for name in (NAME, "built-in-points"):
        running.ask(r.UseModel(name))
        ends = time.monotonic() + 60
        while not used(name):
            assert _found(running, tmp_path) == "3.png" and time.monotonic() < ends
            time.sleep(0.05)
        assert _found(running, tmp_path) == "3.png"
    assert dict(running.ask(r.Status()).facets)[Facet.CROP].done == 6


def test_the_command_line_reads_with_the_model_that_is_wanted(tmp_path: Path, weights: Path) -> None:
    paths = library_paths(tmp_path / "library")
    Shelf(paths.models).take(weights, NAME)
    save_settings(paths.settings, replace(load_settings(paths.settings), points_model=NAME))
    (tmp_path / "photos").mkdir()
    drawn(1).save(tmp_path / "photos" / "1.png")
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CROP)) as writer:
        writer.index([str(tmp_path / "photos")])
        assert writer.choice.in_use(Facet.CROP) == NAME
        rows = [name for name in writer.library.vectors.features() if name.startswith("crop-")]
        assert len(rows) == 1 and rows[0].startswith("crop-hardnet-")


def test_other_facets_answer_when_the_file_of_weights_was_changed(running: Running, weights: Path, tmp_path: Path) -> None:
    running.ask(r.ImportModel(str(weights), NAME))
    running.ask(r.UseModel(NAME))
    ends = time.monotonic() + 60
    while not next(choice for choice in running.ask(r.ListModels()) if choice.name == NAME).in_use:
        assert time.monotonic() < ends
        time.sleep(0.05)
    running.close()
    (file,) = (tmp_path / "library").rglob(FILE)
    spoiled = bytearray(file.read_bytes())
    spoiled[50_000] ^= 255
    file.write_bytes(spoiled)
    again = Running(tmp_path / "library", tmp_path / "trash")
    try:
        photo = str(tmp_path / "photos" / "3.png")
        for box in (None, (100, 100, 400, 300)):
            answer = again.ask(r.Search(Query(images=(photo,), box=box, facets=(Facet.LOOK, Facet.CROP))))
            assert answer.hits and "get the model again" in dict(answer.failed)[Facet.CROP]
    finally:
        again.close()
