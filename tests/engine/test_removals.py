"""Removals of copies, through the engine: planned, carried out, paused, stopped, undone, redone, also after a restart."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.engine import requests as r
from app.engine.copies import KeeperRules
from app.engine.labels import Caption, CaptionSource, WriteCaptions
from app.engine.library.digest import digest_of
from app.engine.removals import ActState, Removal, RemovalPlan, StayingFile, Steer, TrashReport
from app.engine.service import Engine
from app.engine.trashing import FolderTrash
from tests.conftest import draw_photo
from tests.engine.library.samples import run


class Library:
    """An engine that answers before it returns, and all that it said."""

    def __init__(self, folder: Path, trash: Path) -> None:
        self.folder, self.trash = folder, trash
        self.open()

    def open(self) -> None:
        self.events: list[r.Event] = []
        self.on_event: Callable[[r.Event], None] = lambda _event: None
        self.engine = Engine(self.folder, self._emit, inline=True, trash=FolderTrash(self.trash))

    def _emit(self, event: r.Event) -> None:
        self.events.append(event)
        self.on_event(event)

    def ask(self, request: r.Request) -> Any:
        answer = self.try_asking(request)
        assert isinstance(answer, r.Done), answer
        return answer.answer

    def try_asking(self, request: r.Request) -> r.Done | r.Failed:
        ticket = self.engine.submit(request)
        return next(e for e in self.events if isinstance(e, r.Done | r.Failed) and e.ticket == ticket)

    def read(self, *folders: Path) -> None:
        self.ask(r.AddFolders(tuple(map(str, folders))))
        self.engine.run_until_idle()

    def again(self) -> None:
        self.engine.stop()
        self.open()
        self.engine.run_until_idle()

    def plan(self, *groups: tuple[list[Path], list[Path]], merge: bool = False) -> RemovalPlan:
        removals = tuple(Removal(tuple(map(str, going)), tuple(map(str, keepers))) for going, keepers in groups)
        plan: RemovalPlan = self.ask(r.PlanRemoval(removals, merge))
        return plan

    def apply(self, plan: RemovalPlan) -> TrashReport:
        report: TrashReport = self.ask(r.ApplyRemoval(plan))
        return report


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library", tmp_path / "trash")
    yield opened
    opened.engine.stop()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """`original.jpg`, two copies of its bytes, a smaller one, and another photo."""
    folder = tmp_path / "photos"
    folder.mkdir()
    draw_photo(1).save(folder / "original.jpg", quality=92)
    for name in ("copy 1.jpg", "copy 2.jpg"):
        shutil.copy(folder / "original.jpg", folder / name)
    draw_photo(1).resize((320, 240)).save(folder / "small.jpg")
    draw_photo(2).save(folder / "other.jpg")
    return folder


def reasons(refused: tuple[Any, ...]) -> dict[str, str]:
    return {Path(file.path).name: file.reason for file in refused}


def test_a_plan_says_what_goes_what_stays_and_what_that_frees(library: Library, photos: Path) -> None:
    library.read(photos)
    going, keeper = [photos / "copy 1.jpg", photos / "small.jpg"], photos / "original.jpg"
    plan = library.plan((going, [keeper]))
    assert [file.path for file in plan.files] == [str(path) for path in going]
    assert plan.frees == sum(path.stat().st_size for path in going)
    assert plan.stays == (str(keeper),)
    assert [(share.folder, share.files, share.frees) for share in plan.folders] == [(str(photos), 2, plan.frees)]
    assert (plan.refused, plan.notes, plan.own_folders) == ((), (), ())
    assert all(path.exists() for path in going), "a plan moves nothing"
    assert library.ask(r.ListActs()) == ()


def test_a_plan_is_carried_out_undone_and_redone_one_by_one_and_as_a_whole(library: Library, photos: Path) -> None:
    library.read(photos)
    going = [photos / "copy 1.jpg", photos / "copy 2.jpg", photos / "small.jpg"]
    contents = {path: path.read_bytes() for path in going}
    report = library.apply(library.plan((going, [photos / "original.jpg"])))
    assert report.moved == tuple(map(str, going)) and not report.refused
    assert report.freed == sum(map(len, contents.values()))
    assert {row.name for row in library.ask(r.ListPhotos())} == {"original.jpg", "other.jpg"}
    (act,) = library.ask(r.ListActs())
    assert (act.act, act.moved, act.undone, act.refused, act.planned, act.bytes) == (report.act, 3, 0, 0, 0, report.freed)
    assert library.ask(r.UndoTrash(report.act, (str(going[1]),))) == (str(going[1]),)
    assert [path.exists() for path in going] == [False, True, False]
    library.again()
    states = [file.state for file in library.ask(r.ListActFiles(report.act))]
    assert states == [ActState.MOVED, ActState.UNDONE, ActState.MOVED]
    assert set(library.ask(r.UndoTrash(report.act))) == {str(going[0]), str(going[2])}
    assert {path: path.read_bytes() for path in going} == contents
    library.engine.run_until_idle()
    assert len(library.ask(r.ListPhotos())) == 3
    assert library.ask(r.RedoTrash(report.act, (str(going[0]),))).moved == (str(going[0]),)
    again = library.ask(r.RedoTrash(report.act))
    assert (again.act, set(again.moved)) == (report.act, {str(going[1]), str(going[2])})
    library.again()
    assert len(library.ask(r.UndoTrash(report.act))) == 3
    assert {path: path.read_bytes() for path in going} == contents


def test_a_removal_of_copies_always_leaves_one(library: Library, photos: Path) -> None:
    library.read(photos)
    copies = [photos / name for name in ("original.jpg", "copy 1.jpg", "copy 2.jpg")]
    plan = library.plan((copies[1:], []), ([photos / "other.jpg"], []))
    assert plan.stays == (str(copies[0]),), "without a named keeper the same bytes must stay somewhere"
    assert "name one to keep" in reasons(plan.refused)["other.jpg"]
    none_stays = library.plan((copies, []))
    assert none_stays.files == () and len(none_stays.refused) == 3
    crossed = library.plan(([copies[0]], [copies[1]]), ([copies[1]], [copies[0]]))
    assert crossed.files == (), "each would be the other's keeper"
    forged = RemovalPlan(tuple(replace(file, stays=()) for file in plan.files))
    failed = library.try_asking(r.ApplyRemoval(forged))
    assert isinstance(failed, r.Failed) and failed.code == "usage" and all(copy.exists() for copy in copies)
    assert library.ask(r.MoveToTrash((str(photos / "other.jpg"),))).moved, "a single photo may go at the user's wish"


def test_what_changes_between_the_plan_and_its_moment_stays(library: Library, photos: Path) -> None:
    for n in range(3):
        shutil.copy(photos / "other.jpg", photos / f"other {n}.jpg")
    library.read(photos)
    plan = library.plan(
        ([photos / "copy 1.jpg", photos / "copy 2.jpg", photos / "small.jpg"], [photos / "original.jpg"]),
        ([photos / "other 0.jpg", photos / "other 1.jpg"], [photos / "other.jpg"]),
    )
    (photos / "copy 1.jpg").unlink()
    (photos / "copy 2.jpg").write_bytes(b"something else")
    (photos / "other.jpg").write_bytes((photos / "other.jpg").read_bytes()[:-1])
    report = library.apply(plan)
    assert report.moved == (str(photos / "small.jpg"),)
    told = reasons(report.refused)
    assert told["copy 1.jpg"] == "it is no longer there"
    assert "it changed since you looked at it" in told["copy 2.jpg"]
    assert "the copy that was to be kept" in told["other 0.jpg"] and "other 1.jpg" in told
    assert [file.state for file in library.ask(r.ListActFiles(report.act))].count(ActState.REFUSED) == 4


def test_what_is_protected_after_the_plan_stays_also_when_it_is_done_again(library: Library, photos: Path) -> None:
    library.read(photos)
    going = [photos / "copy 1.jpg", photos / "small.jpg"]
    plan = library.plan((going, [photos / "original.jpg"]))
    library.ask(r.ChangeKeeperRules(KeeperRules(protected=(str(photos),))))
    refused = library.apply(plan)
    assert not refused.moved and all("it is in a protected folder" in file.reason for file in refused.refused)
    assert not library.ask(r.RedoTrash(refused.act)).moved and all(path.exists() for path in going)
    alone = library.ask(r.MoveToTrash((str(going[1]),)))
    assert alone.moved, "by itself a photo goes at the user's wish"
    assert library.ask(r.UndoTrash(alone.act)) and library.ask(r.RedoTrash(alone.act)).moved
    library.ask(r.ChangeKeeperRules(KeeperRules()))
    assert library.ask(r.RedoTrash(refused.act, (str(going[0]),))).moved


def test_a_keeper_with_other_bytes_must_decode_at_that_moment(library: Library, photos: Path) -> None:
    library.read(photos)
    whole = (photos / "small.jpg").read_bytes()
    plan = library.plan(([photos / "original.jpg"], [photos / "small.jpg"]))
    broken = whole[: len(whole) // 3]
    (photos / "small.jpg").write_bytes(broken)
    digest = digest_of(photos / "small.jpg")
    (file,) = plan.files
    fooled = replace(file, stays=(StayingFile(file.stays[0].path, digest),))
    report = library.apply(RemovalPlan((fooled,)))
    assert not report.moved and "cannot be read" in report.refused[0].reason
    (photos / "small.jpg").write_bytes(whole)
    assert library.apply(plan).moved == (str(photos / "original.jpg"),)


def test_links_free_nothing_and_one_file_seen_twice_counts_once(library: Library, photos: Path, tmp_path: Path) -> None:
    os.link(photos / "original.jpg", photos / "hard.jpg")
    shutil.copy(photos / "original.jpg", tmp_path / "elsewhere.jpg")
    (photos / "soft.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    library.read(photos)
    plan = library.plan(([photos / "hard.jpg", photos / "soft.jpg"], [photos / "original.jpg"]))
    assert plan.frees == 0 and [file.frees for file in plan.files] == [0, 0]
    notes = reasons(plan.notes)
    assert "hard link" in notes["hard.jpg"] and "a link to another file" in notes["soft.jpg"]
    report = library.apply(plan)
    assert (len(report.moved), report.freed) == (2, 0)
    assert (photos / "original.jpg").exists() and (tmp_path / "elsewhere.jpg").exists()
    library.ask(r.UndoTrash(report.act))
    library.engine.run_until_idle()
    assert (photos / "soft.jpg").readlink() == tmp_path / "elsewhere.jpg"
    both = library.plan(([photos / "original.jpg", photos / "hard.jpg"], [photos / "copy 1.jpg"]))
    assert both.frees == (photos / "original.jpg").stat().st_size and both.notes == (), "both names go: that frees the file"


def test_the_same_file_under_two_watched_folders_counts_once(library: Library, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(photos)
    library.read(photos, tmp_path / "linked")
    seen = [Path(path) for row in library.ask(r.ListPhotos()) for path in library.ask(r.Info(row.path)).files]
    elsewhere = tmp_path / "linked" / "copy 1.jpg"
    plan = library.plan(([photos / "copy 1.jpg", elsewhere], [photos / "original.jpg"]))
    assert len(plan.files) == 1 and plan.frees == (photos / "copy 1.jpg").stat().st_size
    assert len(plan.refused) == 1, seen
    alone = library.plan(([photos / "other.jpg"], [tmp_path / "linked" / "other.jpg"]))
    assert alone.files == ()


def test_a_folder_that_may_not_be_changed_is_told_in_the_plan_and_at_the_moment(library: Library, photos: Path) -> None:
    library.read(photos)
    plan = library.plan(([photos / "copy 1.jpg", photos / "copy 2.jpg"], [photos / "original.jpg"]))

    class Forbidden(FolderTrash):
        def move(self, path: Path) -> Path:
            if path.name == "copy 1.jpg":
                raise PermissionError(13, "Permission denied", str(path))
            return super().move(path)

    library.engine._trash = Forbidden(library.trash)  # an administrator, as whom tests may run, is never refused
    report = library.apply(plan)
    assert report.moved == (str(photos / "copy 2.jpg"),)
    assert "you may not change the folder it is in" in report.refused[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may change every folder")
def test_a_read_only_folder_is_refused_in_the_plan(library: Library, photos: Path) -> None:
    library.read(photos)
    photos.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        plan = library.plan(([photos / "copy 1.jpg"], [photos / "original.jpg"]))
    finally:
        photos.chmod(stat.S_IRWXU)
    assert "you may not change the folder" in plan.refused[0].reason


def rate(path: Path) -> None:
    """The first photo again, with a rating of 4 in its file."""
    exif = Image.Exif()
    exif[0x4746] = 4
    draw_photo(1).save(path, quality=70, exif=exif)


def many(photos: Path, count: int) -> list[Path]:
    copies = [photos / f"again {n}.jpg" for n in range(count)]
    for copy in copies:
        shutil.copy(photos / "original.jpg", copy)
    return copies


class Interrupting(FolderTrash):
    """A trash in front of which somebody asks for something before the fifth file."""

    def __init__(self, library: Library, ask: Callable[[], object]) -> None:
        super().__init__(library.trash)
        self._ask, self._moves = ask, 0

    def move(self, path: Path) -> Path:
        self._moves += 1
        if self._moves == 5:
            self._ask()
        return super().move(path)


def test_progress_is_told_and_a_stopped_act_keeps_the_rest(library: Library, photos: Path) -> None:
    copies = many(photos, 12)
    library.read(photos)
    plan = library.plan((copies, [photos / "original.jpg"]))
    library.engine._trash = Interrupting(library, lambda: library.engine.submit(r.SteerAct(Steer.STOP)))
    report = library.apply(plan)
    assert (len(report.moved), len(report.left), report.refused) == (5, 7, ())
    assert sum(copy.exists() for copy in copies) == 7
    told = [event for event in library.events if isinstance(event, r.ActProgress)]
    assert told and told[-1].done == 5 and told[-1].total == 12
    assert len(library.ask(r.RedoTrash(report.act)).moved) == 7, "the rest goes when it is asked for again"
    assert len(library.ask(r.UndoTrash(report.act))) == 12


def test_a_paused_act_waits_and_goes_on(library: Library, photos: Path) -> None:
    copies = many(photos, 12)
    library.read(photos)
    plan = library.plan((copies, [photos / "original.jpg"]))
    library.engine._trash = Interrupting(library, lambda: library.engine.submit(r.SteerAct(Steer.PAUSE)))
    ticket = library.engine.submit(r.ApplyRemoval(plan))

    def answers() -> list[r.Event]:
        return [e for e in library.events if isinstance(e, r.Done | r.Failed) and e.ticket == ticket]

    assert not answers() and sum(copy.exists() for copy in copies) > 0
    assert [e.paused for e in library.events if isinstance(e, r.ActProgress)][-1]
    (act,) = library.ask(r.ListActs())
    assert act.planned == sum(copy.exists() for copy in copies), "what has not moved yet is written down as planned"
    library.ask(r.SteerAct(Steer.RESUME))
    library.engine.run_until_idle()
    (done,) = answers()
    assert isinstance(done, r.Done) and len(done.answer.moved) == 12


def test_an_act_that_is_given_up_stops_and_can_be_undone(library: Library, photos: Path) -> None:
    copies = many(photos, 12)
    library.read(photos)
    plan = library.plan((copies, [photos / "original.jpg"]))
    library.engine._trash = Interrupting(library, lambda: library.engine.cancel(ticket_before + 1))
    ticket_before = library.engine.submit(r.GetSettings())
    failed = library.try_asking(r.ApplyRemoval(plan))
    assert isinstance(failed, r.Failed) and failed.code == "cancelled"
    (act,) = library.ask(r.ListActs())
    assert (act.moved, act.refused) == (5, 7)
    assert len(library.ask(r.UndoTrash(act.act))) == 5 and all(copy.exists() for copy in copies)


def test_closing_while_files_go_stops_between_two_of_them(library: Library, photos: Path) -> None:
    copies = many(photos, 12)
    library.read(photos)
    plan = library.plan((copies, [photos / "original.jpg"]))
    library.engine._trash = Interrupting(library, lambda: library.engine.submit(r.SteerAct(Steer.PAUSE)))
    library.engine.submit(r.ApplyRemoval(plan))
    library.again()
    (act,) = library.ask(r.ListActs())
    assert act.planned == 0 and act.moved > 0 and act.moved + act.refused == 12
    assert sum(copy.exists() for copy in copies) == act.refused


KILLED = """
import os, sys
from pathlib import Path
from app.engine import requests as r
from app.engine.copies import KeeperRules
from app.engine.library.acts import Acts
from app.engine.removals import Removal
from app.engine.service import Engine
from app.engine.trashing import FolderTrash
library, trash, folder, moment = map(Path, sys.argv[1:])
class Deadly(FolderTrash):
    def move(self, path):
        where = super().move(path)
        if path.name == "rated.jpg" and moment.name == "after":
            os._exit(0)
        return where
events = []
engine = Engine(library, events.append, inline=True, trash=Deadly(trash))
going = tuple(str(folder / name) for name in ("copy 1.jpg", "rated.jpg", "small.jpg"))
engine.submit(r.PlanRemoval((Removal(going, (str(folder / "original.jpg"),)),), merge=True))
if moment.name == "unwritten":
    settle = Acts.settle
    Acts.settle = lambda self, item, *a, **k: os._exit(0) if item.path.endswith("rated.jpg") else settle(self, item, *a, **k)
engine.submit(r.ApplyRemoval(events[-1].answer))
"""


@pytest.mark.parametrize("moment", ["after", "unwritten"])
def test_a_gift_is_there_when_its_giver_is_found_in_the_trash_after_a_kill(library: Library, photos: Path, moment: str) -> None:
    rate(photos / "rated.jpg")
    library.read(photos)
    library.engine.stop()
    run(KILLED, library.folder, library.trash, photos, moment)
    library.open()
    (act,) = library.ask(r.ListActs())
    assert (act.moved, act.refused, act.planned) == (2, 1, 0)
    (problem,) = [event.message for event in library.events if isinstance(event, r.Problem)]
    assert "2 of 3 are there and can be put back" in problem
    assert library.ask(r.Info(str(photos / "original.jpg"))).metadata.rating == 4
    assert len(library.ask(r.UndoTrash(act.act))) == 2
    assert library.ask(r.Info(str(photos / "original.jpg"))).metadata.rating is None


def test_what_is_no_act_cannot_be_undone_or_redone(library: Library) -> None:
    for request in (r.UndoTrash(99), r.RedoTrash(99), r.ListActFiles(99)):
        failed = library.try_asking(request)
        assert isinstance(failed, r.Failed) and failed.message == "there is nothing to undo"


def test_what_cannot_be_put_back_is_told_and_the_rest_comes(library: Library, photos: Path) -> None:
    library.read(photos)
    report = library.apply(library.plan(([photos / "copy 1.jpg", photos / "copy 2.jpg"], [photos / "original.jpg"])))
    (library.trash / "copy 1.jpg").unlink()
    assert library.ask(r.UndoTrash(report.act)) == (str(photos / "copy 2.jpg"),)
    (problem,) = [event.message for event in library.events if isinstance(event, r.Problem)]
    assert problem == f"{photos / 'copy 1.jpg'} cannot be put back: it is not in the trash any more"
    failed = library.try_asking(r.UndoTrash(report.act))
    assert isinstance(failed, r.Failed) and failed.message == problem
    library.trash.rename(library.trash.with_name("away"))
    shutil.rmtree(photos)
    away = library.try_asking(r.UndoTrash(report.act))
    assert isinstance(away, r.Failed) and "its trash is away" in away.message
    assert not photos.exists(), "no folder is made for what cannot come"


def test_keywords_rating_title_tags_and_caption_go_to_the_keeper_and_back(library: Library, photos: Path) -> None:
    rate(photos / "rated.jpg")
    library.read(photos)
    original, rated = (library.ask(r.Info(str(photos / name))) for name in ("original.jpg", "rated.jpg"))
    assert (original.metadata.rating, rated.metadata.rating) == (None, 4)
    library.ask(r.TagPhotos((bytes.fromhex(rated.digest),), "Rex"))
    library.ask(WriteCaptions(((bytes.fromhex(rated.digest), Caption("A dog in the waves")),)))
    group = ([photos / "rated.jpg"], [photos / "original.jpg"])
    assert library.plan(group).files[0].gift is None, "only when it is asked for"
    plan = library.plan(group, merge=True)
    gift = plan.files[0].gift
    assert gift and (gift.rating, gift.tags, gift.caption) == (4, ("Rex",), "A dog in the waves")
    report = library.apply(plan)
    assert any(isinstance(event, r.TagsChanged) for event in library.events)

    def now() -> tuple[int | None, list[str], str | None]:
        info = library.ask(r.Info(str(photos / "original.jpg")))
        written = info.caption.text if info.caption and info.caption.source is CaptionSource.PERSON else None
        return info.metadata.rating, [tag.name for tag in info.tags if tag.given], written

    given = (4, ["Rex"], "A dog in the waves")
    assert now() == given
    library.again()
    assert now() == given
    library.ask(r.UndoTrash(report.act))
    assert now() == (None, [], None)
    library.ask(r.RedoTrash(report.act))
    assert now() == given
