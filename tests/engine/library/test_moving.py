"""A move to another drive or within one never overwrites and never leaves half a file."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.library.moving import move_to_free_name


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another drive than the test's own."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is only one drive")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_to_another_drive_whole_with_its_times_and_to_a_free_name(tmp_path: Path, elsewhere: Path) -> None:
    content = os.urandom(2_000_000)
    source = tmp_path / "a.jpg"
    source.write_bytes(content)
    os.utime(source, (1_000_000_000, 1_000_000_000))
    (elsewhere / "a.jpg").write_bytes(b"taken")
    where = move_to_free_name(source, elsewhere / "a.jpg")
    assert where == elsewhere / "a (1).jpg"
    assert (where.read_bytes() == content, where.stat().st_mtime) == (True, 1_000_000_000)
    assert not source.exists()
    assert {path.name for path in elsewhere.iterdir()} == {"a.jpg", "a (1).jpg"}
    assert move_to_free_name(where, source) == source


def test_a_drive_that_cannot_take_it_keeps_it_where_it_was(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"content")
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        move_to_free_name(source, tmp_path / "file" / "a.jpg")
    with pytest.raises(OSError, match="too long"):
        move_to_free_name(source, tmp_path / ("x" * 300))
    assert source.read_bytes() == b"content"


def test_a_symlink_moves_itself_and_not_its_target(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"content")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "target")
    where = move_to_free_name(link, tmp_path / "new" / "link")
    assert where.is_symlink() and where.read_bytes() == b"content"
    assert not os.path.lexists(link) and (tmp_path / "target").exists()


def test_a_dangling_name_is_taken_too(tmp_path: Path) -> None:
    (tmp_path / "b").symlink_to(tmp_path / "nothing")
    (tmp_path / "a").write_bytes(b"content")
    assert move_to_free_name(tmp_path / "a", tmp_path / "b").name == "b (1)"


def test_a_drive_without_hard_links_is_served_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    where = move_to_free_name(tmp_path / "a", tmp_path / "b")
    assert (where.name, where.read_bytes(), (tmp_path / "b").read_bytes()) == ("b (1)", b"a", b"b")
    assert not (tmp_path / "a").exists()
