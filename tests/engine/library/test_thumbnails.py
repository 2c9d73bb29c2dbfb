"""Thumbnails may vanish or break at any time; that is never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.errors import LibraryError
from app.engine.library.thumbnails import ThumbnailStore
from tests.engine.library.samples import digest


def test_pictures_come_back(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "thumbnails", write=True)
    assert (store.get(digest(1)), store.missing([digest(1)])) == (None, (digest(1),))
    store.put({digest(1): b"jpeg 1", digest(2): b"jpeg 2"})
    store.put({})
    assert (store.get(digest(1)), store.get(digest(2)), store.get(digest(3))) == (b"jpeg 1", b"jpeg 2", None)
    assert store.missing(digest(n) for n in (4, 1, 3)) == (digest(4), digest(3))
    store.delete([digest(1), digest(9)])
    assert store.get(digest(1)) is None
    reader = ThumbnailStore(tmp_path / "thumbnails")
    assert reader.get(digest(2)) == b"jpeg 2"
    assert reader.size_on_disk() == store.size_on_disk() > 0
    with pytest.raises(LibraryError, match="for reading only"):
        reader.delete([digest(2)])
    reader.close()
    store.close()
    store.close()


def test_a_reader_of_a_cache_that_was_deleted_is_empty(tmp_path: Path) -> None:
    reader = ThumbnailStore(tmp_path / "thumbnails")
    assert (reader.get(digest(1)), reader.missing([digest(1)]), reader.size_on_disk()) == (None, (digest(1),), 0)
    reader.close()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "thumbnails"
    store = ThumbnailStore(folder, write=True)
    store.put({digest(1): b"jpeg"})
    store.close()
    (folder / "data.mdb").write_bytes(b"garbage!" * 5000)
    reader = ThumbnailStore(folder)
    assert reader.get(digest(1)) is None
    reader.close()
    assert (folder / "data.mdb").read_bytes() == b"garbage!" * 5000
    store = ThumbnailStore(folder, write=True)
    assert store.get(digest(1)) is None
    store.put({digest(2): b"new"})
    assert store.get(digest(2)) == b"new"
    store.close()


def test_a_page_that_breaks_later_is_a_missing_picture_and_the_next_start_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "thumbnails"
    store = ThumbnailStore(folder, write=True)
    store.put({digest(n): bytes([n]) * 500 for n in range(200)})
    store.close()
    content = bytearray((folder / "data.mdb").read_bytes())
    for page in range(2, len(content) // 4096):  # all but the two that describe the file
        content[page * 4096 + 10 : page * 4096 + 12] = b"\0\0"  # no page is of no kind
    (folder / "data.mdb").write_bytes(content)
    store = ThumbnailStore(folder, write=True)
    assert [store.get(digest(n)) for n in (0, 100, 199)] == [None] * 3
    assert store.missing([digest(1)]) == (digest(1),)
    store.close()
    store = ThumbnailStore(folder, write=True)
    store.put({digest(1): b"again"})
    assert (store.get(digest(1)), store.missing([digest(1)])) == (b"again", ())
    store.close()
    assert not (folder / "broken").exists()
