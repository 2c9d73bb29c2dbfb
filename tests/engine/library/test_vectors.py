"""Vectors are kept by feature version and digest, for all threads of a process and readers beside it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from lmdb.verify import verify

from app.engine.errors import LibraryDamaged, LibraryError
from app.engine.library.environment import Environment
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest, run, snapshot, start

ADD = """
import sys
from pathlib import Path
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest
store = VectorStore(Path(sys.argv[1]), write=True)
store.put({"copy-1": {digest(1): b"one"}})
print("one", flush=True)
sys.stdin.readline()
store.put({"copy-1": {digest(2): b"two"}, "color-1": {digest(2): b"red"}})
print("two", flush=True)
sys.stdin.readline()
"""


def test_rows_come_back_in_the_order_asked(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors", write=True)
    store.put({"copy-1": {digest(n): bytes([n]) * 72 for n in (3, 1, 2)}, "color-1": {digest(1): b"c"}, "empty-1": {}})
    store.put({"copy-1": {digest(2): b"new"}})
    assert store.get_many("copy-1", [digest(2), digest(9), digest(1)]) == [b"new", None, b"\1" * 72]
    assert (store.get("color-1", digest(1)), store.get("color-1", digest(2)), store.get("none-1", digest(1))) == (
        b"c",
        None,
        None,
    )
    assert store.features() == ("color-1", "copy-1")
    assert (store.count("copy-1"), store.count("color-1"), store.count("none-1")) == (3, 1, 0)
    assert store.digests("copy-1") == {digest(1), digest(2), digest(3)}
    assert store.size_on_disk() > 0
    store.close()
    store.close()
    again = VectorStore(tmp_path / "vectors")
    assert again.get_many("copy-1", [digest(3)]) == [b"\3" * 72]
    assert again.features() == ("color-1", "copy-1")
    again.close()


def test_deleting_takes_digests_out_of_every_feature(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors", write=True)
    store.put({name: {digest(n): b"x" for n in range(5)} for name in ("copy-1", "color-1")})
    store.delete([digest(1), digest(77)])
    store.delete([])
    assert (store.count("copy-1"), store.get("color-1", digest(1))) == (4, None)
    store.drop_feature("copy-1")
    store.drop_feature("copy-1")
    assert (store.features(), store.count("copy-1"), store.count("color-1")) == (("color-1",), 0, 4)
    store.put({"copy-1": {digest(8): b"again"}})
    assert store.get("copy-1", digest(8)) == b"again"
    store.close()
    assert verify(str(tmp_path / "vectors")) == []


def test_a_reader_makes_nothing_and_notices_when_the_store_appears(tmp_path: Path) -> None:
    reader = VectorStore(tmp_path / "vectors")
    assert (reader.get("copy-1", digest(1)), reader.get_many("copy-1", [digest(1)]), reader.features()) == (None, [None], ())
    assert (reader.count("copy-1"), reader.size_on_disk(), list(tmp_path.iterdir())) == (0, 0, [])
    with pytest.raises(LibraryError, match="for reading only"):
        reader.put({"copy-1": {digest(1): b"x"}})
    with start(ADD, tmp_path / "vectors") as writer:
        assert writer.stdin and writer.stdout
        assert writer.stdout.readline() == "one\n"
        assert reader.get_many("copy-1", [digest(1), digest(2)]) == [b"one", None]
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "two\n"
        assert reader.get_many("copy-1", [digest(1), digest(2)]) == [b"one", b"two"]
        assert reader.get("color-1", digest(2)) == b"red"
        writer.kill()
    assert reader.features() == ("color-1", "copy-1")
    reader.close()


def test_a_reader_without_a_lock_file_makes_none(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors", write=True)
    store.put({"copy-1": {digest(1): b"one"}})
    store.close()
    (tmp_path / "vectors" / "lock.mdb").unlink()
    before = snapshot(tmp_path)
    reader = VectorStore(tmp_path / "vectors")
    assert reader.get("copy-1", digest(1)) == b"one"
    reader.close()
    assert snapshot(tmp_path) == before


def test_one_process_may_open_it_many_times_in_any_order(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    first = VectorStore(folder, write=True)
    first.put({"copy-1": {digest(1): b"one"}})
    first.close()
    reader = VectorStore(folder)
    assert reader.get("copy-1", digest(1)) == b"one"
    writer = VectorStore(tmp_path / "link" / ".." / "vectors", write=True)
    writer.put({"copy-1": {digest(2): b"two"}})
    other = VectorStore(folder)
    assert (
        reader.get_many("copy-1", [digest(1), digest(2)]) == other.get_many("copy-1", [digest(1), digest(2)]) == [b"one", b"two"]
    )
    writer.close()
    assert reader.get("copy-1", digest(2)) == b"two"
    reader.close()
    other.close()
    assert run(f"import lmdb; print(lmdb.open({str(folder)!r}).info()['num_readers'] >= 0)") == "True\n"


def test_the_store_grows_beyond_its_first_map_while_others_read(tmp_path: Path) -> None:
    environment = Environment.acquire(tmp_path / "vectors", write=True, what="rows", map_size=2**16)
    assert environment
    store = VectorStore(tmp_path / "vectors", write=True)
    wrong: list[bytes | None] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            row = store.get("copy-1", digest(0))
            if row not in {None, b"\0" * 1000}:
                wrong.append(row)

    reading = threading.Thread(target=read)
    reading.start()
    for first in range(0, 2000, 100):
        store.put({"copy-1": {digest(n): bytes([n % 256]) * 1000 for n in range(first, first + 100)}})
    done.set()
    reading.join()
    assert wrong == []
    assert store.get_many("copy-1", [digest(n) for n in (0, 999, 1999)]) == [bytes([n % 256]) * 1000 for n in (0, 999, 1999)]
    assert store.count("copy-1") == 2000
    store.close()
    environment.release()
    assert verify(str(tmp_path / "vectors")) == []


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("damage", ["garbage", "cut"])
def test_a_damaged_store_is_refused_with_what_to_do(tmp_path: Path, damage: str, write: bool) -> None:
    folder = tmp_path / "vectors"
    store = VectorStore(folder, write=True)
    store.put({"copy-1": {digest(n): os.urandom(700) for n in range(500)}})
    store.close()
    data = folder / "data.mdb"
    content = data.read_bytes()
    data.write_bytes(b"garbage!" * 2000 if damage == "garbage" else content[: len(content) // 2])
    before = data.read_bytes()
    with pytest.raises(LibraryDamaged, match=r"vectors .*your photos are safe.*aside and run `facet index`"):
        VectorStore(folder, write=write)
    assert data.read_bytes() == before
    data.write_bytes(content)
    store = VectorStore(folder, write=True)
    assert store.count("copy-1") == 500
    store.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be opened or written"):
        VectorStore(tmp_path / "file" / "vectors", write=True)


TOGETHER = """
import sys, threading
from pathlib import Path
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest
folder = Path(sys.argv[1])
for turn in range(15):
    store = VectorStore(folder / str(turn), write=True)
    store.put({f"old-{n}": {digest(1): b"old"} for n in range(20)})
    store.close()
    store = VectorStore(folder / str(turn), write=True)
    def read():
        for n in range(20):
            assert store.get(f"old-{n}", digest(1)) == b"old"
            store.get(f"new-{n}", digest(1))
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for n in range(20):
        store.put({"old-0": {digest(n + 2): bytes(50_000)}, f"new-{n}": {digest(1): b"new"}})
    for reader in readers:
        reader.join()
    assert store.get_many("new-19", [digest(1)]) == [b"new"]
    store.close()
print("done")
"""


def test_threads_that_meet_a_feature_for_the_first_time_do_not_stop_the_writer(tmp_path: Path) -> None:
    assert run(TOGETHER, tmp_path) == "done\n"
