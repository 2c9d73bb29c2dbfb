"""Facts are written into files, through the engine: the picture stays, readers agree, and all of it can be taken back."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.engine import requests as r
from app.engine.features.metadata import read_metadata
from app.engine.labels import Caption, CaptionSource, WriteCaptions
from app.engine.library import rewriting
from app.engine.library import store as stores
from app.engine.library.digest import digest_of
from app.engine.paths import library_paths
from app.engine.removals import ActState, Facts, FactsPlan, TrashReport
from app.engine.tags.jpeg_facts import with_facts
from app.engine.types import Metadata
from tests.conftest import draw_photo
from tests.engine.tags.test_jpeg_facts import camera_jpeg
from tests.engine.test_removals import Library

GIVEN = Facts("The sea at dawn", 4, ("lake", "Sea", "sand"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library", tmp_path / "trash")
    yield opened
    opened.engine.stop()


@pytest.fixture
def keeper(tmp_path: Path) -> Path:
    """A photo with facts of its own, and a smaller copy of it that knows more."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "keeper.jpg").write_bytes(camera_jpeg())
    small = io.BytesIO()
    draw_photo(1).resize((320, 240)).save(small, "JPEG")
    (folder / "small.jpg").write_bytes(with_facts(small.getvalue(), GIVEN))
    return folder / "keeper.jpg"


def give(library: Library, keeper: Path) -> int:
    """The copy goes to the trash and gives what it has; the number of that act."""
    library.read(keeper.parent)
    return library.apply(library.plan(([keeper.with_name("small.jpg")], [keeper]), merge=True)).act


def write(library: Library, *paths: Path) -> TrashReport:
    report: TrashReport = library.ask(r.WriteFacts(tuple(map(str, paths))))
    library.engine.run_until_idle()
    return report


def known(library: Library, path: Path) -> Metadata:
    metadata: Metadata = library.ask(r.Info(str(path))).metadata
    return metadata


def facts(metadata: Metadata) -> tuple[str | None, int | None, set[str]]:
    return metadata.title, metadata.rating, set(metadata.keywords)


def kept(library: Library) -> list[Path]:
    folder = library.folder / "originals"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_what_was_gathered_is_written_followed_and_taken_back(library: Library, keeper: Path) -> None:
    give(library, keeper)
    before, stat = keeper.read_bytes(), keeper.stat()
    os.utime(keeper, ns=(5, stat.st_mtime_ns - 10**12))
    keeper.chmod(0o640)
    library.ask(r.Rescan())
    library.engine.run_until_idle()
    digest = digest_of(keeper)
    library.ask(r.TagPhotos((digest,), "Anna"))
    library.ask(WriteCaptions(((digest, Caption("waves", CaptionSource.MODEL)),)))
    woven = known(library, keeper)
    plan: FactsPlan = library.ask(r.PlanFacts((str(keeper),)))
    assert [file.facts for file in plan.files] == [Facts(GIVEN.title, GIVEN.rating, ("sand",))] and not plan.refused
    assert keeper.read_bytes() == before

    report = write(library, keeper)
    assert (report.moved, report.refused) == ((str(keeper),), ())
    assert facts(read_metadata(keeper)) == facts(woven) == facts(known(library, keeper))
    assert keeper.stat().st_mode & 0o777 == 0o640 and keeper.stat().st_mtime_ns > stat.st_mtime_ns - 10**12
    info = library.ask(r.Info(str(keeper)))
    assert bytes.fromhex(info.digest) == digest_of(keeper) != digest
    with closing(stores.Library(library_paths(library.folder))) as stored:
        assert stored.thumbnails.fields(digest_of(keeper)), "its colors follow, too, for nothing is read of it again"
    assert [tag.name for tag in info.tags if tag.given] == ["Anna"] and info.caption.text == "waves"
    assert [path.read_bytes() for path in kept(library)] == [before]
    assert write(library, keeper).refused[0].reason == rewriting.SAYS_ALL
    assert library.ask(r.ListActs())[0].written == 1, "and no empty act was made"

    library.again()
    assert library.ask(r.UndoTrash(report.act)) == (str(keeper),)
    library.engine.run_until_idle()
    assert keeper.read_bytes() == before and keeper.stat().st_mtime_ns == stat.st_mtime_ns - 10**12
    assert facts(known(library, keeper)) == facts(woven) and kept(library) == []
    (file,) = library.ask(r.ListActFiles(report.act))
    assert file.state is ActState.UNDONE

    assert library.ask(r.RedoTrash(report.act)).moved == (str(keeper),)
    assert facts(read_metadata(keeper)) == facts(woven)


def test_a_gift_that_is_taken_back_while_it_is_in_the_file_does_not_come_again(library: Library, keeper: Path) -> None:
    own = facts(read_metadata(keeper))
    trashed = give(library, keeper)
    written = write(library, keeper)
    library.ask(r.UndoTrash(trashed))
    assert library.ask(r.RedoTrash(trashed)).moved, "the keeper is known with what was written into it"
    library.ask(r.UndoTrash(trashed))
    library.engine.run_until_idle()
    assert facts(known(library, keeper)) == facts(read_metadata(keeper)), "what is in the file is said still"
    library.ask(r.UndoTrash(written.act))
    library.engine.run_until_idle()
    assert facts(known(library, keeper)) == own


def test_what_people_said_since_a_photo_was_written_holds_when_it_is_as_it_was(library: Library, keeper: Path) -> None:
    give(library, keeper)
    before = digest_of(keeper)
    library.ask(r.TagPhotos((before,), "Anna"))
    library.ask(WriteCaptions(((before, Caption("old words", CaptionSource.PERSON)),)))
    act = write(library, keeper).act
    now = digest_of(keeper)
    library.ask(r.TagPhotos((now,), "Anna", None))
    library.ask(r.TagPhotos((now,), "Bob"))
    library.ask(WriteCaptions(((now, Caption("new words", CaptionSource.PERSON)),)))
    library.ask(r.UndoTrash(act))
    library.engine.run_until_idle()
    info = library.ask(r.Info(str(keeper)))
    assert bytes.fromhex(info.digest) == before and [tag.name for tag in info.tags if tag.given] == ["Bob"]
    assert info.caption.text == "new words"


def test_a_gift_to_a_written_photo_can_be_taken_back_when_that_is_as_it_was(library: Library, keeper: Path) -> None:
    third = keeper.with_name("third.jpg")
    third.write_bytes(with_facts((keeper.with_name("small.jpg")).read_bytes(), Facts(keywords=("later",))))
    give(library, keeper)
    woven = known(library, keeper)
    written = write(library, keeper)
    trashed = library.apply(library.plan(([third], [keeper]), merge=True)).act
    assert "later" in known(library, keeper).keywords
    library.ask(r.UndoTrash(written.act))
    library.engine.run_until_idle()
    assert "later" in known(library, keeper).keywords
    library.ask(r.UndoTrash(trashed))
    library.engine.run_until_idle()
    assert known(library, keeper) == woven
    assert library.ask(r.RedoTrash(trashed)).moved == (str(third),), "its keeper holds the same picture"
    assert "later" in known(library, keeper).keywords
