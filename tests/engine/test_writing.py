"""The writer beside the window: folders with two names, stores that were lost, files that can be read again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from app.engine.errors import InputError, LibraryDamaged, LibraryError
from app.engine.features.copy import CopyExtractor
from app.engine.features.metadata import read_metadata
from app.engine.library.catalog import Catalog
from app.engine.reading import open_reader
from app.engine.requests import Event, Problem
from app.engine.service import open_writer
from app.engine.types import Facet, IndexReport, Metadata, Query, Turn
from tests.conftest import draw_photo

MakePhoto = Callable[..., Path]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    for n, name in enumerate(("one.jpg", "two.jpg", "sub/three.jpg")):
        draw_photo(n).save(folder / name)
    return folder


def index(library: Path, *folders: Path) -> IndexReport:
    with open_writer(library, lambda _event: None, facets=(Facet.COPY,)) as writer:
        return writer.index([str(folder) for folder in folders])


def roots(library: Path) -> list[str]:
    with open_reader(library) as reader:
        return [folder.path for folder in reader.folders()]


def files(library: Path) -> int:
    with open_reader(library) as reader:
        return reader.status().files


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
class TestFoldersWithTwoNames:
    def test_a_link_to_an_added_folder_is_the_same_folder(self, library: Path, photos: Path, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(photos)
        index(library, photos)
        report = index(library, link)
        assert (report.added, report.unchanged) == (0, 3)
        assert roots(library) == [str(photos)]
        with open_reader(library) as reader:
            assert reader.duplicates() == ()

    def test_a_folder_added_through_a_link_goes_on_under_the_folder_around_it(
        self, library: Path, photos: Path, tmp_path: Path
    ) -> None:
        link = tmp_path / "link"
        link.symlink_to(photos)
        index(library, link)
        report = index(library, tmp_path)
        assert roots(library) == [str(tmp_path)]
        assert (report.added, report.removed, files(library)) == (0, 0, 3)

    def test_a_link_within_an_added_folder_leads_to_what_is_known(self, library: Path, photos: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(photos)
        index(library, tmp_path)
        report = index(library, tmp_path / "link")
        assert (report.added, report.unchanged, files(library)) == (0, 3, 3)

    def test_a_link_below_an_added_folder_is_a_folder_of_its_own(self, library: Path, photos: Path, tmp_path: Path) -> None:
        outer = tmp_path / "outer"
        outer.mkdir()
        (outer / "link").symlink_to(photos)
        assert index(library, outer).added == 0
        assert index(library, outer / "link").added == 3
        assert index(library, outer).removed == 0
        assert files(library) == 3

    def test_a_photo_is_known_by_the_names_that_links_give_it(self, library: Path, photos: Path, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(photos)
        index(library, link)
        with open_reader(library) as reader:
            assert reader.info(str(photos / "one.jpg")).path == str(link / "one.jpg")
            query = Query(images=(str(photos / "one.jpg"),), facets=(Facet.COPY,), leave_out_query=True)
            assert all(hit.row.path != str(link / "one.jpg") for hit in reader.search(query).hits)

    def test_forgetting_under_another_name_forgets(self, library: Path, photos: Path, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(photos)
        index(library, photos)
        with open_writer(library, lambda _event: None) as writer:
            forgotten = writer.forget([str(link / "one.jpg")])
        assert (forgotten.paths, forgotten.photos) == ((str(photos / "one.jpg"),), 1)


def test_an_added_folder_within_a_hidden_one_stays(library: Path, photos: Path) -> None:
    hidden = photos / ".hidden" / "inner"
    hidden.mkdir(parents=True)
    draw_photo(9).save(hidden / "nine.jpg")
    assert index(library, photos).added == 3
    assert index(library, hidden).added == 1
    report = index(library, photos)
    assert (report.found, report.removed) == (3, 0)
    assert files(library) == 4


def test_a_forgotten_folder_within_a_hidden_one_comes_back_as_one(library: Path, photos: Path) -> None:
    hidden = photos / ".hidden" / "inner"
    hidden.mkdir(parents=True)
    draw_photo(9).save(hidden / "nine.jpg")
    index(library, photos, hidden)
    with open_writer(library, lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.remember(writer.forget([str(hidden)]))
        writer.run_until_idle()
    assert index(library, photos).removed == 0
    assert (roots(library), files(library)) == ([str(photos), str(hidden)], 4)


class TestLostStores:
    def test_vectors_that_were_deleted_are_read_again(self, library: Path, photos: Path) -> None:
        index(library, photos)
        shutil.rmtree(library / "vectors")
        report = index(library, photos)
        assert (report.unchanged, report.added) == (3, 0)
        with open_reader(library) as reader:
            assert dict(reader.status().facets)[Facet.COPY].done == 3
            query = Query(images=(str(photos / "one.jpg"),), facets=(Facet.COPY,))
            assert [hit.row.name for hit in reader.search(query).hits] == ["one.jpg"]

    def test_the_window_reads_them_again_too(self, library: Path, photos: Path) -> None:
        index(library, photos)
        shutil.rmtree(library / "vectors")
        with open_writer(library, lambda _event: None, facets=(Facet.COPY,)) as writer:
            writer.look_everywhere()
            writer.run_until_idle()
            assert writer.library.vectors.count(CopyExtractor.version) == 3

    def test_small_pictures_that_were_deleted_are_made_again(self, library: Path, photos: Path) -> None:
        index(library, photos)
        shutil.rmtree(library / "cache")
        index(library, photos)
        with open_writer(library, lambda _event: None) as writer:
            store = writer.library
            assert store.thumbnails.missing(store.catalog.digests()) == ()

    def test_a_photo_on_a_drive_that_is_away_is_found_without_its_small_picture(self, library: Path, photos: Path) -> None:
        draw_photo(0).resize((320, 240)).transpose(Image.Transpose.ROTATE_90).save(photos / "turned.png")
        index(library, photos)
        shutil.rmtree(library / "cache")
        photos.rename(photos.with_name("away"))
        with open_reader(library) as reader:
            query = Query(images=(str(photos / "one.jpg"),), facets=(Facet.COPY,), leave_out_query=True)
            assert [(hit.row.name, hit.reasons[0].turn) for hit in reader.search(query).hits] == [("turned.png", Turn.ROTATE90)]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_be_read_again_is_read(library: Path, photos: Path) -> None:
    (photos / "one.jpg").chmod(0)
    assert len(index(library, photos).unreadable) == 1
    (photos / "one.jpg").chmod(0o644)
    report = index(library, photos)
    assert (report.changed, report.unchanged, report.unreadable) == (1, 2, ())


def test_a_file_that_still_cannot_be_read_is_told_again_and_changes_nothing(library: Path, photos: Path) -> None:
    (photos / "text.jpg").write_text("not a picture")
    first = index(library, photos)
    generation = Catalog(library / "catalog.sqlite").generation
    again = index(library, photos)
    assert (again.found, again.unchanged, again.changed) == (4, 3, 0)
    assert again.unreadable == first.unreadable
    assert Catalog(library / "catalog.sqlite").generation == generation


def test_the_next_command_finds_the_index_ready(library: Path, photos: Path) -> None:
    index(library, photos)
    kept = {file.name: file.stat().st_mtime_ns for file in (library / "cache" / "indexes").iterdir()}
    assert any(name.startswith(CopyExtractor.version) for name in kept)
    index(library, photos)
    assert {file.name: file.stat().st_mtime_ns for file in (library / "cache" / "indexes").iterdir()} == kept


def test_a_library_cannot_be_where_a_file_is(tmp_path: Path, make_photo: MakePhoto) -> None:
    with pytest.raises(LibraryError, match="it is a file"):
        open_writer(make_photo("a.jpg"), lambda _event: None)


def test_a_file_is_no_folder(library: Path, photos: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        index(library, photos / "one.jpg")


def test_a_folder_that_may_not_be_seen_is_said_and_keeps_its_photos(library: Path, photos: Path) -> None:
    index(library, photos)
    photos.rename(photos.with_name("away"))
    told: list[Event] = []
    with open_writer(library, told.append, facets=(Facet.COPY,)) as writer:
        writer.look_everywhere()
        writer.run_until_idle()
    assert files(library) == 3
    assert any(isinstance(event, Problem) and str(photos) in event.message for event in told)


def test_a_library_that_cannot_be_opened_whole_is_closed_again(library: Path, photos: Path) -> None:
    index(library, photos)
    (library / "vectors" / "data.mdb").write_bytes(b"garbage" * 10_000)
    with pytest.raises(LibraryDamaged):
        index(library, photos)
    assert not list(library.glob("catalog.sqlite-*"))
    assert not (library / "library.lock.holder").exists()


def test_a_reader_that_stumbles_costs_one_file(library: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(source: Path | bytes) -> Metadata:
        data = source if isinstance(source, bytes) else source.read_bytes()
        if data == broken:
            raise ZeroDivisionError("a denominator")
        return read_metadata(source)

    broken = (photos / "two.jpg").read_bytes()
    monkeypatch.setattr("app.engine.intake.file_reader.read_metadata", stumble)
    report = index(library, photos)
    assert (report.added, [Path(file.path).name for file in report.unreadable]) == (2, ["two.jpg"])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_library_that_may_only_be_read_is_read(library: Path, photos: Path) -> None:
    index(library, photos)
    held = [library, *library.rglob("*")]
    for path in held:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert files(library) == 3
    finally:
        for path in held:
            path.chmod(0o755)


def test_a_reader_that_stays_open_sees_what_another_one_writes(library: Path, photos: Path) -> None:
    index(library, photos)
    with open_reader(library) as reader:
        query = Query(images=(str(photos / "one.jpg"),), facets=(Facet.COPY,), leave_out_query=True)
        assert reader.search(query).hits == ()
        draw_photo(0).resize((320, 240)).save(photos / "small.png")
        index(library, photos)
        assert [hit.row.name for hit in reader.search(query).hits] == ["small.png"]
        (photos / "small.png").unlink()
        index(library, photos)
        assert reader.search(query).hits == ()


def test_a_library_from_before_look_is_read_again_and_then_found_by_it(library: Path, photos: Path) -> None:
    with open_writer(library, lambda _event: None, facets=(Facet.MEANING, Facet.COPY, Facet.COLOR)) as writer:
        writer.index([str(photos)])
    query = Query(images=(str(photos / "one.jpg"),), facets=(Facet.LOOK,), leave_out_query=True)
    with open_reader(library) as reader:
        assert dict(reader.status().facets)[Facet.LOOK].pending == 3
        assert reader.search(query).hits == ()
    with open_writer(library, lambda _event: None) as writer:
        writer.look_everywhere()
        writer.run_until_idle()
    with open_reader(library) as reader:
        assert dict(reader.status().facets)[Facet.LOOK].pending == 0
        assert {hit.row.name for hit in reader.search(query).hits} == {"two.jpg", "three.jpg"}
