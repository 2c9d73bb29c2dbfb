"""Real samples of every format, and files that broke other programs, where there is a pack of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine.errors import InputError
from app.engine.features.base import LONGEST
from app.engine.intake.decode import open_picture
from app.engine.intake.formats import looks_like_picture


def expected(folder: Path, name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return table


def test_nothing_that_the_readers_decode_is_lost_and_its_size_is_right(pack: Path) -> None:
    lost, wrong = [], []
    for name, facts in expected(pack / "formats", "formats.json").items():
        assert looks_like_picture(pack / "formats" / name)
        if not facts["decodes_with_pillow_and_pillow_heif"]:
            with pytest.raises(InputError):
                open_picture(pack / "formats" / name)
            continue
        try:
            picture = open_picture(pack / "formats" / name).picture
        except InputError as problem:
            lost.append((name, str(problem)))
            continue
        assert max(picture.rgb.shape[:2]) <= LONGEST
        if facts["size"] and sorted(facts["size"]) != sorted(picture.size):
            wrong.append((name, picture.size))
    assert (lost, wrong) == ([], [])


def test_broken_files_are_opened_where_they_must_be_and_otherwise_refused_in_words(pack: Path) -> None:
    refused = []
    for name, note in expected(pack / "broken", "broken.json").items():
        try:
            open_picture(pack / "broken" / name)
        except InputError as problem:
            assert str(problem)
            refused += [name] if "opens:" in note else []
    assert refused == []
