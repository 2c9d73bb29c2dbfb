"""`facet write`: title, rating and keywords that photos were given, written into their files at the user's wish."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from app.cli_output import print_json, say, shown
from app.engine.paths import absolute
from app.engine.removals import FactsPlan, TrashReport, WriteFacts
from app.engine.requests import Event, Problem
from app.engine.types import Unreadable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `facet write`."""
    parser.epilog = """What copies that went to the trash gave to a photo, or a caption that became its title, is in the library
alone until it is written. The picture and all else in a file stays; facet undo brings the file back as it was. For JPEG."""
    parser.add_argument("photos", nargs="+", metavar="PHOTO")
    parser.add_argument("--plan", action="store_true", help="only show what would be written")


def run(options: argparse.Namespace) -> int:
    """Write, or show what would be written; returns the exit status. Raises FacetError."""
    paths = tuple(absolute(path) for path in options.photos)
    if options.plan:
        _plan(options, paths)
    else:
        _write(options, paths)
    return 0


def _plan(options: argparse.Namespace, paths: tuple[str, ...]) -> None:
    from app.engine.service import open_reader

    with open_reader(options.library) as reader:
        plan: FactsPlan = reader.plan_facts(paths)
    if options.json:
        files = [
            {"path": file.path, "title": file.facts.title, "rating": file.facts.rating, "keywords": list(file.facts.keywords)}
            for file in plan.files
        ]
        print_json({"files": files, "refused": _refused(plan.refused)})
        return
    for file in plan.files:
        print(shown(file.path))
        for name, value in (("title", file.facts.title), ("rating", file.facts.rating), ("keywords", file.facts.keywords)):
            if value not in (None, ()):
                print(f"   {name:8} {shown(', '.join(value) if isinstance(value, tuple) else str(value))}")
    _say_refused(plan.refused)


def _write(options: argparse.Namespace, paths: tuple[str, ...]) -> None:
    from app.engine.service import open_writer, platform_trash

    answers: list[Callable[[], object]] = []
    with open_writer(options.library, _say_problems) as writer:
        writer.trash.settle(platform_trash(None))
        writer.trash.begin(0, WriteFacts(paths), None, answers.append, lambda: False)
        writer.run_until_idle()
    report = answers[0]()
    assert isinstance(report, TrashReport)
    if options.json:
        print_json({"act": report.act or None, "written": list(report.moved), "refused": _refused(report.refused)})
        return
    for path in report.moved:
        print(shown(path))
    files = "1 file" if len(report.moved) == 1 else f"{len(report.moved)} files"
    say(f"{files} written" + (f"; facet undo {report.act} takes that back" if report.moved else ""))
    _say_refused(report.refused)


def _refused(refused: tuple[Unreadable, ...]) -> list[dict[str, Any]]:
    return [{"path": file.path, "reason": file.reason} for file in refused]


def _say_refused(refused: tuple[Unreadable, ...]) -> None:
    for file in refused:
        say(f"{shown(file.path)}: {file.reason}")


def _say_problems(event: Event) -> None:
    if isinstance(event, Problem):
        say(event.message)
