"""kill -9 at random moments while 300 copies go to the trash or come back: each is in its place or in the trash, and listed.

FACET_KILLS sets how many kills (6).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import draw_photo

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="uses the trash of other desktops")

KILLS = int(os.environ.get("FACET_KILLS", "6"))
ORIGINALS, COPIES = 100, 3

DRIVER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from app.engine import requests as r
from app.engine.removals import Removal
from app.engine.service import Engine
answers = {}
def emit(event):
    if isinstance(event, (r.Done, r.Failed)):
        answers[event.ticket] = event
engine = Engine(Path(sys.argv[1]), emit, inline=True)
def ask(request):
    answer = answers.pop(engine.submit(request))
    assert isinstance(answer, r.Done), answer
    return answer.answer
print(json.dumps("open"), flush=True)
for line in sys.stdin:
    command, *given = json.loads(line)
    if command == "trash":
        said = asdict(ask(r.ApplyRemoval(ask(r.PlanRemoval(tuple(Removal(tuple(go), (keep,)) for keep, go in given[0]))))))
    elif command == "undo":
        said = ask(r.UndoTrash(given[0]))
    elif command == "redo":
        said = asdict(ask(r.RedoTrash(given[0])))
    elif command == "list":
        said = [[act.act, [asdict(file) for file in ask(r.ListActFiles(act.act))]] for act in ask(r.ListActs(1000))]
    print(json.dumps(said), flush=True)
engine.stop()
"""


class Facet:
    """The program in a process of its own, which answers a line for a line."""

    def __init__(self, library: Path) -> None:
        command = [sys.executable, "-c", DRIVER, str(library)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.answer() == "open"

    def begin(self, *command: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, *command: object) -> Any:
        self.begin(*command)
        return self.answer()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def close(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


class Photos:
    """100 photos with 3 copies each, in folders of their own, and what is known to be in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content: dict[Path, bytes] = {}
        self.groups: list[tuple[Path, list[Path]]] = []
        for n in range(ORIGINALS):
            original = folder / "originals" / f"{n:03}.jpg"
            original.parent.mkdir(parents=True, exist_ok=True)
            draw_photo(n, (96, 72)).save(original, quality=80)
            copies = [folder / f"copies {k}" / f"{n:03}.jpg" for k in range(COPIES)]
            for copy in copies:
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(original, copy)
            self.groups.append((original, copies))
            self.content |= dict.fromkeys([original, *copies], original.read_bytes())

    @property
    def asked(self) -> list[tuple[str, list[str]]]:
        return [(str(original), [str(copy) for copy in copies]) for original, copies in self.groups]

    def all_in_place(self) -> bool:
        return all(path.is_file() and path.read_bytes() == content for path, content in self.content.items())

    def check(self, acts: list[Any], trash: Path) -> tuple[int, int]:
        """Every copy is in its place or in the trash, whole, once, and told so; how many are where."""
        (act,) = acts
        listed = {file["path"]: file for file in act[1]}
        for original, copies in self.groups:
            assert original.read_bytes() == self.content[original], "at no moment is there no copy"
            for copy in copies:
                file = listed[str(copy)]
                here = copy.exists()
                there = file["moved_to"] is not None and file["state"] == "moved" and Path(file["moved_to"]).exists()
                assert here != there, file
                assert file["state"] == "moved" if there else file["state"] in ("refused", "undone"), file
                assert (Path(file["moved_to"]) if there else copy).read_bytes() == self.content[copy]
        moved = sum(file["state"] == "moved" for file in listed.values())
        files = {file.name for file in (trash / "files").iterdir()}
        notes = {note.stem for note in (trash / "info").iterdir()}
        assert files == notes and len(files) == moved
        return moved, len(listed) - moved


class Kills:
    """A library of these photos that has read them, and how long the whole trash takes when nobody kills it."""

    def __init__(self, folder: Path) -> None:
        self.photos, self.trash = Photos(folder / "photos"), folder / "data" / "Trash"
        self.library, self._indexed = folder / "library", folder / "indexed"
        self.found: list[tuple[int, int]] = []
        command = [sys.executable, "-m", "app", "index", str(self.photos.folder), "--library", str(self._indexed)]
        subprocess.run([*command, "--facets", "copy"], check=True, capture_output=True)
        self.anew()
        whole = Facet(self.library)
        began = time.monotonic()
        report = whole.ask("trash", self.photos.asked)
        self.seconds = time.monotonic() - began
        assert len(report["moved"]) == ORIGINALS * COPIES and not report["refused"]
        whole.ask("undo", report["act"])
        whole.close()
        assert self.photos.all_in_place()

    def anew(self) -> None:
        """As it was before the first act."""
        for folder in (self.library, self.trash):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._indexed, self.library)
        for path, content in self.photos.content.items():
            if not path.exists():
                path.write_bytes(content)


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kills]:
    folder = tmp_path_factory.mktemp("kills")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        yield Kills(folder)


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_a_random_moment_every_photo_is_in_its_place_or_in_the_trash(kills: Kills, number: int) -> None:
    kills.anew()
    photos, trash = kills.photos, kills.trash
    backwards = number % 3 == 2  # in every third round it is the undo that is killed
    running = Facet(kills.library)
    act = running.ask("trash", photos.asked)["act"] if backwards else 1
    running.begin(*(("undo", act) if backwards else ("trash", photos.asked)))
    time.sleep(random.Random(number).uniform(0.05, 0.9) * kills.seconds)
    running.kill()
    after = Facet(kills.library)
    acts = after.ask("list")
    if acts:
        moved, in_place = photos.check(acts, trash)
        kills.found.append((moved, in_place))
        if not backwards and number % 2:
            assert len(after.ask("redo", act)["moved"]) == in_place, "the rest goes when it is asked for again"
        after.ask("undo", act)
        assert photos.check(after.ask("list"), trash) == (0, ORIGINALS * COPIES)
    after.close()
    assert photos.all_in_place(), "also where nothing was written down, for then nothing had moved"


def test_acts_were_under_way_when_they_were_killed(kills: Kills) -> None:
    print(f"\nmoved and in place after each kill: {kills.found}")
    assert any(moved and in_place for moved, in_place in kills.found)
