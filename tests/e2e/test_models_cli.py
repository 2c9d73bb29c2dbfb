"""`facet models` as a person types it, against a hub on this machine."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import write_plain

MODEL = "hf-hub:facet/small-plain"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HubServer]:
    write_plain(tmp_path / "repositories" / "facet" / "small-plain")
    with HubServer(tmp_path / "repositories") as server:
        yield server


def facet(library: Path, *words: str, endpoint: str = "", offline: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "1" if offline else "", "FACET_LIBRARY": str(library)}
    return subprocess.run(
        [sys.executable, "-m", "app", *words], capture_output=True, text=True, env=environment, check=False, timeout=120
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
    code = tmp_path / "code" / "open_clip_model.bin"
    config = server.folder / "facet" / "small-plain" / "open_clip_config.json"
    code.parent.mkdir()
    code.write_bytes(pickle.dumps({"weight": os.system}))
    (code.parent / config.name).write_bytes(config.read_bytes())
    for words, offline, status, said in (
        (("get", MODEL), True, 5, "HF_HUB_OFFLINE"),
        (("get", "hf-hub:facet/nobody"), False, 5, "check the name"),
        (("use", "ViT-B-32/openai"), False, 5, "facet models get"),
        (("import", str(tmp_path / "nowhere")), False, 4, "check the name"),
        (("import", str(code.parent)), False, 5, "safetensors"),
        (("get",), False, 2, "name a model"),
    ):
        done = facet(tmp_path / "library", "models", *words, endpoint=server.url, offline=offline)
        assert (done.returncode, done.stdout) == (status, "")
        assert done.stderr.startswith("facet: ") and done.stderr.count("\n") == 1 and said in done.stderr
