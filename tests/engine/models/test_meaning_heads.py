"""The learned part: what is carried calculates as what was trained, and texts near to names lean on names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from app.engine.errors import ModelMissing
from app.engine.models import builtin
from app.engine.models.builtin import LEANS, MET, NAMED_SHARE, NEAR, RARE_LEANS, definitions, lean, named_share, rarity, wordings
from app.engine.models.dictionary import Dictionary
from app.engine.models.heads import Heads, read_heads, write_heads

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"


@pytest.fixture
def nets(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    return importlib.import_module("train_nets")


def made(nets: ModuleType) -> tuple[object, object, dict[str, np.ndarray]]:
    """A small pair of random weights, and the arrays of one model of it."""
    torch = importlib.import_module("torch")
    torch.manual_seed(0)
    middle, spread = np.random.default_rng(8).uniform(0.5, 2, (2, 352)).astype(np.float32)
    image = nets.ImageHead(20, 16, 24, 0.3, 0.3, nets.Fields(middle, spread)).eval()
    text = nets.TextHead(5, 16, 24, 8, 0.3).eval()
    torch.nn.init.normal_(text.words.weight)
    text.words.weight.data[0] = 0
    arrays = {f"0.image.{name}": array for name, array in image.arrays().items()}
    arrays |= {f"0.text.{name}": array for name, array in text.arrays().items()}
    arrays |= {"fields_middle": middle, "fields_spread": spread}
    arrays |= {"middle": np.zeros(20, np.float32), "spread": np.ones(20, np.float32), "join": np.eye(16, dtype=np.float32)}
    arrays["pieces"] = np.array([1003, 1010, 1050, 2000, 30000], np.int32)
    arrays["words"] = np.array(["a", "dog", "on", "skis"], np.bytes_)
    arrays["counts"] = np.array([90, 7, 40, 2], np.int32)
    arrays["bank.image"] = np.eye(16, dtype=np.float32)[:5]
    arrays["usual"] = np.full(1, 0.1, np.float32)
    return image, text, arrays


def looked_at(count: int) -> tuple[np.ndarray, np.ndarray]:
    """What a tower may see of pictures, and their fields."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(count, 20)).astype(np.float32), rng.normal(size=(count, 81, 352)).astype(np.float32)


def test_where_in_the_picture_something_is_seen_does_not_change_its_row(nets: ModuleType) -> None:
    heads = Heads(made(nets)[2], 1)
    seen, fields = looked_at(3)
    elsewhere = fields[:, np.random.default_rng(1).permutation(81)]
    assert np.allclose(heads.pictures(seen, elsewhere), heads.pictures(seen, fields), atol=1e-5)
    assert not np.allclose(heads.pictures(seen, fields[::-1]), heads.pictures(seen, fields), atol=1e-2)


def test_pictures_are_read_as_the_trained_network_reads_them(nets: ModuleType) -> None:
    torch = importlib.import_module("torch")
    image, _, arrays = made(nets)
    seen, fields = looked_at(7)
    with torch.inference_mode():
        wanted = image(torch.from_numpy(seen), torch.from_numpy(fields), torch.ones(7) > 0).numpy()  # type: ignore[operator]
    rows = Heads(arrays, 1).pictures(seen, fields)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(rows[:, :-1] / np.linalg.norm(rows[:, :-1], axis=1, keepdims=True), wanted, atol=1e-5)


def test_a_picture_that_lies_near_to_captions_reaches_far(nets: ModuleType) -> None:
    heads = Heads(made(nets)[2], 1)
    near, far = np.eye(16, dtype=np.float32)[[2, 9]]
    reaches = heads.reach(np.stack([near, far]))
    assert reaches.shape == (2, 1)
    assert reaches[0, 0] > reaches[1, 0] + 0.5
    rows = heads.pictures(*looked_at(3))
    without = rows[:, :-1] / np.linalg.norm(rows[:, :-1], axis=1, keepdims=True)
    assert np.allclose(rows[:, -1:], heads.reach(without) - 0.1, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "photos"), [("A dog", 7), ("dog on skis", 2), ("dog on ice", 0), ("dot", 0), ("zebra", 0), ("7", 0)]
)
def test_how_often_the_rarest_word_was_met(nets: ModuleType, text: str, photos: int) -> None:
    assert Heads(made(nets)[2], 1).met(text) == photos


def test_sentences_are_read_as_the_trained_network_reads_them(nets: ModuleType) -> None:
    torch = importlib.import_module("torch")
    _, text, arrays = made(nets)
    tokens = np.random.default_rng(1).normal(size=(6, 384)).astype(np.float32)
    pieces, known = np.array([101, 1050, 1051, 1003, 30521, 102]), torch.tensor([[0, 3, 0, 1, 0, 0]])
    with torch.inference_mode():
        wanted = text(torch.from_numpy(tokens)[None], torch.ones(1, 6, dtype=torch.bool), known)[0].numpy()  # type: ignore[operator]
    assert np.allclose(Heads(arrays, 1).sentence(pieces, tokens), wanted, atol=1e-5)


def test_a_sentence_without_any_learned_word_has_a_row(nets: ModuleType) -> None:
    arrays = made(nets)[2]
    row = Heads(arrays, 1).sentence(np.array([101, 30521, 102]), np.ones((3, 384), np.float32))
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_what_is_written_is_read_back_nearly_the_same_and_by_sides(nets: ModuleType, tmp_path: Path) -> None:
    arrays, file = made(nets)[2], tmp_path / "heads.npz"
    write_heads(arrays, file)
    looked = looked_at(7)
    exact, stored = Heads(arrays, 1).pictures(*looked), read_heads(file, ["image"])
    assert (exact * stored.pictures(*looked)).sum(axis=1).min() > 0.98
    assert not any(".text." in name for name in stored.arrays)
    assert "bank.image" not in read_heads(file, ["text"]).arrays
    assert np.array_equal(read_heads(file, ["text"]).arrays["pieces"], arrays["pieces"])


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04 cut short"])
def test_damaged_heads_are_a_missing_model(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "heads.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelMissing, match=r"heads\.npz"):
        read_heads(file)


def test_the_carried_heads_are_whole() -> None:
    heads = read_heads(builtin.HEADS.checked())
    assert heads.pairs >= 3
    assert heads.arrays["middle"].shape == (3008 + 384,)
    assert heads.arrays["join"].shape[1] == heads.arrays["bank.image"].shape[1] == builtin.LEARNED - 1
    assert heads.met("dog on a beach") > heads.met("camel") > heads.met("okapi") == 0


def test_the_nearer_to_a_name_the_more_a_text_leans_on_names() -> None:
    leans = [lean(nearest) for nearest in np.linspace(0, 1, 21)]
    assert leans == sorted(leans)
    assert (leans[0], leans[-1]) == (LEANS[0], LEANS[-1])
    assert lean(NEAR[1]) == pytest.approx(LEANS[1])
    assert lean(NEAR[1], rare=1) == pytest.approx(RARE_LEANS[1])
    assert LEANS[1] < lean(NEAR[1], rare=0.5) < RARE_LEANS[1] < lean(NEAR[1], rare=1, told=1) < 1


def test_only_names_of_words_that_were_hardly_met_are_rare() -> None:
    assert [rarity(photos, 1) for photos in (0, 1, MET, 1000)] == [1, 1, 0, 0]
    assert 0 < rarity(4, 2) < 1
    assert 0 < rarity(0, 4) < 1
    assert rarity(0, 9) == 0


def test_rare_names_are_read_with_what_they_mean() -> None:
    found = definitions("a photo of an okapi", Dictionary())
    assert found == ["a photo of a okapi, similar to the giraffe but smaller with much shorter neck and stripe on the legs."]
    assert definitions("okapis", Dictionary())
    assert definitions("grandma's birthday", Dictionary()) == []


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"\x1f\x8b\x08 cut short"])
def test_a_damaged_dictionary_is_a_missing_model(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "dictionary.tsv.gz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelMissing, match=r"dictionary\.tsv"):
        Dictionary(file).meanings("okapi")


def test_a_name_is_read_in_several_wordings_and_a_sentence_as_it_is() -> None:
    assert (
        wordings("a photo of a fire truck")
        == wordings("Fire truck".lower())
        == ["fire truck", "a fire truck", "a photo of a fire truck"]
    )
    sentence = "two men are playing guitar on a stage"
    assert wordings(sentence) == [sentence]
    assert wordings("a photo of a") == ["a photo of a"]


@pytest.mark.parametrize("wanted", [0.05, 0.3, 0.5, 0.9])
def test_the_parts_count_as_said(wanted: float) -> None:
    share = named_share(wanted)
    named, learned = np.sqrt(share * NAMED_SHARE), np.sqrt((1 - share) * (1 - NAMED_SHARE))
    assert named / (named + learned) == pytest.approx(wanted)
