"""The look facet takes its rows from the tower that meaning reads with, which runs once for both."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.features.base import Extractor, NetworkExtractor, Picture
from app.engine.features.color import ColorExtractor
from app.engine.features.look import LookExtractor
from app.engine.features.meaning import MeaningExtractor, meaning_extractor
from app.engine.features.together import Together, prepare
from app.engine.intake.batches import ModelLane
from app.engine.intake.file_reader import FileRead
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.models import builtin
from app.engine.models.builtin import BuiltinModel
from app.engine.models.packaged import PackagedFile
from app.engine.models.tower import POOLED, Tower
from app.engine.types import Facet, Metadata
from tests.conftest import draw_photo


class CountingTower(Tower):
    """The tower; it counts what goes through it."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared = self.pictures = 0

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.prepared += 1
        return super().prepare(rgb)

    def read(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        self.pictures += len(prepared)
        return super().read(prepared)


@pytest.fixture
def tower() -> CountingTower:
    return CountingTower()


def pictures(count: int) -> list[Picture]:
    drawn = [draw_photo(seed, (320, 240)) for seed in range(count)]
    return [Picture(np.asarray(picture), picture.size) for picture in drawn]


def file_read(number: int, extractors: Sequence[Extractor], picture: Picture) -> FileRead:
    stat = FileStat(f"/p/{number}.jpg", 1, 1, number)
    return FileRead(ReadPhoto(stat, bytes([number]) * 16, Metadata(), 0), None, prepare(extractors, picture))


def test_it_is_an_extractor_of_look(tower: CountingTower) -> None:
    declared: NetworkExtractor = LookExtractor(tower)
    assert (declared.facet, declared.dtype, declared.length) == (Facet.LOOK, np.dtype(np.float16), POOLED)
    assert isinstance(declared, NetworkExtractor) and not isinstance(ColorExtractor(), NetworkExtractor)
    assert declared.extract([]).shape == (0, POOLED)


def test_the_version_follows_the_tower_and_not_what_was_trained_on_top(monkeypatch: pytest.MonkeyPatch) -> None:
    before, meant = LookExtractor().version, BuiltinModel().version
    monkeypatch.setattr(builtin, "HEADS", PackagedFile("", "heads.npz", "0" * 64))
    assert (LookExtractor().version, BuiltinModel().version == meant) == (before, False)
    assert LookExtractor(Tower(PackagedFile("", "lite2.onnx", "1" * 64))).version != before


def test_an_intake_prepares_and_reads_each_picture_once_for_meaning_and_look(tower: CountingTower) -> None:
    extractors: list[Extractor] = [meaning_extractor(BuiltinModel(tower)), LookExtractor(tower), ColorExtractor()]
    shown = pictures(6)
    reads = [file_read(n, extractors, picture) for n, picture in enumerate(shown)]
    failed: list[object] = []
    with ThreadPoolExecutor(1) as pool:
        lane = ModelLane(pool, extractors, lambda *failure: failed.append(failure))
        rows = lane.submit([*reads, reads[0]]).result().rows
    assert (tower.prepared, tower.pictures, failed) == (6, 6, [])
    for extractor in extractors:
        alone = extractor.extract([extractor.prepare(picture) for picture in shown])
        together = np.stack([rows[extractor.version][read.photo.digest] for read in reads])
        assert together.astype(np.float32) == pytest.approx(alone.astype(np.float32), abs=2e-3)


def test_each_gets_the_rows_it_lacks_when_the_other_has_some_already(tower: CountingTower) -> None:
    meaning, look = meaning_extractor(BuiltinModel(tower)), LookExtractor(tower)
    shown = pictures(5)
    ready = [look.prepare(picture) for picture in shown]
    wanted = {meaning.version: dict(enumerate(ready[:3])), look.version: {n: ready[n] for n in (4, 1)}}
    before = tower.pictures
    together = Together([meaning, look], wanted)
    rows = together.rows(look)
    assert rows.astype(np.float32) == pytest.approx(look.extract([ready[4], ready[1]]).astype(np.float32), abs=2e-3)
    assert together.rows(meaning).shape == (3, meaning.length)
    assert tower.pictures - before == 4 + 2


def test_with_another_model_of_meaning_look_runs_the_tower_itself(tower: CountingTower) -> None:
    alone = MeaningExtractor(BuiltinModel())  # as any model that has no network to share
    look = LookExtractor(tower)
    shown = pictures(2)
    wanted = {version: {0: ready} for version, ready in prepare([alone, look], shown[0]).items()}
    together = Together([alone, look], wanted)
    assert together.rows(alone).shape == (1, alone.length) and tower.pictures == 0
    assert together.rows(look).shape == (1, POOLED) and tower.pictures == 1
