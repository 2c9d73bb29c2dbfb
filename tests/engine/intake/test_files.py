"""Reading a file once: its digest, its bytes, and whether it held still."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.engine.errors import InputError
from app.engine.intake.files import read_file
from app.engine.library.digest import digest_of_bytes


def test_the_digest_is_that_of_the_content_and_the_stat_that_of_the_file(tmp_path: Path) -> None:
    path, content = tmp_path / "a.jpg", bytes(range(256)) * 9000
    path.write_bytes(content)
    read = read_file(path)
    assert read.digest == hashlib.blake2b(content, digest_size=16).digest() == digest_of_bytes(content)
    assert (read.data, read.settled) == (content, True)
    assert (read.stat.path, read.stat.size, read.stat.mtime_ns) == (str(path), len(content), path.stat().st_mtime_ns)


def test_a_file_larger_than_what_is_kept_has_the_same_digest_and_no_data(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"x" * 3_000_000)
    read = read_file(path, keep=1_000_000)
    assert (read.data, read.digest) == (None, read_file(path).digest)


def test_an_empty_file_is_read_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert read_file(tmp_path / "a.jpg").data == b""


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there any more"):
        read_file(tmp_path / "a.jpg")
    with pytest.raises(InputError, match="folder"):
        read_file(tmp_path)
