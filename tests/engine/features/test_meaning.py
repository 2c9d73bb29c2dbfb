"""The meaning facet reads pictures of any shape into unit rows that words find."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.features.base import Extractor, Picture
from app.engine.features.meaning import MeaningExtractor
from app.engine.models.registry import active_model
from app.engine.types import Facet
from tests.conftest import draw_photo


@pytest.fixture(scope="module")
def extractor() -> MeaningExtractor:
    return MeaningExtractor(active_model())


def picture(image: Image.Image) -> Picture:
    return Picture(np.asarray(image.convert("RGB")), image.size)


def test_it_is_an_extractor_of_meaning(extractor: MeaningExtractor) -> None:
    declared: Extractor = extractor
    assert (declared.facet, declared.dtype, declared.length) == (Facet.MEANING, np.dtype(np.float16), 768)
    assert declared.version == active_model().version


@pytest.mark.parametrize("size", [(1, 1), (1024, 3), (3, 1024), (260, 260), (1024, 683), (31, 17)])
def test_every_shape_is_prepared_alike(extractor: MeaningExtractor, size: tuple[int, int]) -> None:
    prepared = extractor.prepare(picture(Image.new("RGB", size, (40, 120, 200))))
    assert (prepared.shape, prepared.dtype) == ((260, 260, 3), np.uint8)
    assert (prepared == (40, 120, 200)).all()


def test_half_of_the_longer_side_is_cut(extractor: MeaningExtractor) -> None:
    wide = Image.new("RGB", (800, 400), "white")
    wide.paste("red", (0, 0, 90, 400))  # 100 of 800 pixels go on either side
    wide.paste("blue", (400, 0, 800, 400))
    prepared = extractor.prepare(picture(wide))
    assert (prepared[:, :125] == 255).all()
    assert (prepared[:, 135:] == (0, 0, 255)).all()


def test_rows_have_length_one_in_the_order_of_the_pictures(extractor: MeaningExtractor) -> None:
    prepared = [extractor.prepare(picture(draw_photo(seed))) for seed in range(6)]
    prepared.append(np.zeros((260, 260, 3), np.uint8))
    rows = extractor.extract(prepared)
    assert (rows.shape, rows.dtype) == ((7, 768), np.float16)
    assert np.linalg.norm(rows.astype(np.float32), axis=1) == pytest.approx(1, abs=1e-3)
    alone = np.concatenate([extractor.extract([one]) for one in reversed(prepared)])[::-1].astype(np.float32)
    assert (rows.astype(np.float32) * alone).sum(axis=1) == pytest.approx(1, abs=2e-3)
    assert (rows.astype(np.float32) @ alone.T).argmax(axis=1).tolist() == list(range(7))


def test_no_pictures_give_no_rows(extractor: MeaningExtractor) -> None:
    rows = extractor.extract([])
    assert (rows.shape, rows.dtype) == ((0, 768), np.float16)


def test_captions_find_their_photos(pack: Path, extractor: MeaningExtractor) -> None:
    asked = [row for row in json.loads((pack / "captioned" / "captions.json").read_text()) if row["split"] == "dev"]
    prepared = []
    for row in asked:
        with Image.open(pack / "captioned" / row["file"]) as image:
            prepared.append(extractor.prepare(picture(image)))
    rows = extractor.extract(prepared).astype(np.float32)
    captions = [(number, row["captions"][0]) for number, row in enumerate(asked)]
    words = active_model().text_encoder().encode_texts([caption for _, caption in captions])
    cosines = words @ rows.T
    own = np.array([cosines[line, number] for line, (number, _) in enumerate(captions)])
    among_first_5 = ((cosines > own[:, None]).sum(axis=1) < 5).mean()
    assert among_first_5 > 0.85  # by chance it is 0.05
