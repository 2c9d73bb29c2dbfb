"""XMP sidecars: keywords go in, nothing else changes by a byte, and all of it can be taken back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import InputError, UsageError
from app.engine.features.embedded.xmp import read_xmp
from app.engine.tags import exporting as exporting_module
from app.engine.tags.exporting import Exporting, sidecar_of
from app.engine.tags.sidecar import merged

FOREIGN = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- by another program -->
 <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <r:Description r:about="x/>y" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure='+0.35'{dc}
 </r:RDF>
</x:xmpmeta>
<?xpacket end='w'?>"""
WITH_BAG = FOREIGN.format(
    dc=""" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:subject><r:Bag><r:li>Grünau</r:li></r:Bag></dc:subject><dc:title>Ü</dc:title></r:Description>"""
).encode()


def test_a_new_sidecar_is_read_as_it_was_meant() -> None:
    made = merged(None, ["Anna & Bo", "<b>", "lake", "LAKE", "nul\0"])
    assert read_xmp(made) == {"dc:subject": ["Anna & Bo", "<b>", "lake", "nul"]}


@pytest.mark.parametrize("closed", ["/>", "></r:Description>", ' crs:Tint = "a>b" />'])
def test_keywords_go_into_what_others_wrote_and_every_byte_of_theirs_stays(closed: str) -> None:
    source = FOREIGN.format(dc=closed).encode()
    made = merged(source, ["lake"])
    assert read_xmp(made)["dc:subject"] == ["lake"]
    at = next(n for n, (a, b) in enumerate(zip(source, made, strict=False)) if a != b)
    assert made.startswith(source[:at]) and made.endswith(source[source.index(b"\n </r:RDF>") :])
    assert merged(made, ["Lake"]) == made


def test_keywords_are_added_to_those_that_are_there() -> None:
    made = merged(WITH_BAG, ["grünau", "dog"])
    assert made == WITH_BAG.replace("Grünau</r:li>".encode(), "Grünau</r:li><r:li>dog</r:li>".encode())
    empty = WITH_BAG.replace("<r:Bag><r:li>Grünau</r:li></r:Bag>".encode(), b"<r:Bag/>")
    assert read_xmp(merged(empty, ["dog"]))["dc:subject"] == ["dog"]


@pytest.mark.parametrize(
    "strange",
    [
        b"", b"no xml", WITH_BAG[:300], b"<html/>", "<a/>".encode("utf-16"),
        b'<?xml version="1.0" encoding="latin-1"?>' + WITH_BAG.split(b"?>", 1)[1],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + WITH_BAG.split(b"?>", 1)[1],
        WITH_BAG.replace("<r:Bag><r:li>Grünau</r:li></r:Bag>".encode(), b"Gr"),
    ],
)  # fmt: skip
def test_what_is_strange_stays_as_it_is(strange: bytes) -> None:
    with pytest.raises(InputError, match="stays as it is"):
        merged(strange, ["dog"])


@given(st.lists(st.text(min_size=1), max_size=5))
def test_any_words_make_a_sidecar_that_can_be_read(words: list[str]) -> None:
    again = merged(merged(None, [word.encode("utf-8", "replace").decode() for word in words]), ["dog"])
    assert "dog" in [word.casefold() for word in read_xmp(again)["dc:subject"]]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    made = tmp_path / "a[1].jpg"
    made.write_bytes(b"a photo")
    return made


def test_an_act_is_written_and_taken_back(tmp_path: Path, photo: Path) -> None:
    other = tmp_path / "b.jpg"
    other.write_bytes(b"another")
    (tmp_path / "b.xmp").write_bytes(WITH_BAG)
    exporting = Exporting(tmp_path / "acts")
    report = exporting.write({str(photo): ["lake"], str(other): ["dog"], str(tmp_path / "gone.jpg"): ["x"], str(other) + "2": []})
    assert report.written == (f"{photo}.xmp", str(tmp_path / "b.xmp"))
    assert [path for path, _ in report.refused] == [str(tmp_path / "gone.jpg"), str(other) + "2"]
    assert report.refused[1][1] == "it has no tags of yours", "some may be suggested"
    assert exporting.write({str(photo): ["Lake"]}).unchanged == 1
    assert exporting.last() == report.act
    assert exporting.undo(report.act).written == report.written
    assert not Path(f"{photo}.xmp").exists() and (tmp_path / "b.xmp").read_bytes() == WITH_BAG
    assert (photo.read_bytes(), other.read_bytes()) == (b"a photo", b"another")
    with pytest.raises(UsageError, match="nothing to take back"):
        exporting.undo(report.act)
    assert not list(tmp_path.glob(".*.new"))


def test_the_newest_acts_alone_can_be_taken_back(tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting_module, "KEPT", 2)
    exporting = Exporting(tmp_path / "acts")
    acts = [exporting.write({str(photo): [name]}).act for name in ("lake", "boat", "sun")]
    assert sorted(folder.name for folder in (tmp_path / "acts").iterdir()) == acts[1:]
    assert exporting.last() == acts[2]
    with pytest.raises(UsageError):
        exporting.undo(acts[0])
    exporting.undo(acts[2])
    exporting.undo(acts[1])
    assert "lake" in photo.with_name(photo.name + ".xmp").read_text(encoding="utf-8")


def test_what_was_changed_since_is_not_taken_back(tmp_path: Path, photo: Path) -> None:
    exporting = Exporting(tmp_path / "acts")
    report = exporting.write({str(photo): ["lake"]})
    Path(report.written[0]).write_bytes(WITH_BAG)
    undone = exporting.undo(report.act)
    assert undone.written == () and "changed since" in undone.refused[0][1]
    assert Path(report.written[0]).read_bytes() == WITH_BAG


def test_a_sidecar_that_may_be_another_photos_is_not_used(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "a[1].xmp").write_bytes(WITH_BAG)
    assert sidecar_of(photo).name == "a[1].xmp"
    (tmp_path / "a[1].CR2").write_bytes(b"raw")
    assert sidecar_of(photo).name == "a[1].jpg.xmp"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, photo: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        report = Exporting(tmp_path.parent / "acts").write({str(photo): ["lake"]})
    finally:
        tmp_path.chmod(0o700)
    assert "cannot be written" in report.refused[0][1]
