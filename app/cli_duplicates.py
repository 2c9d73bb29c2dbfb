"""`facet duplicates`: groups of copies for people, as JSON, and as a table."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.cli_answers import as_document
from app.cli_output import print_json, say, shown
from app.engine.copies import DuplicateGroup, DuplicateKind, KeeperRule, Relation, freed
from app.engine.errors import UsageError
from app.query_loop import ask_duplicates

COLUMNS = (
    "group", "kind", "keep", "path", "bytes", "width", "height", "relation", "why", "confidence", "taken", "turn", "distance",
    "box", "frees",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `facet duplicates`."""
    parser.add_argument("--kinds", metavar="LIST", help="only these: " + ", ".join(DuplicateKind))
    parser.add_argument("--under", metavar="FOLDER", help="only groups with a photo in this folder")
    parser.add_argument("--keep", metavar="LIST", help="which copy is kept, the strongest rule first: " + ", ".join(KeeperRule))
    parser.add_argument(
        "--prefer", metavar="FOLDER", action="append", default=[], help="for the rule `folder`; may be given again, best first"
    )
    parser.add_argument(
        "--protect", metavar="FOLDER", action="append", default=[], help="suggest nothing from this folder; may be given again"
    )
    parser.add_argument("--csv", metavar="FILE", help="write a table")


def run(options: argparse.Namespace) -> int:
    """Show the groups; returns the exit status. Raises FacetError."""
    from app.engine.reading import open_reader

    request = {name: getattr(options, name) for name in ("kinds", "under", "keep", "prefer", "protect")}
    with open_reader(options.library) as reader:
        groups = ask_duplicates(reader, request)
    if options.csv:
        _write_csv(options.csv, groups)
    if options.json:
        print_json(as_document(groups))
    elif not groups:
        say("no copies were found")
    elif not options.csv:
        _print(groups)
    return 0


def _print(groups: Iterable[DuplicateGroup]) -> None:
    for number, group in enumerate(groups, 1):
        print(f"{number}. {group.kind}")
        for photo in group.photos:
            print(
                f"   {'keep ' if photo.keep else 'spare'}  {shown(photo.path)}  "
                f"{photo.width}x{photo.height}, {photo.bytes} bytes: {photo.why}"
            )


def _write_csv(path: str, groups: Iterable[DuplicateGroup]) -> None:
    try:
        with Path(path).open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_rows(groups))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; name another file after --csv") from error


def _rows(groups: Iterable[DuplicateGroup]) -> Iterator[tuple[object, ...]]:
    for number, group in enumerate(groups, 1):
        for photo, frees in freed(group.photos, {photo.path for photo in group.photos if photo.keep}):
            facts = (photo.path, photo.bytes, photo.width, photo.height)
            kind, *where = _related(photo.relation)
            yield number, group.kind, int(photo.keep), *facts, kind, photo.why, group.confidence, photo.taken or "", *where, frees


def _related(relation: Relation | None) -> tuple[object, ...]:
    """Kind, turn, distance and box; empty where there is none."""
    if relation is None:
        return "", "", "", ""
    box = " ".join(map(str, relation.box or ()))
    return relation.kind, relation.turn or "", "" if relation.distance is None else relation.distance, box
