"""Models through open_clip: the same rows as open_clip gives, each side on its own, and clear words for what cannot be used."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.clip import ClipModel
from app.engine.models.devices import Batches
from app.engine.models.images import rows_of
from app.engine.models.offers import families
from app.engine.models.preparing import Preparation
from app.engine.models.shelf import Shelf
from app.engine.models.weights import choose_weights, read_weights
from tests.conftest import draw_photo
from tests.engine.models.small_models import write_plain

KINDS = ("small-plain", "small-siglip", "small-roberta")


@pytest.fixture(scope="module")
def shelf(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    shelf = Shelf(tmp_path_factory.mktemp("models"))
    for kind in KINDS:
        shelf.take(models / "facet" / kind)
    return shelf


def model_of(shelf: Shelf, name: str) -> ClipModel:
    installed = shelf.get(name)
    assert installed
    return ClipModel(installed)


def open_clips_rows(folder: Path, picture: Image.Image, text: str) -> tuple[np.ndarray, np.ndarray]:
    """What open_clip itself makes of a picture and a text."""
    import open_clip
    import torch

    config = json.loads((folder / "open_clip_config.json").read_text())
    if "hf_model_name" in config["model_cfg"]["text_cfg"]:  # open_clip would look for it on the hub
        config["model_cfg"]["text_cfg"]["hf_model_name"] = str(folder)
        (folder / "open_clip_config.json").write_text(json.dumps(config))
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokens = open_clip.get_tokenizer(f"local-dir:{folder}")([text])
    with torch.inference_mode():
        image = model.eval().encode_image(prepare(picture)[None], normalize=True)
        words = model.encode_text(tokens, normalize=True)
    return image.numpy()[0], words.numpy()[0]


@pytest.mark.parametrize("kind", ["small-plain", "small-roberta"])
def test_rows_are_those_of_open_clip(shelf: Shelf, models: Path, tmp_path: Path, kind: str) -> None:
    picture, text = draw_photo(3, (200, 120)), "a photo of the dog on the beach"
    expected_image, expected_text = open_clips_rows(
        Path(shutil.copytree(models / "facet" / kind, tmp_path / kind)), picture, text
    )
    model = model_of(shelf, kind)
    images = model.image_encoder()
    row = images.encode([images.prepare(np.asarray(picture))])[0]
    assert row.dtype == np.float32 and row.shape == (images.length,)
    np.testing.assert_allclose(row, expected_image, atol=2e-5)
    np.testing.assert_allclose(model.text_encoder().encode_texts([text])[0], expected_text, atol=2e-5)


def test_a_siglip_is_read_as_it_was_trained(shelf: Shelf) -> None:
    """Its words are canonicalized, end with the end token, and are padded on the right; nothing begins them."""
    installed = shelf.get("small-siglip")
    assert installed
    from app.engine.models.tokens import load_tokenizer

    config = json.loads((installed.folder / "open_clip_config.json").read_text())["model_cfg"]
    tokens = load_tokenizer(installed.folder, config["text_cfg"])(["Dog, on a BEACH!", "dog " * 40])
    dog, on, a, beach = 4, 10, 7, 6
    assert tokens[0].tolist() == [dog, on, a, beach, 1] + [0] * 11
    assert tokens[1].tolist() == [dog] * 15 + [1]
    model = ClipModel(installed)
    images, words = model.image_encoder(), model.text_encoder()
    pictures = [images.prepare(np.asarray(draw_photo(seed))) for seed in range(3)]
    rows = images.encode(pictures)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(images.encode(pictures[1:2])[0], rows[1], atol=1e-5)
    assert abs(float(words.encode_texts(["dog"])[0] @ words.encode_texts(["boat on a lake"])[0])) < 0.9999
    assert model.text_relevance("dog") == families()["siglip"].text


@pytest.mark.parametrize("mode", ["shortest", "squash", "longest"])
@pytest.mark.parametrize("size", [(200, 133), (77, 410), (64, 64), (20, 30)])
def test_pictures_are_prepared_as_open_clip_does(mode: str, size: tuple[int, int]) -> None:
    from open_clip.transform import image_transform

    picture = draw_photo(1).resize(size)
    theirs = image_transform(64, False, mean=(0.0,) * 3, std=(1.0,) * 3, resize_mode=mode, interpolation="bicubic", fill_color=0)
    expected = (theirs(picture).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(Preparation(64, 64, mode).apply(np.asarray(picture)), expected)


def test_short_words_are_asked_in_several_sentences(shelf: Shelf) -> None:
    import torch

    words = model_of(shelf, "small-plain").text_encoder()
    short, long = words.encode_texts(["dog", "a dog on the beach at night"])
    tower, tokens = words._load()
    with torch.inference_mode():
        asked = rows_of(tower(tokens([template.format("dog") for template in families()["clip"].templates])))
        plain = rows_of(tower(tokens(["a dog on the beach at night"])))[0]
    mean = asked.mean(axis=0)
    np.testing.assert_allclose(short, mean / np.linalg.norm(mean), atol=1e-5)
    assert not np.allclose(short, asked[0], atol=1e-3)
    np.testing.assert_allclose(long, plain, atol=1e-5)
    assert np.isfinite(words.encode_texts(["red {0} car"])).all()  # braces are letters like others


def test_words_are_let_go_and_come_back(shelf: Shelf) -> None:
    words = model_of(shelf, "small-plain").text_encoder()
    before = words.encode_texts(["boat"])[0]
    words.release()
    assert words._loaded is None
    np.testing.assert_allclose(words.encode_texts(["boat"])[0], before)  # remembered: nothing is loaded for it
    assert words._loaded is None
    words.encode_texts(["lake"])
    assert words._loaded is not None


def test_while_photos_are_read_words_that_nobody_asks_for_are_let_go(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(shelf, "small-plain")
    images, words = model.image_encoder(), model.text_encoder()
    pictures = [images.prepare(np.asarray(draw_photo(1)))]
    images.encode(pictures)
    assert words._loaded is None  # pictures alone load no words
    words.encode_texts(["boat"])
    images.encode(pictures)
    assert words._loaded is not None  # asked a moment ago
    monkeypatch.setattr("app.engine.models.clip.REST_S", -1.0)
    images.encode(pictures)
    assert words._loaded is None


def test_odd_words(shelf: Shelf) -> None:
    words = model_of(shelf, "small-plain").text_encoder()
    rows = words.encode_texts(["x" * 10_000, "🐕", "\ud800 dog", "собака"])  # nobody said what it was trained on
    assert np.isfinite(rows).all()
    with pytest.raises(UsageError, match="Type some words"):
        words.encode_texts(["  "])
    assert words.encode_texts([]).shape == (0, 16)


def test_a_model_of_english_alone_says_so(models: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models")
    installed = shelf.take(models / "facet" / "small-plain", "ViT-B-32/openai")
    with pytest.raises(UsageError, match="English"):
        ClipModel(installed).text_encoder().encode_texts(["собака"])


def test_the_version_changes_with_the_weights(shelf: Shelf, tmp_path: Path) -> None:
    write_plain(tmp_path / "other", seed=1)
    other = Shelf(tmp_path / "models").take(tmp_path / "other")
    assert ClipModel(other).version != model_of(shelf, "small-plain").version
    assert ClipModel(other).version == ClipModel(other).version


def test_what_does_not_fit_into_memory_is_halved() -> None:
    import torch

    tried: list[int] = []

    def work(items: Sequence[int]) -> list[int]:
        tried.append(len(items))
        if len(items) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [item * 2 for item in items]

    batches = Batches(16)
    assert [made for piece in batches.run(work, list(range(10))) for made in piece] == [item * 2 for item in range(10)]
    assert tried == [10, 5, 2, 2, 2, 2, 2] and batches.size == 2
    with pytest.raises(RuntimeError, match="shape"):
        Batches(4).run(_wrong_shape, [1, 2])


def _wrong_shape(items: Sequence[int]) -> None:
    raise RuntimeError("shape mismatch")


# ---- weights


class Evil:
    """Unpickled carelessly, this makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.path,)  # type: ignore[return-value]


@pytest.mark.parametrize("form", ["torch", "pickle"])
def test_a_file_with_code_in_it_is_refused_and_the_code_never_runs(tmp_path: Path, form: str) -> None:
    import torch

    path, made = tmp_path / "model.bin", tmp_path / "made"
    state = {"weight": torch.zeros(2), "evil": Evil(made)}
    torch.save(state, path) if form == "torch" else path.write_bytes(pickle.dumps(state))
    with pytest.raises(ModelMissing, match="safetensors"):
        read_weights(path)
    assert not made.exists()


def test_a_torchscript_archive_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "ViT-B-32.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/constants.pkl", b"\x80\x02}.")
        archive.writestr("model/data.pkl", b"\x80\x02}.")
        archive.writestr("model/version", b"3\n")
        archive.writestr("model/code/__torch__.py", b"")
    with pytest.raises(ModelMissing, match="safetensors"):
        read_weights(path)


@pytest.mark.parametrize("form", ["safetensors", "bin"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_truncated_weights_are_refused(tmp_path: Path, form: str, share: float) -> None:
    path = write_plain(tmp_path / "model", form=form)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ModelMissing, match="damaged"):
        read_weights(path)


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 a picture", b"hello", b"PK\x03\x04", b"\x80\x04N."])
def test_what_is_no_weights_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content * 9)
    with pytest.raises(ModelMissing):
        read_weights(path)


def test_torch_files_give_the_same_rows(shelf: Shelf, tmp_path: Path) -> None:
    write_plain(tmp_path / "small-plain", form="bin")
    other = ClipModel(Shelf(tmp_path / "models").take(tmp_path / "small-plain"))
    row = other.text_encoder().encode_texts(["a boat on the wide lake"])
    np.testing.assert_allclose(row, model_of(shelf, "small-plain").text_encoder().encode_texts(["a boat on the wide lake"]))


def test_plain_numbers_are_chosen_first() -> None:
    assert choose_weights({"pytorch_model.bin", "open_clip_model.safetensors"}) == "open_clip_model.safetensors"
    assert choose_weights({"b32.pt", "b32.safetensors"}, "b32.pt") == "b32.safetensors"
    assert choose_weights({"b32.pt", "model.safetensors"}, "b32.pt") == "b32.pt"
    assert choose_weights({"mine.pth", "notes.txt"}) == "mine.pth"
    assert choose_weights({"notes.txt"}) is None
