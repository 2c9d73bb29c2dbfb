"""Index files: read back exactly, and refused whenever they do not fit or are damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.index import store
from app.engine.index.exact import ExactIndex
from app.engine.index.store import Stamp, forget_index, load_index, save_index, saved_kind
from tests.engine.index.test_conformance import KINDS, filled

STAMP = Stamp("facet-1", 7, 300)
Made = tuple[Any, Any, Callable[[], Any]]


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """An index that was saved, its rows, and how to make an empty one."""
    kind = KINDS[request.param]
    index, _, rows = filled(kind)
    save_index(tmp_path, index, STAMP)
    return index, rows, kind.make


def test_a_saved_index_answers_as_before(made: Made, tmp_path: Path) -> None:
    index, rows, make = made
    loaded = make()
    assert load_index(tmp_path, loaded, STAMP)
    assert len(loaded) == 300 and np.array_equal(np.sort(loaded.ids()), np.sort(index.ids()))
    for at in (0, 100):
        for part, known in zip(loaded.search(rows[at], 20), index.search(rows[at], 20), strict=True):
            assert np.array_equal(part, known)
    loaded.remove(index.search(rows[0], 5)[0].tolist())
    loaded.add(np.array([10**6]), rows[:1])
    assert len(loaded) == 296 and loaded.search(rows[0], 1)[0].tolist() == [10**6]


@pytest.mark.parametrize("other", [Stamp("facet-1", 8, 300), Stamp("facet-1", 7, 299), Stamp("facet-2", 7, 300)])
def test_another_stamp_is_refused(made: Made, tmp_path: Path, other: Stamp) -> None:
    empty = made[2]()
    assert not load_index(tmp_path, empty, other) and len(empty) == 0


def test_an_older_schema_is_refused(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SCHEMA", store.SCHEMA + 1)
    assert not load_index(tmp_path, made[2](), STAMP)


def test_any_damaged_or_missing_file_is_refused(made: Made, tmp_path: Path) -> None:
    files = sorted(file for file in tmp_path.iterdir())
    assert len(files) >= 3
    for file in files:
        whole = file.read_bytes()
        for damaged in (
            b"",
            whole[: len(whole) // 2],
            whole[:-1],
            whole[:50] + bytes([whole[50] ^ 1]) + whole[51:],
            whole + b"x",
        ):
            file.write_bytes(damaged)
            assert not load_index(tmp_path, made[2](), STAMP), f"{file.name} with {len(damaged)} bytes was taken"
        file.unlink()
        assert not load_index(tmp_path, made[2](), STAMP)
        file.write_bytes(whole)
    assert load_index(tmp_path, made[2](), STAMP)


def test_files_of_another_kind_are_refused_even_with_the_right_checksums(made: Made, tmp_path: Path) -> None:
    for name, kind in KINDS.items():
        if type(kind.make()) is not type(made[0]):
            other = filled(kind)[0]
            save_index(tmp_path / name, other, STAMP)
            assert not load_index(tmp_path / name, made[2](), STAMP)


def test_of_a_large_file_a_cut_a_hole_and_a_changed_end_are_seen(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(9_000, 1024)).astype(np.float16)
    save_index(tmp_path, _exact(rows), STAMP)
    file = tmp_path / "facet-1.faiss"
    whole = file.read_bytes()
    assert len(whole) > store.WHOLE
    middle, hole = len(whole) // 2, bytes(1 << 20)
    holed = whole[:middle] + hole + whole[middle + len(hole) :]
    for damaged in (whole[:-1], whole + b"x", whole[:-9] + b"x" * 9, holed):
        file.write_bytes(damaged)
        assert not load_index(tmp_path, ExactIndex(1024), STAMP)
    file.write_bytes(whole)
    assert load_index(tmp_path, ExactIndex(1024), STAMP)


def test_the_kind_of_a_saved_index_is_known(made: Made, tmp_path: Path) -> None:
    assert saved_kind(tmp_path, "facet-1") == made[0].kind and saved_kind(tmp_path, "facet-2") is None
    (tmp_path / "facet-1.json").write_text("[1]")
    assert saved_kind(tmp_path, "facet-1") is None


def _exact(rows: NDArray[Any]) -> ExactIndex:
    index = ExactIndex(rows.shape[1])
    index.add(np.arange(len(rows)), rows)
    return index


@pytest.mark.parametrize("document", ["[]", "3", '{"schema": 1}', "null"])
def test_a_strange_stamp_is_refused(made: Made, tmp_path: Path, document: str) -> None:
    (tmp_path / "facet-1.json").write_text(document)
    assert not load_index(tmp_path, made[2](), STAMP)


def test_a_crash_between_the_files_leaves_nothing_half_new(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, rows, make = made
    index.add(np.array([10**6]), rows[:1])
    real, done = Path.replace, []

    def stop_after_first(path: Path, target: Path) -> Path:
        if done:
            raise OSError("no more")
        done.append(target)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", stop_after_first)
    with pytest.raises(OSError, match="no more"):
        save_index(tmp_path, index, Stamp("facet-1", 8, 301))
    monkeypatch.undo()
    assert not load_index(tmp_path, make(), STAMP) and not load_index(tmp_path, make(), Stamp("facet-1", 8, 301))
    assert not [file for file in tmp_path.iterdir() if ".new" in file.name]


def test_saving_again_replaces_and_forgetting_removes(made: Made, tmp_path: Path) -> None:
    index, rows, make = made
    index.add(np.array([10**6]), rows[:1])
    newer = Stamp("facet-1", 8, 301)
    save_index(tmp_path, index, newer)
    assert load_index(tmp_path, make(), newer) and not load_index(tmp_path, make(), STAMP)
    assert json.loads((tmp_path / "facet-1.json").read_text())["generation"] == 8
    forget_index(tmp_path, "facet-1")
    forget_index(tmp_path, "facet-1")
    assert not list(tmp_path.iterdir())


def test_an_empty_index_is_kept_too(tmp_path: Path) -> None:
    for name, kind in KINDS.items():
        save_index(tmp_path, kind.make(), Stamp(name, 1, 0))
        assert load_index(tmp_path, kind.make(), Stamp(name, 1, 0))


def test_files_that_are_replaced_while_they_are_read_are_refused(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(300, 32)).astype(np.float16)
    save_index(tmp_path, _exact(rows), STAMP)

    class Slow(ExactIndex):
        def restore(self, path: Path) -> None:
            save_index(tmp_path, _exact(rows[::-1]), Stamp("facet-1", 8, 300))  # what another process does meanwhile
            super().restore(path)

    assert not load_index(tmp_path, Slow(32), STAMP)
    assert load_index(tmp_path, ExactIndex(32), Stamp("facet-1", 8, 300))
