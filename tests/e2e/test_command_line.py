"""The whole program through its command line, in processes of its own, on drawn photos."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.engine.library.digest import digest_of
from app.engine.library.freedesktop import FreedesktopTrash
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.writing import open_writer
from tests.conftest import draw_photo

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def facet(tmp_path: Path) -> Run:
    """Runs `facet ARGUMENTS` on a library of its own."""

    def run(*arguments: str | Path, given: str | None = None, library: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "FACET_LIBRARY": str(library or tmp_path / "library")}
        command = [sys.executable, "-m", "app", *map(str, arguments)]
        return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, timeout=300, check=False)

    return run


def answer(run: subprocess.CompletedProcess[str]) -> Any:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def read_photos(facet: Run, folder: Path, facets: str = "copy,color") -> Any:
    """`facet index`, by default without the model, which takes seconds to load."""
    return answer(facet("index", folder, "--facets", facets, "--json"))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three photos: a plain one, a smaller copy of it, another one; and a text that is named as a picture."""
    folder = tmp_path / "photos"
    folder.mkdir()
    draw_photo(1, (900, 600)).save(folder / "one.jpg", quality=92)
    draw_photo(1, (900, 600)).resize((450, 300)).save(folder / "one small.png")
    draw_photo(2, (600, 800)).save(folder / "two.webp", quality=90)
    (folder / "notes.jpg").write_text("not a picture")
    (folder / "readme.txt").write_text("nor this")
    return folder


def test_index_counts_files_and_names_the_unreadable(facet: Run, photos: Path) -> None:
    report = read_photos(facet, photos, "all")
    assert (report["found"], report["added"], report["unchanged"]) == (4, 3, 0)
    assert [u["path"] for u in report["unreadable"]] == [str(photos / "notes.jpg")]
    status = answer(facet("status", "--json"))
    done = {name: count["done"] for name, count in status["facets"].items()}
    assert done == {"meaning": 3, "look": 3, "copy": 3, "color": 3, "crop": 3, "words": 3, "tags": 3}
    again = read_photos(facet, photos)
    assert (again["found"], again["added"], again["unchanged"], len(again["unreadable"])) == (4, 0, 3, 1)


def test_change_rename_and_delete_are_seen(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    (photos / "one.jpg").rename(photos / "renamed.jpg")
    draw_photo(9, (600, 800)).save(photos / "two.webp", quality=90)
    (photos / "one small.png").unlink()
    report = read_photos(facet, photos)
    assert (report["found"], report["changed"], report["removed"], report["unchanged"]) == (3, 1, 1, 1)
    status = answer(facet("status", "--json"))
    assert status["photos"] == 2
    assert status["facets"]["copy"] == {"done": 2, "pending": 0}


def test_similar_finds_the_same_picture_mirrored_and_leaves_the_query_out(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    mirrored = tmp_path / "mirrored.jpg"
    draw_photo(1, (900, 600)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(mirrored, quality=80)
    hits = answer(facet("similar", mirrored, "--by", "copy", "--json"))["hits"]
    assert {Path(h["path"]).name for h in hits} == {"one.jpg", "one small.png"}
    assert {h["reasons"][0]["turn"] for h in hits} == {"mirror"}
    hits = answer(facet("similar", photos / "one.jpg", "--by", "color", "--json"))["hits"]
    assert next(Path(h["path"]).name for h in hits) == "one small.png"
    assert "one.jpg" not in {Path(h["path"]).name for h in hits}


def test_a_library_photo_answers_from_what_is_stored_when_its_drive_is_away(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    photos.rename(tmp_path / "unplugged")
    hits = answer(facet("similar", photos / "one.jpg", "--by", "copy", "--json"))["hits"]
    assert [Path(h["path"]).name for h in hits] == ["one small.png"]
    assert answer(facet("status", "--json"))["folders"][0]["state"] == "offline"
    report = read_photos(facet, tmp_path / "unplugged")
    assert report["added"] == 3


def test_search_by_color_and_by_condition(facet: Run, photos: Path) -> None:
    Image.new("RGB", (300, 300), "#1060e0").save(photos / "blue.png")
    read_photos(facet, photos, "all")
    hits = answer(facet("search", "--color", "#1060e0", "--json"))["hits"]
    assert Path(hits[0]["path"]).name == "blue.png" and not hits[0]["weak"]
    hits = answer(facet("search", "--where", "format=webp", "--json"))["hits"]
    assert [Path(h["path"]).name for h in hits] == ["two.webp"]
    hits = answer(facet("search", "something", "--where", "width<500", "--json"))["hits"]
    assert {Path(h["path"]).name for h in hits} == {"blue.png", "one small.png"}


def test_a_facet_that_no_photo_was_read_for_is_named(facet: Run, photos: Path) -> None:
    read_photos(facet, photos, "color")
    found = answer(facet("search", "a red square", "--json"))
    assert found["hits"] == [] and found["unread"] == ["meaning"]
    found = answer(facet("similar", photos / "one.jpg", "--json"))
    assert found["hits"] and found["unread"] == ["meaning", "look", "copy", "crop"]
    assert "facet: meaning: no photo has been read for it yet; facet index reads them" in facet("search", "a boat").stderr
    assert "unread" not in answer(facet("similar", photos / "one.jpg", "--by", "color", "--json"))


def test_hits_say_how_near_they_are_and_copies_stand_behind_the_first(facet: Run, photos: Path) -> None:
    read_photos(facet, photos, "all")
    hits = answer(facet("search", "a drawing", "--fold", "--json"))["hits"]
    folded = {Path(h["path"]).name: [Path(p).name for p in h["folded"]] for h in hits}
    assert sorted(len(names) for names in folded.values()) == [0, 1] and "two.webp" in folded
    assert all(h["closeness"] in {"very close", "close", "loose", "far"} for h in hits)
    assert all(h["weak"] == (h["closeness"] == "far") for h in hits)
    hits = answer(facet("search", "--where", "width>0", "--json"))["hits"]
    assert [h["closeness"] for h in hits] == [None] * 3 and not any("folded" in h for h in hits)
    run = facet("search", "a drawing", "--fold")
    assert run.returncode == 0 and "+1 copies" in run.stdout


def test_words_in_quotes_minus_and_unlike(facet: Run, photos: Path) -> None:
    read_photos(facet, photos, "all")
    hits = answer(facet("search", '"ONE small"', "--json"))["hits"]
    assert [Path(h["path"]).name for h in hits] == ["one small.png"]
    hits = answer(facet("search", 'a drawing "photos"', "-k", "all", "--json"))["hits"]
    assert len(hits) == 3
    hits = answer(facet("search", "a drawing", "--unlike", photos / "two.webp", "-k", "all", "--json"))["hits"]
    assert next(h["weak"] for h in hits if Path(h["path"]).name == "two.webp")
    hits = answer(facet("search", "a drawing -airplane", "--image", photos / "one.jpg", "--text-share", "0.2", "--json"))["hits"]
    assert Path(hits[0]["path"]).name == "one.jpg"


def test_all_hits_and_those_above_a_score(facet: Run, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(25):
        draw_photo(n, (160, 120)).save(folder / f"{n}.png")
    read_photos(facet, folder, "all")
    assert len(answer(facet("search", "a drawing", "--json"))["hits"]) == 20
    hits = answer(facet("search", "a drawing", "-k", "all", "--json"))["hits"]
    scores = [h["score"] for h in hits]
    assert len(hits) == 25 and scores == sorted(scores, reverse=True)
    above = answer(facet("search", "a drawing", "-k", "all", "--min-score", str(scores[9]), "--json"))["hits"]
    assert [h["path"] for h in above] == [h["path"] for h in hits if h["score"] >= scores[9]]


def test_duplicates_name_the_keeper_and_write_a_table(facet: Run, photos: Path, tmp_path: Path) -> None:
    shutil.copy(photos / "two.webp", photos / "two again.webp")
    read_photos(facet, photos)
    groups = answer(facet("duplicates", "--json"))["groups"]
    assert {g["kind"] for g in groups} == {"identical", "resized"}
    resized = next(g for g in groups if g["kind"] == "resized")
    assert [(Path(p["path"]).name, p["keep"]) for p in resized["photos"]] == [("one.jpg", True), ("one small.png", False)]
    assert resized["photos"][0]["relation"] is None and resized["photos"][1]["relation"]["kind"] == "resized"
    assert [g["kind"] for g in answer(facet("duplicates", "--kinds", "identical", "--json"))["groups"]] == ["identical"]
    assert facet("duplicates", "--csv", tmp_path / "table.csv").returncode == 0
    with (tmp_path / "table.csv").open(newline="") as file:
        table = [(row["group"], row["kind"], row["keep"], row["relation"]) for row in csv.DictReader(file)]
    one, two = ("resized", "identical") if groups[0]["kind"] == "resized" else ("identical", "resized")
    assert table == [("1", one, "1", ""), ("1", one, "0", one), ("2", two, "1", ""), ("2", two, "0", two)]
    nowhere = facet("duplicates", "--csv", tmp_path / "no" / "table.csv")
    assert nowhere.returncode == 2 and "--csv" in nowhere.stderr


def test_options_say_which_copy_is_kept(facet: Run, photos: Path) -> None:
    safe = photos / "safe"
    safe.mkdir()
    shutil.copy(photos / "two.webp", safe)
    read_photos(facet, photos)

    def kept(*options: object) -> list[tuple[str, bool]]:
        (group,) = answer(facet("duplicates", "--kinds", "identical", "--json", *options))["groups"]
        return [(Path(p["path"]).parent.name, p["keep"]) for p in group["photos"]]

    assert kept() == [(photos.name, True), ("safe", False)], "the shorter path"
    assert kept("--prefer", safe) == [("safe", True), (photos.name, False)]
    assert kept("--prefer", safe, "--keep", "name,folder") == [(photos.name, True), ("safe", False)]
    assert kept("--protect", safe, "--keep", "name") == [(photos.name, True), ("safe", True)]
    wrong = facet("duplicates", "--keep", "beauty")
    assert wrong.returncode == 2 and "resolution" in wrong.stderr


def test_forget_takes_a_photo_and_a_folder_out_and_leaves_the_files(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    before = {p: p.read_bytes() for p in photos.iterdir()}
    assert answer(facet("forget", photos / "two.webp", "--json"))["photos"] == 1
    assert read_photos(facet, photos)["found"] == 3, "what was taken out stays out"
    assert answer(facet("forget", photos, "--json"))["photos"] == 2
    status = answer(facet("status", "--json"))
    assert (status["photos"], status["folders"]) == (0, [])
    assert {p: p.read_bytes() for p in photos.iterdir()} == before
    assert read_photos(facet, photos)["added"] >= 2


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="uses the trash of other desktops")
def test_what_went_to_the_trash_is_listed_and_put_back(
    facet: Run, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    read_photos(facet, photos)
    nothing = facet("undo")
    assert nothing.returncode == 2 and nothing.stderr == "facet: there is nothing to undo\n"
    assert answer(facet("undo", "--list", "--json")) == {"acts": []}
    gone = [photos / "one.jpg", photos / "two.webp"]
    with closing(Journal(tmp_path / "library" / "journal.sqlite")) as journal:
        for path in gone:
            finish(journal.trash([PlannedMove(str(path), digest_of(path), path.stat().st_size)], FreedesktopTrash()))
    acts = answer(facet("undo", "--list", "--json"))["acts"]
    assert [(act["act"], act["moved"], act["undone"]) for act in acts] == [(2, 1, 0), (1, 1, 0)]
    with open_writer(tmp_path / "library", lambda _event: None):
        assert "1 in the trash" in facet("undo", "--list").stdout, "also while a window has the library"
        assert facet("undo").returncode != 0
    assert not list((tmp_path / "library").glob("journal.sqlite-*")), "nothing is left beside it"
    assert answer(facet("undo", "1", gone[0], "--json")) == {"act": 1, "restored": [str(gone[0])]}
    assert facet("undo").stdout == f"{gone[1]}\n"
    assert all(path.exists() for path in gone)
    assert facet("undo", "first").returncode == 2


def test_a_part_of_a_photo_is_searched_by_and_one_that_is_partly_outside_is_cut(facet: Run, photos: Path, tmp_path: Path) -> None:
    sheet = Image.new("RGB", (1_500, 800), "white")
    sheet.paste(draw_photo(1, (900, 600)), (0, 0))
    sheet.paste(draw_photo(2, (600, 800)), (900, 0))
    sheet.save(tmp_path / "sheet.png")
    read_photos(facet, photos)

    def best(box: str) -> Any:
        return answer(facet("similar", tmp_path / "sheet.png", "--by", "copy", "--box", box, "--json"))["hits"]

    assert {Path(hit["path"]).stem for hit in best("0,0,900,600")} == {"one", "one small"}
    assert [Path(hit["path"]).stem for hit in best("900,0,600,800")] == ["two"]
    assert best("900,-50,9000,9000") == best("900,0,600,800"), "what is outside is cut off"
    lines = [{"op": "similar", "photo": str(tmp_path / "sheet.png"), "by": "copy", "box": [900, -50, 9000, 9000]}]
    lines += [lines[0] | {"box": "900,0,600,800"}]
    run = facet("query", given="\n".join(map(json.dumps, lines)) + "\n")
    assert [json.loads(line)["hits"] for line in run.stdout.splitlines()] == [best("900,0,600,800")] * 2


def test_query_gives_one_line_for_every_line(facet: Run, photos: Path) -> None:
    read_photos(facet, photos, "all")
    lines = [
        json.dumps({"id": 1, "op": "search", "text": "a drawing", "k": 2}),
        "this is no JSON",
        json.dumps([1, 2]),
        json.dumps({"id": "x", "op": "fly"}),
        json.dumps({"id": 2, "op": "similar", "photo": str(photos / "one.jpg"), "by": "crop"}),
        json.dumps({"id": 3, "op": "similar", "photo": str(photos / "missing.jpg")}),
        json.dumps({"id": 4, "op": "info", "photo": str(photos / "two.webp")}),
        json.dumps({"id": 5, "op": "duplicates"}),
        json.dumps({"id": 6, "op": "search", "text": "x", "where": ["date>=never"]}),
        json.dumps({"id": 7, "op": "search", "text": "狗"}),
        json.dumps({"id": 8, "op": "similar", "photo": str(photos / "notes.jpg")}),
        json.dumps({"id": 9, "op": "search", "text": "x", "unlike": str(photos / "two.webp"), "text_share": 0.7, "fold": True}),
        json.dumps({"id": 10, "op": "similar", "photo": str(photos / "one.jpg"), "further": True, "without": ["dog"]}),
        json.dumps({"id": 11, "op": "search", "text": "x", "fold": "yes"}),
        json.dumps({"id": 12, "op": "search", "text": "x", "text_share": 2}),
        json.dumps({"id": 13, "op": "search", "text": "x", "unlike": [str(photos / "notes.jpg")]}),
    ]
    run = facet("query", given="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [a["id"] for a in answers] == [1, None, None, "x", *range(2, 14)]
    assert len(answers[0]["hits"]) == 2 and answers[0]["took_ms"] > 0
    assert "hits" in answers[4] and answers[6]["photos"][0]["width"] == 600
    assert answers[7]["groups"]
    assert [len(h["folded"]) for h in answers[11]["hits"]] and "folded" not in answers[12]["hits"][0]
    codes = {a["id"]: a["error"]["code"] for a in answers if "error" in a and a["id"] is not None}
    assert codes == {
        "x": "usage", 3: "input", 6: "filter", 7: "usage", 8: "unreadable", 11: "usage", 12: "usage",
        13: "unreadable",
    }  # fmt: skip


def test_a_box_that_cannot_be_is_wrong_usage(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    wrong = {
        "1,2,3": "x,y,width,height", "a,b,c,d": "x,y,width,height", "1.5,0,5,5": "x,y,width,height", "0,0,0,5": "no area",
        "0,0,5,-5": "no area", "900,0,10,10": "outside", "-10,0,10,10": "outside",
    }  # fmt: skip
    for box, words in wrong.items():
        run = facet("similar", photos / "one.jpg", "--by", "copy", "--box", box)
        assert (run.returncode, run.stdout) == (2, "") and run.stderr.startswith("facet: ") and words in run.stderr, box
    boxes = ["[1e999,0,5,5]", "[0.5,0,5,5]", "[0,0,true,5]", "{}", "7", '"1,2"', "[0,0,0,1]", "[900,0,5,5]", "[1e30,0,5,5]"]
    photo = json.dumps(str(photos / "one.jpg"))
    lines = [f'{{"op": "similar", "by": "copy", "photo": {photo}, "box": {box}}}' for box in boxes]
    run = facet("query", given="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(one["error"]["code"], "box" in one["error"]["message"]) for one in answers] == [("usage", True)] * len(boxes)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["search"], 2, "nothing to search for"),
        (["search", "x", "-k", "none"], 2, "k must be"),
        (["search", "--color", "blue"], 2, "#rrggbb"),
        (["similar", "nowhere.jpg"], 4, "no file"),
        (["similar", "nowhere.jpg", "--by", "smell"], 2, "there is no facet"),
        (["index", "/nowhere/at/all"], 4, "there is no folder"),
        (["index", "--facets", "smell", "."], 2, "there is no facet"),
        (["duplicates", "--kinds", "cousins"], 2, "there is no kind"),
        (["forget", "/nowhere/at/all"], 4, "not in the library"),
        (["info", "/nowhere.jpg"], 4, "not in the library"),
        (["index"], 2, "required"),
        (["--json", "--fly", "status"], 2, "--json"),
        (["verify"], 2, "no command verify yet"),
        (["search", "x", "--min-score", "nan"], 2, "from 0 to 1"),
        (["search", "x", "--text-share", "2"], 2, "from 0 to 1"),
        (["search", "x", "--unlike", "nowhere.jpg"], 4, "no file"),
        (["search", '""'], 2, "nothing to search for"),
        (["search", "-dog"], 2, "see facet --help"),
        (["search", " ".join(f'"{n}"' for n in range(2_000))], 2, "too many for one search"),
        (["search", "👩‍🚀"], 2, "words"),
        (["info", "/no\nwhere.jpg"], 4, "/no\\nwhere.jpg"),
        (["index", __file__], 4, "is not a folder"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    facet: Run, photos: Path, arguments: list[str], status: int, words: str
) -> None:
    empty = photos / "empty"
    empty.mkdir()
    read_photos(facet, empty)
    run = facet(*arguments)
    assert run.returncode == status
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1 and run.stderr.startswith("facet: ") and words in run.stderr


def test_what_every_command_has_may_stand_before_its_name(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    status = answer(facet("--library", tmp_path / "library", "--json", "status", library=tmp_path / "other"))
    assert status["photos"] == 3


def test_an_unreadable_query_picture_is_named(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    run = facet("similar", photos / "notes.jpg")
    assert run.returncode == 4 and str(photos / "notes.jpg") in run.stderr


def test_query_answers_are_strict_json_whatever_is_asked(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    odd = [
        '{"id": NaN, "op": "duplicates"}',
        '{"id": 1, "op": "similar", "photo": "a\\u0000b"}',
        '{"id": 2, "op": "search", "text": "x", "min_score": 2}',
        '{"id": 3, "op": "duplicates", "kinds": "identical, resized"}',
        "[" * 100_000,
    ]
    run = facet("query", given="\n".join(odd) + "\n")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    answers = [json.loads(line, parse_constant=refuse) for line in run.stdout.splitlines()]
    assert [a.get("error", {}).get("code") for a in answers] == ["usage", "usage", "usage", None, "usage"]
    assert answers[3]["groups"]


def test_nobody_listening_is_no_mistake(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    command = [sys.executable, "-m", "app", "query", "--library", str(tmp_path / "library")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b'{"op": "duplicates"}\n' * 1000)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal")
def test_an_interrupted_index_keeps_what_it_read_and_goes_on(facet: Run, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for n in range(60):
        draw_photo(n, (1600, 1200)).save(many / f"{n}.jpg")
    command = [sys.executable, "-m", "app", "index", str(many), "--facets", "copy", "--library", str(tmp_path / "library")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "library" / "vectors" / "data.mdb").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and len(said.splitlines()) == 1 and said.startswith("facet: ")
    kept = answer(facet("status", "--json"))["photos"]
    report = read_photos(facet, many, "copy")
    assert (report["found"], report["unchanged"], report["added"]) == (60, kept, 60 - kept)


def test_reading_without_a_library_says_how_to_make_one(facet: Run, tmp_path: Path) -> None:
    run = facet("search", "dog", library=tmp_path / "none")
    assert run.returncode == 3 and len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "none").exists(), "reading makes nothing"


def test_a_damaged_library_is_named_and_left_as_it_is(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    catalog = tmp_path / "library" / "catalog.sqlite"
    for side in tmp_path.glob("library/catalog.sqlite-*"):
        side.unlink()
    catalog.write_bytes(b"\x00garbage" * 1000)
    for arguments in (["search", "x"], ["index", str(photos)]):
        run = facet(*arguments)
        assert run.returncode == 3 and len(run.stderr.splitlines()) == 1 and "catalog" in run.stderr
    assert catalog.read_bytes() == b"\x00garbage" * 1000


def test_a_lost_cache_is_made_anew(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)
    shutil.rmtree(tmp_path / "library" / "cache")
    assert answer(facet("similar", photos / "one.jpg", "--by", "copy", "--json"))["hits"]
    assert read_photos(facet, photos)["unchanged"] == 3


def test_a_reader_writes_nothing(facet: Run, photos: Path, tmp_path: Path) -> None:
    read_photos(facet, photos)

    def state() -> dict[str, int]:
        return {
            str(p): p.stat().st_mtime_ns
            for p in (tmp_path / "library").rglob("*")
            if p.is_file() and "-shm" not in p.name and p.name != "lock.mdb"
        }

    before = state()
    answer(facet("search", "x", "--json"))
    answer(facet("duplicates", "--json"))
    assert state() == before


def test_tags_are_given_listed_found_refused_and_cleared(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    first, second = photos / "one.jpg", photos / "two.webp"
    assert answer(facet("tags", "give", "Annas Haus", first, second, "--json")) == {
        "tag": "Annas Haus", "wanted": True, "photos": 2,
    }  # fmt: skip
    facet("tags", "refuse", "annas haus", second)
    assert answer(facet("tags", "--json")) == {"tags": [{"name": "Annas Haus", "photos": 1}]}
    found = answer(facet("search", "--where", "tag~haus and not tag=cat", "--json"))
    assert [hit["path"] for hit in found["hits"]] == [str(first)]
    (info,) = answer(facet("info", first, "--json"))["photos"]
    assert info["tags"] == [{"name": "Annas Haus", "score": 1.0, "given": True, "source": "person"}]
    assert "tags           Annas Haus\n" in facet("info", first).stdout
    assert "1" in facet("tags", "clear", "Annas Haus", first).stdout
    assert answer(facet("tags", "list", "--json")) == {"tags": []}
    wrong = facet("tags", "give", "dog")
    assert (wrong.returncode, wrong.stdout) == (2, "") and "facet tags give dog rex.jpg" in wrong.stderr
    assert facet("tags", "give", "dog", photos / "none.jpg").returncode == 4


def test_tags_are_written_beside_photos_and_that_is_taken_back(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    first, second = photos / "one.jpg", photos / "two.webp"
    before = first.read_bytes()
    facet("tags", "give", "Annas Haus", first)
    report = answer(facet("tags", "export", first, second, "--json"))
    assert report["written"] == [f"{first}.xmp"] and report["refused"] == [
        {"path": str(second), "reason": "it has no tags of yours"}
    ]
    assert "Annas Haus" in Path(f"{first}.xmp").read_text(encoding="utf-8") and first.read_bytes() == before
    assert answer(facet("tags", "undo-export", "--json"))["written"] == [f"{first}.xmp"]
    assert not Path(f"{first}.xmp").exists()
    assert facet("tags", "undo-export").returncode == 2
    assert facet("tags", "export").returncode == 2


def test_captions_are_written_found_and_used_as_titles(facet: Run, photos: Path) -> None:
    read_photos(facet, photos)
    first = photos / "one.jpg"
    facet("tags", "give", "house", first)
    (info,) = answer(facet("info", first, "--json"))["photos"]
    assert info["caption"] is None and info["composed"].startswith("House"), "nothing is passed off as a caption"
    assert answer(facet("captions", "write", "Anna at the lake", first, "--json"))["photos"] == 1
    assert answer(facet("captions", "titles", first, photos / "two.webp", "--json"))["photos"] == 1
    (info,) = answer(facet("info", first, "--json"))["photos"]
    assert (info["caption"], info["title"]) == ("Anna at the lake", "Anna at the lake") and "composed" not in info
    facet("captions", "clear", first)
    assert answer(facet("info", first, "--json"))["photos"][0]["caption"] is None

    before, title = first.read_bytes(), "Anna at the lake"  # what a photo was given goes into its file when that is asked for
    plan = answer(facet("write", "--plan", first, photos / "two.webp", "--json"))
    assert plan["files"] == [{"path": str(first), "title": title, "rating": None, "keywords": []}] and len(plan["refused"]) == 1
    assert first.read_bytes() == before
    written = answer(facet("write", first, "--json"))
    assert (written["written"], written["refused"]) == ([str(first)], []) and title.encode() in first.read_bytes()
    assert answer(facet("info", first, "--json"))["photos"][0]["title"] == title
    assert "1 with facts written into them" in facet("undo", "--list").stdout
    assert answer(facet("undo", "--json")) == {"act": written["act"], "restored": [str(first)]}
    assert first.read_bytes() == before
    assert answer(facet("write", "--plan", first, "--json")) == {"files": plan["files"], "refused": []}
    assert facet("captions", "write", "alone").returncode == 2
