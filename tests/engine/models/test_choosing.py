"""Models chosen through the engine's door: fetched, paused, imported, refused, used and removed, while photos are searched."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine import requests as r
from app.engine.models.offers import BUILT_INS
from app.engine.types import Facet, ModelChoice, Query
from tests.conftest import draw_photo
from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import write_plain, write_siglip
from tests.engine.test_engine import Running, read_all

PLAIN = "hf-hub:facet/small-plain"
PHOTOS = 5


@pytest.fixture
def running(tmp_path: Path, server: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A window's engine with a few photos read, and a hub that it can reach."""
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    run = start(tmp_path)
    (tmp_path / "photos").mkdir()
    for n in range(PHOTOS):
        draw_photo(n).save(tmp_path / "photos" / f"{n}.jpg")
    read_all(run, tmp_path / "photos")
    yield run
    if run.thread.is_alive():
        run.close()


def start(tmp_path: Path) -> Running:
    return Running(tmp_path / "library", tmp_path / "trash")


def model(running: Running, name: str) -> ModelChoice | None:
    return next((choice for choice in running.ask(r.ListModels()) if choice.name == name), None)


def outcome(running: Running, ticket: int) -> r.Event:
    event: r.Event = running.window.wait(lambda e: isinstance(e, r.Done | r.Failed) and e.ticket == ticket)
    return event


def refused(running: Running, request: r.Request) -> r.Failed:
    """How a request fails; what is said is one sentence, and the library still answers with the built-in model."""
    failed = outcome(running, running.engine.submit(request))
    assert isinstance(failed, r.Failed) and failed.message and "\n" not in failed.message and "Error" not in failed.message
    assert_answers(running, "built-in")
    return failed


def assert_answers(running: Running, name: str) -> None:
    answer = running.ask(r.Search(Query(text="dog", facets=(Facet.MEANING,), k=None)))
    assert len(answer.hits) == PHOTOS and not answer.failed
    assert running.ask(r.Status()).model == name


def wait_until_used(running: Running, name: str) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        found = model(running, name)
        if found and found.in_use:
            return
        running.window.wait(lambda e: isinstance(e, r.ModelsChanged))
    raise AssertionError(f"{name} is not used")


@pytest.mark.parametrize("kind", ["plain", "siglip", "roberta"])
def test_a_model_is_fetched_used_and_searched_with(running: Running, kind: str) -> None:
    name = f"hf-hub:facet/small-{kind}"
    assert model(running, name) is None
    started = time.monotonic()
    running.ask(r.FetchModel(name))
    told = [e for e in running.window.events if isinstance(e, r.ModelProgress)]
    assert {e.name for e in told} == {name} and told[-1].done == told[-1].total > 10_000
    assert len(told) <= 10 * (time.monotonic() - started) + 2
    here = model(running, name)
    assert here and here.here and not (here.wanted or here.in_use or here.arrived) and here.bytes > told[-1].total
    assert_answers(running, "built-in")
    running.ask(r.UseModel(name))
    wait_until_used(running, name)
    assert_answers(running, name)
    old = model(running, "built-in")
    assert old and old.here and not old.in_use and not old.wanted


def test_a_paused_fetch_stops_at_once_and_goes_on_later(running: Running, server: HubServer) -> None:
    server.misbehavior.silent_after = 1_000_000
    ticket = running.engine.submit(r.FetchModel(PLAIN))
    running.window.wait(lambda e: isinstance(e, r.ModelProgress) and e.done >= 1_000_000)
    assert_answers(running, "built-in")  # nothing waits for the download
    asked = time.monotonic()
    running.engine.cancel(ticket)
    failed = outcome(running, ticket)
    assert isinstance(failed, r.Failed) and failed.code == "cancelled" and time.monotonic() - asked < 5
    half = model(running, PLAIN)
    assert half and not half.here and half.arrived >= 1_000_000
    server.misbehavior.silent_after = None
    running.ask(r.FetchModel(PLAIN))
    assert server.sent_bytes_from(".safetensors")[-1] == f"bytes={half.arrived}-"
    whole = model(running, PLAIN)
    assert whole and whole.here and whole.arrived == 0


def test_closing_pauses_a_fetch(running: Running, server: HubServer, tmp_path: Path) -> None:
    server.misbehavior.silent_after = 1_000_000
    running.engine.submit(r.FetchModel(PLAIN))
    running.window.wait(lambda e: isinstance(e, r.ModelProgress) and e.done >= 1_000_000)
    asked = time.monotonic()
    running.close()
    assert time.monotonic() - asked < 10
    server.misbehavior.silent_after = None
    again = start(tmp_path)
    half = model(again, PLAIN)
    assert half and half.arrived >= 1_000_000
    again.ask(r.FetchModel(PLAIN))
    assert server.sent_bytes_from(".safetensors")[-1] == f"bytes={half.arrived}-"
    again.close()


def test_what_arrived_damaged_is_thrown_away_and_fetched_anew(running: Running, server: HubServer) -> None:
    server.misbehavior.spoil = True
    assert "damaged" in refused(running, r.FetchModel(PLAIN)).message
    assert model(running, PLAIN) is None
    server.misbehavior.spoil = False
    running.ask(r.FetchModel(PLAIN))
    found = model(running, PLAIN)
    assert found and found.here


def test_fetches_that_fail_say_what_to_do(running: Running, server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "check the name" in refused(running, r.FetchModel("hf-hub:facet/nobody")).message
    assert "models list" in refused(running, r.FetchModel("no such thing")).message
    server.misbehavior.claimed = 10**15
    full = refused(running, r.FetchModel(PLAIN))
    assert full.code == "disk-full" and "make room" in full.message
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "import" in refused(running, r.FetchModel(PLAIN)).message
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "check the connection" in refused(running, r.FetchModel(PLAIN)).message
    assert all(choice.arrived == 0 for choice in running.ask(r.ListModels()))


def cut(folder: Path) -> None:
    weights = folder / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-5000])


def of_another(folder: Path) -> None:
    write_siglip(folder.parent / "other")
    shutil.copy(folder.parent / "other" / "open_clip_model.safetensors", folder)


def with_code(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()
    (folder / "open_clip_model.bin").write_bytes(pickle.dumps({"weight": os.system}))


@pytest.mark.parametrize(
    ("spoil", "said"), [(cut, "cut short or damaged"), (of_another, "another model"), (with_code, "Facet runs none")]
)
def test_weights_that_cannot_be_used_are_refused(
    running: Running, repositories: Path, spoil: Callable[[Path], None], said: str
) -> None:
    folder = repositories / "facet" / "small-plain"
    spoil(folder)
    assert said in refused(running, r.ImportModel(str(folder))).message
    assert said in refused(running, r.FetchModel(PLAIN)).message
    assert {choice.name for choice in running.ask(r.ListModels()) if choice.here} == set(BUILT_INS.values())
    assert all(choice.arrived == 0 for choice in running.ask(r.ListModels()))


def test_a_folder_is_imported_used_and_kept_while_it_is_needed(running: Running, models: Path, tmp_path: Path) -> None:
    folder = str(models / "facet" / "small-plain")
    assert running.ask(r.ImportModel(folder, "mine")) == "mine"
    assert [e for e in running.window.events if isinstance(e, r.ModelProgress)][-1].name == "mine"
    running.ask(r.UseModel("mine"))
    assert_kept = (r.RemoveModel("mine"), r.ImportModel(folder, "mine"), r.RemoveModel("built-in"))
    wait_until_used(running, "mine")
    for request in assert_kept:
        failed = outcome(running, running.engine.submit(request))
        assert isinstance(failed, r.Failed) and failed.code == "usage"
    assert_answers(running, "mine")
    running.ask(r.UseModel("built-in"))
    wait_until_used(running, "built-in")
    running.ask(r.RemoveModel("mine"))
    assert model(running, "mine") is None
    assert [file.name for file in (tmp_path / "library" / "models").iterdir() if file.is_dir()] == []
    assert_answers(running, "built-in")


def test_what_has_half_arrived_can_be_removed(running: Running, server: HubServer, tmp_path: Path) -> None:
    server.misbehavior.silent_after = 1_000_000
    ticket = running.engine.submit(r.FetchModel(PLAIN))
    running.window.wait(lambda e: isinstance(e, r.ModelProgress) and e.done >= 1_000_000)
    assert "stop it" in refused(running, r.RemoveModel(PLAIN)).message
    running.engine.cancel(ticket)
    running.ask(r.RemoveModel(PLAIN))  # the fetch ends while this waits
    assert model(running, PLAIN) is None
    assert [file.name for file in (tmp_path / "library" / "models").iterdir() if file.is_dir()] == []


def test_a_model_that_is_not_here_cannot_be_used_or_removed(running: Running) -> None:
    assert "get it first" in refused(running, r.UseModel("ViT-B-32/openai")).message
    assert "not here" in refused(running, r.RemoveModel("ViT-B-32/openai")).message
    listed = model(running, "ViT-B-32/openai")
    assert listed and (listed.here, listed.wanted, listed.license, listed.languages) == (False, False, "MIT", "English")


def test_an_import_can_be_stopped(running: Running, models: Path) -> None:
    write_plain(models.parent / "big")
    ticket = running.engine.submit(r.ImportModel(str(models.parent / "big")))
    running.engine.cancel(ticket)
    ended = outcome(running, ticket)
    assert isinstance(ended, r.Failed) and ended.code == "cancelled"
    assert all(choice.arrived == 0 for choice in running.ask(r.ListModels()))


def assert_looks_alike(running: Running, tmp_path: Path) -> None:
    """Look answers for every photo; the one that is asked for is as near as any: the best hits help to ask."""
    photo = str(tmp_path / "photos" / "3.jpg")
    answer = running.ask(r.Search(Query(images=(photo,), facets=(Facet.LOOK,), k=None)))
    assert len(answer.hits) == PHOTOS and not answer.failed
    own = next(hit for hit in answer.hits if hit.row.path == photo)
    assert answer.hits[0].score - own.score < 0.05


@pytest.mark.parametrize("kind", ["small-dino", "small-beit"])
def test_a_model_of_look_is_fetched_used_and_left_again(running: Running, tmp_path: Path, kind: str) -> None:
    name = f"hf-hub:facet/{kind}"
    running.ask(r.FetchModel(name))
    here = model(running, name)
    assert here and here.here and here.facet is Facet.LOOK and not here.wanted
    running.ask(r.UseModel(name))
    wait_until_used(running, name)
    assert_looks_alike(running, tmp_path)
    assert_answers(running, "built-in")
    assert "in use" in refused(running, r.RemoveModel(name)).message
    running.ask(r.UseModel("built-in-look"))
    wait_until_used(running, "built-in-look")
    assert_looks_alike(running, tmp_path)
    running.ask(r.RemoveModel(name))
    assert model(running, name) is None


def test_two_facets_change_their_models_together(running: Running, models: Path, tmp_path: Path) -> None:
    for kind in ("small-plain", "small-dino"):
        running.ask(r.ImportModel(str(models / "facet" / kind)))
        running.ask(r.UseModel(kind))
    wait_until_used(running, "small-plain")
    wait_until_used(running, "small-dino")
    assert_answers(running, "small-plain")
    assert_looks_alike(running, tmp_path)
    running.close()
    again = start(tmp_path)
    used = {choice.facet: choice.name for choice in again.ask(r.ListModels()) if choice.in_use}
    assert used == {Facet.MEANING: "small-plain", Facet.LOOK: "small-dino", Facet.CROP: "built-in-points"}
    assert_looks_alike(again, tmp_path)
    again.close()


def test_a_model_that_was_written_for_the_wrong_facet_is_not_used(running: Running, models: Path, tmp_path: Path) -> None:
    running.ask(r.ImportModel(str(models / "facet" / "small-dino")))
    running.close()
    settings = tmp_path / "library" / "settings.toml"
    settings.write_text('model = "small-dino"\n', encoding="utf-8")
    again = start(tmp_path)
    problem = again.window.wait(lambda e: isinstance(e, r.Problem))
    assert "small-dino is no model of meaning" in problem.message
    assert_answers(again, "built-in")
    again.close()
