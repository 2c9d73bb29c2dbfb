"""What people said of duplicates is kept by content, told exactly, and taken back exactly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from app.engine.copies import Decision, Verdict
from app.engine.library.catalog import Catalog, FileStat, ReadPhoto
from app.engine.library.decisions import KeptTogether
from app.engine.types import Metadata

A, B, C, D = (bytes([letter]) * 16 for letter in b"abcd")


def put(catalog: Catalog, path: str, digest: bytes, mtime: int = 1) -> None:
    catalog.put_photos([ReadPhoto(FileStat(path, 100, mtime, hash(path) % 10_000), digest, Metadata(), 0x808080)])


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A catalogue of four photos."""
    made = Catalog(tmp_path / "catalog.sqlite", write=True)
    for name, digest in zip("abcd", (A, B, C, D), strict=True):
        put(made, f"/p/{name}.jpg", digest)
    yield made
    made.close()


def holds(catalog: Catalog, *digests: bytes) -> bool:
    return KeptTogether(catalog.kept_groups()).holds(digests)


def test_a_kept_group_is_known_smaller_and_not_larger(catalog: Catalog) -> None:
    catalog.put_kept_group([A, B, B])
    assert holds(catalog, B, A, B) and holds(catalog, A, B) and holds(catalog, B, B)
    assert not holds(catalog, A, B, C) and not holds(catalog, A, A, B), "one that got another file is shown again"
    catalog.put_kept_group([B, A, B], forget=True)
    assert not holds(catalog, A, B) and catalog.decisions() == ()


def test_what_was_said_passes_on_to_a_file_that_changed_in_place(catalog: Catalog) -> None:
    catalog.put_kept_group([A, B])
    catalog.put_not_duplicates([(A, C)])
    new = b"n" * 16
    put(catalog, "/p/a.jpg", new, mtime=2)
    assert holds(catalog, new, B) and not holds(catalog, new, A, B)
    assert (min(new, C), max(new, C)) in catalog.not_duplicates()
    assert [decision.paths for decision in catalog.decisions()] == [("/p/a.jpg", "/p/b.jpg"), ("/p/a.jpg", "/p/c.jpg")]


def test_decisions_are_listed_so_that_each_can_be_taken_back_alone(catalog: Catalog) -> None:
    catalog.put_kept_group([C, D])
    catalog.put_not_duplicates(combinations((A, B, C), 2))
    assert catalog.decisions() == (
        Decision(Verdict.DIFFERENT, (A, B, C), ("/p/a.jpg", "/p/b.jpg", "/p/c.jpg")),
        Decision(Verdict.KEPT, (C, D), ("/p/c.jpg", "/p/d.jpg")),
    )
    catalog.put_not_duplicates([(C, D)])
    pairs = {decision.digests for decision in catalog.decisions() if decision.verdict is Verdict.DIFFERENT}
    assert pairs == {(A, B), (A, C), (B, C), (C, D)}, "taking back three of a chain of four would say more than was said"
    catalog.remove_files(["/p/d.jpg"])
    assert [decision.digests for decision in catalog.decisions()] == [(A, B, C)], "of photos that are there"
