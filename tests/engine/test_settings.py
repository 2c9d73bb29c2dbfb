"""Settings survive people's edits, other versions and broken files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.engine.copies import KeeperRule, KeeperRules
from app.engine.errors import LibraryError
from app.engine.settings import Settings, load_settings, save_settings
from app.engine.types import Facet


def test_they_come_back(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    assert load_settings(path) == Settings(theme="system", weights={})
    assert not path.parent.exists()
    chosen = Settings(theme="dark", weights={Facet.COLOR: 0.5, Facet.MEANING: 2.0})
    save_settings(path, chosen)
    assert load_settings(path) == chosen
    save_settings(path, Settings(theme="light", weights={Facet.MEANING: 2.0}))
    assert load_settings(path) == Settings(theme="light", weights={Facet.MEANING: 2.0})
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_rules_for_copies_come_back_and_what_makes_no_sense_is_as_if_never_chosen(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    odd = os.fsdecode(b"/p/caf\xe9 %41")
    rules = KeeperRules((KeeperRule.DATE, KeeperRule.NAME), ("/p/best", odd), ("/p/safe",))
    save_settings(path, Settings(keeper=rules))
    assert load_settings(path).keeper == rules
    save_settings(path, Settings())
    assert load_settings(path).keeper == KeeperRules() and "keep" not in path.read_text()
    path.write_text('[duplicates]\nkeep = ["name", 3, "luck", "date", "name"]\npreferred = ["here", "/p", "/p"]\nprotected = 1\n')
    assert load_settings(path).keeper == KeeperRules((KeeperRule.NAME, KeeperRule.DATE), ("/p",), ())
    for nonsense in ("duplicates = 3", "[duplicates]\nkeep = []", '[duplicates]\nkeep = "name"'):
        path.write_text(nonsense)
        assert load_settings(path).keeper == KeeperRules()


EDITED = """# mine
theme = "light" # at night too
language = "is"

[weights]
smell = 3.0
color = 1.5

[later]
x = 1
"""


def test_comments_and_what_another_version_wrote_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(EDITED)
    assert load_settings(path) == Settings(theme="light", weights={Facet.COLOR: 1.5})
    save_settings(path, Settings(theme="dark"))
    text = path.read_text()
    for kept in ("# mine", "# at night too", 'language = "is"', "smell = 3.0", "[later]\nx = 1"):
        assert kept in text
    assert load_settings(path) == Settings(theme="dark")


@pytest.mark.parametrize(
    "text",
    [
        'theme = "pink"',
        "theme = 3",
        "weights = 7",
        "[weights]\ncolor = 'much'\nmeaning = -1\ncopy = 1e9\nlook = true\nwords = nan",
        "",
    ],
)
def test_what_makes_no_sense_is_as_if_never_chosen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    assert load_settings(path) == Settings()
    save_settings(path, Settings(theme="dark", weights={Facet.COLOR: 2.0}))
    assert load_settings(path) == Settings(theme="dark", weights={Facet.COLOR: 2.0})


@pytest.mark.parametrize("content", [b"this is no toml [[[", b"\xff\xfe\x00"])
def test_a_broken_file_is_kept_aside_when_new_settings_are_written(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    assert load_settings(path) == Settings()
    assert path.read_bytes() == content
    save_settings(path, Settings(theme="dark"))
    assert load_settings(path) == Settings(theme="dark")
    assert (tmp_path / "settings.toml.broken").read_bytes() == content


def test_a_failed_write_is_said_and_leaves_the_old_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, Settings(theme="dark"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match="cannot be written"):
        save_settings(path, Settings(theme="light"))
    assert load_settings(path) == Settings(theme="dark")
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]
