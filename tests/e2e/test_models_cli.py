"""`facet models` as a person types it, against a hub on this machine."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import DINO, write_look, write_plain

MODEL = "hf-hub:facet/small-plain"
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HubServer]:
    write_plain(tmp_path / "repositories" / "facet" / "small-plain")
    with HubServer(tmp_path / "repositories") as server:
        yield server


def facet(library: Path, *words: str, endpoint: str = "", offline: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "1" if offline else "", "FACET_LIBRARY": str(library)}
    return subprocess.run(
        [sys.executable, "-m", "app", *words], capture_output=True, text=True, env=environment, check=False, timeout=300
    )


def answered(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert (done.returncode, done.stderr) == (0, "")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_model_is_got_used_and_searched_with(server: HubServer, tmp_path: Path, make_photo: Callable[..., Path]) -> None:
    library, photos = tmp_path / "library", [make_photo(f"{seed}.jpg", seed=seed, size=(160, 120)) for seed in range(5)]
    answered(facet(library, "index", str(photos[0].parent), "--json"))
    listed = answered(facet(library, "models", "list", "--json"))
    states = {model["name"]: model["state"] for model in listed["models"]}
    assert states["built-in"] == "in use" and states["ViT-B-32/openai"] == "not here" and MODEL not in states

    got = answered(facet(library, "models", "get", MODEL, "--json", endpoint=server.url))
    assert got["name"] == MODEL and Path(got["folder"], "facet.json").is_file()
    assert answered(facet(library, "status", "--json"))["model"] == "built-in"

    used = answered(facet(library, "models", "use", MODEL, "--json", offline=True))
    assert used == {"model": MODEL, "wanted": MODEL, "pending": 0}
    assert answered(facet(library, "status", "--json"))["model"] == MODEL
    hits = answered(facet(library, "search", "a dog on a beach", "--json", offline=True))["hits"]
    assert {hit["path"] for hit in hits} == set(map(str, photos))


def test_refusals_are_one_line_with_their_status(server: HubServer, tmp_path: Path) -> None:
    good = server.folder / "facet" / "small-plain"
    code, cut, other = (Path(shutil.copytree(good, tmp_path / name)) for name in ("code", "cut", "other"))
    (code / WEIGHTS).unlink()
    (code / "open_clip_model.bin").write_bytes(pickle.dumps({"weight": os.system}))
    (cut / WEIGHTS).write_bytes((good / WEIGHTS).read_bytes()[:-5000])
    shutil.copy(write_look(tmp_path / "look", DINO), other / WEIGHTS)
    for words, offline, status, said in (
        (("get", MODEL), True, 5, "HF_HUB_OFFLINE"),
        (("get", "hf-hub:facet/nobody"), False, 5, "check the name"),
        (("use", "ViT-B-32/openai"), False, 5, "facet models get"),
        (("import", str(tmp_path / "nowhere")), False, 4, "check the name"),
        (("import", str(code)), False, 5, "safetensors"),
        (("import", str(cut)), False, 5, "cut short or damaged"),
        (("import", str(other)), False, 5, "another model"),
        (("remove", "built-in"), False, 2, "stays"),
        (("get",), False, 2, "name a model"),
    ):
        done = facet(tmp_path / "library", "models", *words, endpoint=server.url, offline=offline)
        assert (done.returncode, done.stdout) == (status, "")
        assert done.stderr.startswith("facet: ") and done.stderr.count("\n") == 1 and said in done.stderr


def test_a_model_that_nobody_needs_is_removed(server: HubServer, tmp_path: Path) -> None:
    library = tmp_path / "library"
    answered(facet(library, "models", "import", str(server.folder / "facet" / "small-plain"), "--json"))
    listed = {model["name"]: model["state"] for model in answered(facet(library, "models", "list", "--json"))["models"]}
    assert listed["small-plain"] == "here"
    assert answered(facet(library, "models", "remove", "small-plain", "--json")) == {"name": "small-plain"}
    assert "small-plain" not in facet(library, "models", "list").stdout
