"""A kill at any moment and a full disk lose nothing that was stored, and leave nothing half written."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lmdb.verify import verify

from app.engine.library.catalog import Catalog
from app.engine.library.thumbnails import ThumbnailStore
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest, run, start

BATCH = 20

WRITE = """
import itertools, sys
from pathlib import Path
from app.engine.library.catalog import Catalog
from app.engine.library.thumbnails import ThumbnailStore
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest, photo
folder, batch, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
vectors, thumbnails = VectorStore(folder / "vectors", write=True), ThumbnailStore(folder / "thumbnails", write=True)
catalog = Catalog(folder / "catalog.sqlite", write=True)
catalog.mark_extracted("copy-1", catalog.missing("copy-1"))  # what a kill left between the two, as a next look would
for start in itertools.count(first, batch):
    numbers = range(start, start + batch)
    vectors.put({"copy-1": {digest(n): digest(n) * 40 for n in numbers}, "color-1": {digest(n): digest(n) for n in numbers}})
    thumbnails.put({digest(n): digest(n) * 99 for n in numbers})
    catalog.put_photos([photo(f"/p/{n}.jpg", n) for n in numbers])
    catalog.mark_extracted("copy-1", [digest(n) for n in numbers])
    print(start + batch, flush=True)
"""


def check(folder: Path, told: int) -> int:
    """Everything that was told as stored is there, whole; returns how many photos there are."""
    vectors, thumbnails = VectorStore(folder / "vectors", write=True), ThumbnailStore(folder / "thumbnails", write=True)
    catalog = Catalog(folder / "catalog.sqlite", write=True)
    photos = catalog.count_photos()
    assert photos >= told
    assert photos % BATCH == 0, "a batch is there whole or not at all"
    assert catalog.count_files() == photos
    marked = [found for _, found in catalog.extracted("copy-1")]
    assert len(marked) >= told
    assert vectors.get_many("copy-1", marked) == [found * 40 for found in marked], (
        "vectors are there before the catalogue says so"
    )
    assert vectors.count("copy-1") == vectors.count("color-1") >= photos
    assert thumbnails.missing(marked) == ()
    assert len(catalog.missing("copy-1")) == photos - len(marked)
    for store in (catalog, vectors, thumbnails):
        store.close()
    assert verify(str(folder / "vectors")) == verify(str(folder / "thumbnails")) == []
    return photos


def test_a_kill_at_any_moment_leaves_the_stores_whole_and_in_step(tmp_path: Path) -> None:
    chance = random.Random(7)  # which batch; the moment in it is the machine's
    photos = 0
    for _ in range(8):
        told = photos
        with start(WRITE, tmp_path, BATCH, photos) as writer:
            assert writer.stdout
            for _ in range(chance.randrange(1, 25)):
                told = int(writer.stdout.readline())
            time.sleep(chance.random() / 50)  # a random moment within a batch
            writer.kill()
            rest = writer.stdout.read().splitlines()
            told = int(rest[-1]) if rest and rest[-1].endswith("0") else told
        photos = check(tmp_path, told)


FILL = """
import resource, sys
from pathlib import Path
from app.engine.errors import DiskFull
from app.engine.library.catalog import Catalog
from app.engine.library.thumbnails import ThumbnailStore
from app.engine.library.vectors import VectorStore
from tests.engine.library.samples import digest, photo
folder, limit, which = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
vectors, thumbnails = VectorStore(folder / "vectors", write=True), ThumbnailStore(folder / "thumbnails", write=True)
catalog = Catalog(folder / "catalog.sqlite", write=True)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
done = 0
try:
    while True:
        numbers = range(done, done + 50)
        if which == "vectors":
            vectors.put({"copy-1": {digest(n): digest(n) * 60 for n in numbers}})
        elif which == "thumbnails":
            thumbnails.put({digest(n): digest(n) * 60 for n in numbers})
        else:
            catalog.put_photos([photo(f"/p/{n}.jpg", n, description="x" * 900) for n in numbers])
        done += 50
except DiskFull as error:
    assert "no space is left" in str(error) and "free some space" in str(error), error
counts = {"vectors": lambda: vectors.count("copy-1"), "catalog": catalog.count_files}
counts["thumbnails"] = lambda: done - len(thumbnails.missing(digest(n) for n in range(done)))
assert done > 0 and counts[which]() == done, (done, counts[which]())
try:
    catalog.put_photos([photo(f"/again/{n}.jpg", n, description="x" * 900) for n in range(2000)])
except DiskFull:
    assert catalog.count_files() == (done if which == "catalog" else 0)
print(done)
"""


def refill(folder: Path, which: str, done: int) -> None:
    """With space again, everything is there and more goes in."""
    vectors, thumbnails = VectorStore(folder / "vectors", write=True), ThumbnailStore(folder / "thumbnails", write=True)
    catalog = Catalog(folder / "catalog.sqlite", write=True)
    known = [digest(n) for n in range(done)]
    if which == "vectors":
        assert vectors.get_many("copy-1", known) == [found * 60 for found in known]
    elif which == "thumbnails":
        assert thumbnails.missing(known) == ()
    else:
        assert all(catalog.photo_id(found) for found in known)
    vectors.put({"copy-1": {digest(10**6): b"more"}})
    assert vectors.get("copy-1", digest(10**6)) == b"more"
    for store in (catalog, vectors, thumbnails):
        store.close()
    assert verify(str(folder / "vectors")) == verify(str(folder / "thumbnails")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("which", ["vectors", "thumbnails", "catalog"])
def test_a_limit_on_files_is_a_full_disk_and_loses_nothing(tmp_path: Path, which: str) -> None:
    done = int(run(FILL, tmp_path, 2**19, which))
    refill(tmp_path, which, done)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("nothing can be mounted here")
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("which", ["vectors", "thumbnails", "catalog"])
def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path, which: str) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2**19))
    done = int(run(FILL, small_disk, 0, which))
    ballast.unlink()
    refill(small_disk, which, done)
