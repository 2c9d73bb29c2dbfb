"""Models that write captions, with small random weights from a hub on this machine: fetched, tried, used, stopped, let go."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.cli_captions import run
from app.engine.errors import Cancelled, ModelMissing, UsageError
from app.engine.labels import Caption, CaptionSource
from app.engine.models.choice import Choice
from app.engine.models.coca import MOST, CocaModel
from app.engine.models.hub import Hub
from app.engine.models.installed import Installed
from app.engine.models.offers import offer_of, offers
from app.engine.paths import library_paths
from app.engine.requests import Event, PhotosDescribed, Problem
from app.engine.service import open_writer
from app.engine.types import Facet

NAME = "hf-hub:facet/small-coca"
PICTURE = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    return Choice(library_paths(tmp_path / "library"))


@pytest.fixture
def installed(choice: Choice, hub: Hub) -> Installed:
    return choice.shelf.fetch(NAME, hub, lambda _done, _total: None)


def test_it_is_fetched_told_from_models_of_meaning_and_writes_the_same_words_again(choice: Choice, installed: Installed) -> None:
    assert installed.facet is Facet.CAPTIONS
    model = choice.captioner()
    assert not model.loaded
    said = model.caption(PICTURE)
    assert model.loaded and said and said == model.caption(PICTURE)
    model.unload()
    assert not model.loaded and model.caption(PICTURE) == said
    listed = next(model for model in choice.choices() if model.name == NAME)
    assert (listed.facet, listed.here, listed.in_use) == (Facet.CAPTIONS, True, True)
    assert choice.in_use() == "built-in", "searches go on with what they had"
    with pytest.raises(UsageError, match="captions"):
        choice.want(NAME)
    choice.remove(NAME)
    with pytest.raises(ModelMissing, match="facet models get coca_ViT-B-32"):
        choice.captioner()


def test_it_can_be_stopped_between_two_words(installed: Installed) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        CocaModel(installed).caption(PICTURE, stop)
    assert len(asked) == 4 < MOST


def test_weights_of_another_model_are_refused(choice: Choice, repositories: Path) -> None:
    folder = repositories / "facet" / "small-coca"
    description = folder / "open_clip_config.json"
    document = json.loads(description.read_text())
    document["model_cfg"]["multimodal_cfg"]["layers"] = 2
    description.write_text(json.dumps(document))
    with pytest.raises(ModelMissing, match="of another model"):
        choice.shelf.take(folder)
    assert not choice.shelf.installed()


def test_those_of_the_list_are_open_clips(choice: Choice) -> None:
    listed = [offer for offer in offers().values() if offer.facet is Facet.CAPTIONS]
    assert listed
    for offer in listed:
        assert offer_of("coca_ViT-L-14/mscoco_finetuned_laion2b_s13b_b90k").facet is Facet.CAPTIONS
        from app.engine.models.offers import table_config

        assert "multimodal_cfg" in (table_config(offer.name) or {})["model_cfg"]


def test_captions_are_made_kept_and_never_over_what_people_wrote(
    tmp_path: Path, make_photo: Callable[..., Path], choice: Choice, installed: Installed
) -> None:
    paths = [make_photo(f"{n}.jpg", n, (160, 120)) for n in range(3)]
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CAPTIONS)) as writer:
        writer.index([str(tmp_path / "photos")])
        catalog = writer.library.catalog
        digests = [bytes.fromhex(info.digest) for path in paths if (info := catalog.info(str(path)))]
        catalog.put_captions({digests[0]: Caption("Anna")})
        paths[1].unlink()
        writer.captions.ask(digests)
        with pytest.raises(Cancelled):
            writer.captions.run_until_idle(lambda: True)
        assert catalog.caption_of(digests[2]) is None and not catalog.to_describe()
        writer.captions.ask(digests)
        writer.captions.run_until_idle()
        assert catalog.caption_of(digests[0]) == Caption("Anna") and catalog.caption_of(digests[1]) is None
        made = catalog.caption_of(digests[2])
        assert made and made.text and made.source is CaptionSource.MODEL


def test_what_is_to_be_described_is_remembered_when_the_program_ends(
    tmp_path: Path, make_photo: Callable[..., Path], installed: Installed
) -> None:
    for number in range(4):
        make_photo(f"{number}.jpg", number, (160, 120))
    facets = (Facet.COPY, Facet.CAPTIONS)
    events: list[Event] = []
    with open_writer(tmp_path / "library", events.append, facets=facets) as writer:
        writer.index([str(tmp_path / "photos")])
        catalog = writer.library.catalog
        digests = catalog.digests()
        catalog.put_captions({digests[0]: Caption("")})
        assert writer.captions.ask(None) == 3, "where people want no caption there will be none"
        while not (described := [event for event in events if isinstance(event, PhotosDescribed)]):
            writer.step(0.2)
        assert described[0].left == 2, "each is kept before the next is begun"
        catalog.put_captions({catalog.to_describe()[-1]: Caption("Anna")})
        last = catalog.to_describe()
    with open_writer(tmp_path / "library", events.append, facets=facets) as again:
        catalog = again.library.catalog
        again.complete()
        again.run_until_idle()
        assert len(last) == 2 and catalog.caption_of(last[-1]) == Caption("Anna")
        written = [caption.source for digest in digests if (caption := catalog.caption_of(digest))]
        assert sorted(written) == ["model", "model", "person", "person"] and not catalog.to_describe()
        assert not any(isinstance(event, Problem) for event in events)
        again.choice.remove(NAME)
        with pytest.raises(ModelMissing):
            again.captions.ask(digests)


def test_the_command_line_describes_photos_and_tells_of_a_damaged_model(
    tmp_path: Path, make_photo: Callable[..., Path], installed: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [make_photo(f"{n}.jpg", n, (160, 120)) for n in range(2)]
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.index([str(tmp_path / "photos")])

    def make(photo: Path) -> int:
        return run(Namespace(action="make", words=[str(photo)], library=tmp_path / "library", json=True))

    assert make(paths[0]) == 0 and json.loads(capsys.readouterr().out) == {"action": "make", "photos": 1}
    weights = installed.folder / installed.weights
    weights.write_bytes(bytes(255 - byte for byte in weights.read_bytes()))
    with pytest.raises(ModelMissing, match="get the model again"):
        make(paths[1])
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        assert not writer.library.catalog.to_describe()
