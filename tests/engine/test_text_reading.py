"""The pass that reads text, on real files and stores: what is read, in what order, and that nothing is lost or read twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.__main__ import main
from app.engine.errors import DiskFull
from app.engine.features.ocr.likely import LEAST, likelihood
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.requests import Event, Progress, TextsRead
from app.engine.settings import Settings, save_settings
from app.engine.texts import TextSource
from app.engine.types import READ, Facet
from app.engine.writing import Writer, open_writer

WORDS = (Facet.COPY, Facet.WORDS)
PAGE = ("Meeting notes for Monday", "Review the project budget", "Platform four northbound", "Coffee and fresh bread")


def write_page(path: Path, lines: tuple[str, ...], *, size: tuple[int, int] = (560, 340)) -> Path:
    """A picture of a page."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((40, 40 + 70 * row), line, "black", ImageFont.load_default(size=28))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path, make_photo: Callable[..., Path]) -> Path:
    """A sign, a page, and two photos without text."""
    folder = tmp_path / "photos"
    write_page(folder / "sign.png", ("HARBOR MUSEUM",))
    write_page(folder / "page.png", PAGE)
    for seed in (3, 4):
        make_photo(f"plain{seed}.jpg", seed=seed, size=(320, 240), folder=folder)
    return folder


def texts(library: Library) -> dict[str, str]:
    """What was read, by the name of the file."""
    found = {row.name: library.catalog.texts_of(row.digest) for row in library.catalog.rows()}
    return {name: text.text for name, of in found.items() for text in of if text.source is TextSource.OCR}


def open_words(tmp_path: Path, events: list[Event] | None = None) -> Writer:
    told = events if events is not None else []
    return open_writer(tmp_path / "library", told.append, facets=WORDS)


def words_done(writer: Writer) -> int:
    return dict(writer.reader().status().facets)[Facet.WORDS].done


def test_text_is_read_kept_and_counted(tmp_path: Path, photos: Path) -> None:
    events: list[Event] = []
    with open_words(tmp_path, events) as writer:
        writer.index([str(photos)])
        assert texts(writer.library) == {"sign.png": "HARBOR MUSEUM", "page.png": "\n".join(PAGE)}
        assert words_done(writer) == 4, "a photo without text is done, too"
        read = [digest for event in events if isinstance(event, TextsRead) for digest in event.digests]
        assert len(read) == len(set(read)) >= 2
        last = [event for event in events if isinstance(event, Progress)][-1]
        assert last.texts[0] == last.texts[1] >= 2
    assert Facet.WORDS in READ, "words are read when nothing else is said"


def test_what_is_known_of_a_photo_tells_its_text(tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.index([str(photos)])
    named = [str(photos / name) for name in ("sign.png", "plain3.jpg")]

    def words() -> list[str | None]:
        main(["info", "--library", str(tmp_path / "library"), "--json", *named])
        return [photo["words"] for photo in json.loads(capsys.readouterr().out)["photos"]]

    assert words() == [None, None], "not looked for yet"
    main(["index", "--library", str(tmp_path / "library"), "--facets", "words", str(photos)])
    capsys.readouterr()
    assert words() == ["HARBOR MUSEUM", ""]
    main(["search", "--library", str(tmp_path / "library"), "--json", "--where", "has=text"])
    found = {Path(hit["path"]).name for hit in json.loads(capsys.readouterr().out)["hits"]}
    assert found == {"sign.png", "page.png"}


def test_boxes_lie_around_the_words_in_the_photo(tmp_path: Path, photos: Path) -> None:
    with open_words(tmp_path) as writer:
        writer.index([str(photos)])
        row = next(row for row in writer.library.catalog.rows() if row.name == "page.png")
        (text,) = (text for text in writer.library.catalog.texts_of(row.digest) if text.source is TextSource.OCR)
    named = {text.text[box.start : box.end]: box.corners for box in text.boxes}
    assert set(named) == set(" ".join(PAGE).split())
    x, y = (sum(corner[axis] for corner in named["budget"]) / 4 for axis in (0, 1))
    font = ImageFont.load_default(size=28)
    assert abs(x - (40 + font.getlength("Review the project ") + font.getlength("budget") / 2)) < 15
    assert abs(y - (40 + 70 + 18)) < 15


def test_pages_go_before_signs(tmp_path: Path, photos: Path) -> None:
    order: list[str] = []
    with open_words(tmp_path) as writer:
        extractor = writer._extractors.text
        read = extractor.read

        def noted(picture: object) -> object:
            found = read(picture)  # type: ignore[arg-type]
            order.append(found.text.split("\n")[0])
            return found

        extractor.read = noted  # type: ignore[assignment, method-assign]
        writer.index([str(photos)])
        rows = {row.name: row.digest for row in writer.library.catalog.rows()}
        likely = {
            name: likelihood(writer.library.vectors.get_many(extractor.likelihood.version, [digest])[0])
            for name, digest in rows.items()
        }
    assert likely["page.png"] > likely["sign.png"] > LEAST
    assert order[:2] == [PAGE[0], "HARBOR MUSEUM"]


def test_read_once_and_again_only_what_is_new(tmp_path: Path, photos: Path) -> None:
    with open_words(tmp_path) as writer:
        writer.index([str(photos)])
    write_page(photos / "new.png", ("EMERGENCY EXIT",))
    events: list[Event] = []
    with open_words(tmp_path, events) as writer:
        writer.index([str(photos)])
        assert texts(writer.library)["new.png"] == "EMERGENCY EXIT"
    assert sum(len(event.digests) for event in events if isinstance(event, TextsRead)) == 1


def test_switched_off_nothing_is_read_and_what_was_read_stays(tmp_path: Path, photos: Path) -> None:
    with open_words(tmp_path) as writer:
        writer.index([str(photos)])
    save_settings(library_paths(tmp_path / "library").settings, Settings(read_text=False))
    write_page(photos / "new.png", ("EMERGENCY EXIT",))
    with open_words(tmp_path) as writer:
        writer.index([str(photos)])
        assert not writer._extractors.text.networks.loaded
        assert set(texts(writer.library)) == {"sign.png", "page.png"}
        writer.read_text(on=True)
        writer.run_until_idle()
        assert texts(writer.library)["new.png"] == "EMERGENCY EXIT"
        writer.read_text(on=False)
        write_page(photos / "last.png", ("PRIVATE PROPERTY",))
        writer.look([str(photos)])
        writer.run_until_idle()
        assert "last.png" not in texts(writer.library)


def test_paused_it_comes_to_rest_and_goes_on_after(tmp_path: Path, photos: Path) -> None:
    with open_words(tmp_path) as writer:
        writer.add_folders([str(photos)])
        while words_done(writer) == 0:
            writer.step(0.2)
        writer.pause()
        ends = time.monotonic() + 60
        writer.run_until_idle(lambda: time.monotonic() > ends)  # raises Cancelled where it would never end
        writer.resume()
        writer.run_until_idle()
        assert words_done(writer) == 4


def test_networks_are_let_go_when_all_is_read(tmp_path: Path, photos: Path) -> None:
    with open_words(tmp_path) as writer:
        writer.index([str(photos)])
        assert writer._extractors.text.networks.loaded
        writer.step(0)
        assert not writer._extractors.text.networks.loaded


def test_on_a_full_disk_a_text_is_kept_for_another_try(tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_anything: object) -> None:
        raise DiskFull("no room")

    with open_words(tmp_path) as writer:
        with monkeypatch.context() as patched:
            patched.setattr(Catalog, "write_text", full)
            with pytest.raises(DiskFull):
                writer.index([str(photos)])
        assert texts(writer.library) == {}
        writer.resume()
        writer.run_until_idle()
        assert set(texts(writer.library)) == {"sign.png", "page.png"}


def test_closing_does_not_wait_for_a_long_page(tmp_path: Path) -> None:
    lines = tuple(" ".join([f"{row} of the small print that nobody reads"] * 3) for row in range(20))
    picture = Image.new("RGB", (1_600, 800), "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 20 + 38 * row), line, "black", ImageFont.load_default(size=24))
    (tmp_path / "photos").mkdir()
    picture.save(tmp_path / "photos" / "long.png")
    writer = open_words(tmp_path)
    writer.add_folders([str(tmp_path / "photos")])
    extractor, began = writer._extractors.text, []
    check = extractor._check
    extractor._check = lambda: (began.append(time.monotonic()), check())[1]  # type: ignore[method-assign, func-returns-value]
    while not began:
        writer.step(0.05)
    writer.close()
    reading = time.monotonic() - began[0]
    with open_words(tmp_path) as again:
        before = time.monotonic()
        again.complete()
        again.run_until_idle()
        whole = time.monotonic() - before
        assert "small print" in texts(again.library)["long.png"], "what was given up is read the next time"
    assert reading < whole


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_kill_loses_no_text_that_was_read(tmp_path: Path) -> None:
    pages = {f"{word}.png": f"NEXT STOP {word}" for word in ("HARBOR", "MUSEUM", "GARDEN", "BRIDGE", "MARKET", "STATION")}
    for name, line in pages.items():
        write_page(tmp_path / "photos" / name, (line,), size=(400, 160))
    code = (
        "import sys\nfrom pathlib import Path\nfrom app.engine.types import Facet\nfrom app.engine.writing import open_writer\n"
        "from app.engine.requests import TextsRead\n"
        "def told(event):\n    if isinstance(event, TextsRead): print(len(event.digests), flush=True)\n"
        "with open_writer(Path(sys.argv[1]), told, facets=(Facet.COPY, Facet.WORDS)) as writer: writer.index([sys.argv[2]])\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "library"), str(tmp_path / "photos")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        told = int(running.stdout.readline())
        os.kill(running.pid, signal.SIGKILL)
    with Library(library_paths(tmp_path / "library"), write=True) as library:
        kept = texts(library)
        assert len(kept) >= told
    with open_words(tmp_path) as writer:
        writer.index([str(tmp_path / "photos")])
        assert texts(writer.library) == pages
