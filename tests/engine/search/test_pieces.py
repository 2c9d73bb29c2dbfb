"""The index of points: made in the background when it is first needed, and complete when it is used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine.index.local import LocalIndex
from app.engine.library.catalog import Catalog
from app.engine.paths import library_paths
from app.engine.search.pieces import Pieces
from app.engine.types import Facet
from app.engine.writing import Writer, open_writer

COUNT = 5


@pytest.fixture
def writer(tmp_path: Path, make_photo: Callable[..., Path]) -> Iterator[Writer]:
    """A library whose photos were read for their points, and no index of them is kept."""
    for number in range(COUNT):
        make_photo(f"{number}.jpg", seed=number, folder=tmp_path / "photos")
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CROP)) as made:
        made.index([str(tmp_path / "photos")])
    for file in library_paths(tmp_path / "library").indexes.iterdir():
        file.unlink()
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CROP)) as made:
        yield made


def _made_slowly(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An index is only made once the event is set."""
    go_on, make = threading.Event(), LocalIndex.made

    def slowly(*given: object, **named: object) -> LocalIndex:
        assert go_on.wait(30)
        return make(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(LocalIndex, "made", slowly)
    return go_on


def _ready(pieces: Pieces, catalog: Catalog) -> bool:
    return any(pieces.ready(catalog, 1.0) for _ in range(20))


def test_the_first_index_is_made_beside_other_work(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces, catalog = writer._indexes.pieces, writer.library.catalog
    go_on = _made_slowly(monkeypatch)
    assert not pieces.ready(catalog, 0.05) and not pieces.ready(catalog, 0.05)
    gone = catalog.rows()[0]
    catalog.remove_files([gone.path])
    go_on.set()
    assert _ready(pieces, catalog)
    held = pieces.index(catalog).ids().tolist()
    assert len(held) == COUNT - 1 and gone.photo_id not in held, "what went meanwhile is not in it"


def test_while_somebody_who_asked_makes_it_others_do_not_wait(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces, catalog = writer._indexes.pieces, writer.library.catalog
    go_on = _made_slowly(monkeypatch)
    reader = threading.Thread(target=lambda: pieces.index(writer.library.reader()))
    reader.start()
    while not pieces._lock.locked():
        pass
    assert not pieces.ready(catalog, 0.05)
    go_on.set()
    reader.join()
    assert _ready(pieces, catalog) and len(pieces.index(catalog)) == COUNT


def test_one_that_cannot_be_made_says_so_to_who_asks(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces, catalog = writer._indexes.pieces, writer.library.catalog

    def fails(*_: object, **__: object) -> LocalIndex:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(LocalIndex, "made", fails)
        assert _ready(pieces, catalog), "nobody waits for ever"
        with pytest.raises(MemoryError):
            pieces.index(catalog)
    assert len(pieces.index(catalog)) == COUNT
