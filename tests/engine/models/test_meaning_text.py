"""Words become rows: the same ones every time, from any thread, without torch, and never for a script that is not understood."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.engine.errors import UsageError
from app.engine.models.builtin import BuiltinText
from app.engine.models.class_table import read_table
from app.engine.models.text_encoder import ENGLISH_ONLY, NO_WORDS, SentenceEncoder, readable


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def test_rows_have_length_one_and_near_texts_are_near(encoder: SentenceEncoder) -> None:
    dog, puppy, invoice = encoder.encode_texts(["a dog on the beach", "a puppy by the sea", "the invoice for March"])
    assert np.linalg.norm([dog, puppy, invoice], axis=1) == pytest.approx(1, abs=1e-5)
    assert dog @ puppy > dog @ invoice + 0.3


def test_a_text_does_not_depend_on_its_neighbors(encoder: SentenceEncoder) -> None:
    texts = ["cat", "a very long walk along the shore of a cold lake in the north", "cat and dog"]
    together = SentenceEncoder().encode_texts(texts)
    alone = np.stack([encoder.encode_texts([text])[0] for text in reversed(texts)])[::-1]
    assert np.array_equal(together, alone)


def test_threads_get_the_same_rows(encoder: SentenceEncoder) -> None:
    texts = [f"{number} red apples on a table" for number in range(24)]
    fresh = SentenceEncoder()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: fresh.encode_texts([text])[0], texts * 2))
    assert np.array_equal(np.stack(found), encoder.encode_texts(texts * 2))


def test_what_a_caller_does_with_a_row_does_not_change_the_next_answer(encoder: SentenceEncoder) -> None:
    first = encoder.encode_texts(["sunset"])
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(encoder.encode_texts(["sunset"]), kept)


def test_a_long_text_is_read_from_its_start(encoder: SentenceEncoder) -> None:
    start = "a horse in a field " * 60
    rows = encoder.encode_texts([start, start + "rockets " * 100_000])
    assert np.array_equal(rows[0], rows[1])


def test_no_texts_give_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode_texts([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text", ["собака на пляже", "海滩上的狗", "كلب على الشاطئ", "σκύλος", "कुत्ता", "🐶🏖️", "?!", "犬 dog 海岸を走る"]
)
def test_other_scripts_are_refused_with_what_to_do(encoder: SentenceEncoder, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        encoder.encode_texts(["dog", text])
    assert str(raised.value) == ENGLISH_ONLY and "choose a model of many languages" in ENGLISH_ONLY


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_typed_says_so(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        readable(text)
    assert str(raised.value) == NO_WORDS


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  dog   on\ta beach ", "dog on a beach"),
        ("café in Zürich", "café in Zürich"),
        ("ｄｏｇ", "dog"),
        ("𝐝𝐨𝐠", "dog"),
        ("747", "747"),
        ("I ❤ cats 🐈", "I ❤ cats 🐈"),
        ("torii ⛩ 鳥居", "torii ⛩ 鳥居"),
        ("half \ud83d a sign", "half a sign"),
    ],
)
def test_what_can_be_read_is_kept(text: str, plain: str) -> None:
    assert readable(text) == plain


def test_things_of_different_kinds_lie_apart() -> None:
    cow, calf, car = BuiltinText(read_table()).encode_texts(["a photo of a cow", "a calf", "a photo of a car"])
    assert cow @ calf > cow @ car + 0.2
    assert np.linalg.norm([cow, calf, car], axis=1) == pytest.approx(1, abs=1e-3)


def test_sentences_take_off_how_far_pictures_reach_and_names_do_not() -> None:
    name, phrase, sentence = BuiltinText(read_table()).encode_texts(
        ["fire truck", "red fire truck by house", "a red fire truck stands in front of an old house"]
    )[:, -1]
    assert name == 0
    assert name > phrase > sentence
    assert sentence < -0.4


def test_rare_names_lie_near_to_what_they_are() -> None:
    table = read_table()
    euphonium, bobsled = BuiltinText(table).encode_texts(["a euphonium", "bobsled"])[:, : table.directions.shape[1]]
    assert int((table.directions @ euphonium).argmax()) in {513, 566, 776, 875}  # other brass, and the saxophone
    assert int((table.directions @ bobsled).argmax()) == 450


def test_words_are_read_without_torch() -> None:
    code = (
        "import sys; from app.engine.models.registry import active_model; m = active_model();"
        "assert not {'onnxruntime', 'torch', 'tokenizers'} & set(sys.modules), 'loaded too early';"
        "m.text_encoder().encode_texts(['dog']); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip(), run.stderr.strip()) == (0, "False", "")
