"""Saved searches, history and settings through the engine's door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from app.engine import requests as r
from app.engine.copies import KeeperRule, KeeperRules
from app.engine.removals import Removal
from app.engine.service import Engine
from app.engine.settings import BUILT_IN, Settings, load_settings, save_settings
from app.engine.types import Facet, Query, SavedSearch
from tests.conftest import draw_photo

Ask = Callable[[r.Request], Any]


@pytest.fixture
def events() -> list[r.Event]:
    return []


@pytest.fixture
def ask(tmp_path: Path, events: list[r.Event]) -> Iterator[Ask]:
    engine = Engine(tmp_path, events.append, inline=True)

    def ask(request: r.Request) -> Any:
        ticket = engine.submit(request)
        return next(e for e in events if isinstance(e, r.Done | r.Failed) and e.ticket == ticket)

    yield ask
    engine.stop()


def test_searches_are_saved_listed_renamed_forgotten_and_told(ask: Ask, events: list[r.Event]) -> None:
    cars = SavedSearch("Cars", Query(text="red car", images=(b"pasted",)))
    assert ask(r.SaveSearch(cars)).answer is None
    assert ask(r.ListSearches()).answer == (cars,)
    assert ask(r.SaveSearch(SavedSearch("cars", Query(text="blue car")))).answer == cars
    ask(r.RenameSearch("cars", "Blue cars"))
    refused = ask(r.RenameSearch("Trains", "Blue cars"))
    assert isinstance(refused, r.Failed) and refused.code == "usage"
    assert sum(isinstance(e, r.SearchesChanged) for e in events) == 3
    assert ask(r.ForgetSearch("Blue cars")).answer == SavedSearch("Blue cars", Query(text="blue car"))
    assert ask(r.ListSearches()).answer == ()


def test_history_is_noted_listed_and_cleared(ask: Ask) -> None:
    for text in ("beach", "birds"):
        ask(r.NoteSearch(text))
    assert ask(r.ListHistory("b")).answer == ("birds", "beach")
    assert ask(r.ListHistory("be")).answer == ("beach",)
    ask(r.ClearHistory())
    assert ask(r.ListHistory()).answer == ()


def test_settings_are_changed_but_for_the_model(ask: Ask, tmp_path: Path) -> None:
    assert ask(r.GetSettings()).answer == Settings()
    chosen = Settings(theme="dark", weights=MappingProxyType({Facet.COLOR: 0.5}), look_further=True)
    ask(r.ChangeSettings(chosen))
    assert ask(r.GetSettings()).answer == chosen
    save_settings(tmp_path / "settings.toml", Settings(model="another"))
    ask(r.ChangeSettings(Settings(theme="light", model=BUILT_IN)))
    assert load_settings(tmp_path / "settings.toml") == Settings(theme="light", model="another")


def test_tags_are_given_listed_told_and_a_name_that_is_none_fails(ask: Ask, events: list[r.Event]) -> None:
    assert ask(r.TagPhotos((b"\1" * 16,), "dog")).answer == (r.TagPhotos((b"\1" * 16,), "dog", None),)
    assert events.count(r.TagsChanged()) == 1
    assert ask(r.ListTags()).answer == (), "no file holds that photo yet"
    failed = ask(r.TagPhotos((b"\1" * 16,), " "))
    assert isinstance(failed, r.Failed) and failed.code == "usage"
    assert events.count(r.TagsChanged()) == 1


def test_rules_for_copies_have_requests_of_their_own(ask: Ask, events: list[r.Event], tmp_path: Path) -> None:
    assert ask(r.GetKeeperRules()).answer == KeeperRules()
    rules = KeeperRules((KeeperRule.DATE,), preferred=(str(tmp_path / "best"),), protected=(str(tmp_path / "safe"),))
    assert ask(r.ChangeKeeperRules(rules)).answer == KeeperRules()
    assert ask(r.GetKeeperRules()).answer == rules and isinstance(events[-3], r.DuplicatesChanged)
    ask(r.ChangeSettings(Settings(theme="dark")))
    assert ask(r.GetSettings()).answer == Settings(theme="dark", keeper=rules), "the window's settings may be older"
    refused = ask(r.ChangeKeeperRules(KeeperRules(protected=("safe",))))
    assert isinstance(refused, r.Failed) and refused.code == "usage"
    assert ask(r.ChangeKeeperRules(KeeperRules())).answer == rules


def test_a_folder_in_the_rules_is_spelled_as_the_library_does(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "photos" / "safe").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    ask(r.AddFolders((str(tmp_path / "photos"),)))
    ask(r.ChangeKeeperRules(KeeperRules(protected=(str(tmp_path / "link" / "safe"),))))
    assert ask(r.GetKeeperRules()).answer.protected == (str(tmp_path / "photos" / "safe"),)


def test_a_plan_leaves_what_is_protected(tmp_path: Path) -> None:
    photos, events = tmp_path / "photos", list[r.Event]()
    (photos / "safe").mkdir(parents=True)
    for path in (photos / "a.png", photos / "b.png", photos / "safe" / "a.png"):
        draw_photo(1, (64, 48)).save(path)
    engine = Engine(tmp_path / "library", events.append, inline=True)

    def ask(request: r.Request) -> Any:
        ticket = engine.submit(request)
        return next(e for e in events if isinstance(e, r.Done | r.Failed) and e.ticket == ticket)

    ask(r.AddFolders((str(photos),)))
    engine.run_until_idle()
    ask(r.ChangeKeeperRules(KeeperRules(protected=(str(photos / "safe"),))))
    (group,) = ask(r.FindDuplicates()).answer
    assert [photo.keep for photo in group.photos if "safe" in photo.path] == [True]
    wanted = Removal((str(photos / "a.png"), str(photos / "safe" / "a.png")), (str(photos / "b.png"),))
    plan = ask(r.PlanRemoval((wanted,))).answer
    assert [file.path for file in plan.files] == [str(photos / "a.png")]
    assert [refused.path for refused in plan.refused] == [str(photos / "safe" / "a.png")] and "protected" in plan.refused[
        0
    ].reason
    engine.stop()
