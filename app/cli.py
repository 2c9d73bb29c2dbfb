"""The commands of the command line, on top of the engine only. JSON goes to stdout, everything else to stderr."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app import cli_captions, cli_duplicates, cli_facts, cli_models, cli_search, cli_tags, cli_undo
from app.cli_answers import as_document
from app.cli_output import print_json, say, shown
from app.cli_progress import ProgressLine
from app.engine.errors import STOPPED, Cancelled, FacetError, UsageError
from app.engine.labels import TagSource
from app.engine.paths import absolute
from app.engine.types import READ, Facet
from app.interruption import Interruption
from app.query_loop import ask, serve

Options = argparse.Namespace
log = logging.getLogger(__name__)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status. Errors are one line on stderr."""
    _speak_utf8()
    try:
        options = _parser().parse_args(cli_search.joined(arguments))
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except FacetError as error:
        say(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        print(f"facet: {STOPPED}", file=sys.stderr)
        return Cancelled.exit_status
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # a mistake of ours: one line for people, the rest for whoever turns the log on
        log.debug("a command failed", exc_info=True)
        say(f"this did not work: {type(error).__name__}: {error}; what was done is kept")
        return 1


def _index(options: Options) -> int:
    from app.engine.writing import open_writer

    line, facets = ProgressLine(sys.stderr), _facets(options.facets)
    with Interruption() as interruption:
        try:
            with open_writer(options.library, line.on_event, facets=facets, spared=0) as writer:
                report = writer.index(tuple(absolute(f) for f in options.folders), lambda: interruption.asked)
        finally:
            line.end()
    document = as_document(report)
    if options.json:
        print_json(document)
    else:
        print(
            f"{report.found} pictures found: {report.added} new, {report.changed} changed, "
            f"{report.unchanged} as before, {report.removed} gone"
        )
        for refused in report.unreadable:
            print(f"cannot be read: {shown(refused.path)}: {refused.reason}", file=sys.stderr)
    return 0


def _forget(options: Options) -> int:
    from app.engine.writing import open_writer

    with open_writer(options.library, lambda _event: None) as writer:
        forgotten = writer.forget(tuple(absolute(p) for p in options.paths))
    if options.json:
        print_json({"forgotten": list(forgotten.paths), "photos": forgotten.photos})
    else:
        print(f"{forgotten.photos} photos are out of the library; the files are as they were")
    return 0


def _info(options: Options) -> int:
    from app.engine.reading import open_reader

    with open_reader(options.library) as reader:
        photos = [reader.info(absolute(p)) for p in options.photos]
    document = {"photos": [as_document(p) for p in photos]}
    if options.json:
        print_json(document)
        return 0
    for photo in document["photos"]:
        for name, value in photo.items():
            if value not in (None, [], ""):
                lines = value if isinstance(value, list) else [value]
                if name == "tags":
                    lines = [_tag(tag) for tag in value]
                print(f"{name:14} {shown(', '.join(map(str, lines)))}")
        print()
    return 0


def _status(options: Options) -> int:
    from app.engine.reading import open_reader

    with open_reader(options.library) as reader:
        document = as_document(reader.status())
    if options.json:
        print_json(document)
        return 0
    print(
        f"{document['photos']} photos in {document['files']} files, {document['unreadable']} cannot be read; "
        f"model: {document['model']}"
    )
    for folder in document["folders"]:
        print(f"{folder['state']:8} {shown(folder['path'])}")
    for name, count in document["facets"].items():
        print(f"{name:8} {count['done']} done, {count['pending']} to do")
    return 0


def _tag(tag: dict[str, Any]) -> str:
    """A tag with how sure it is where it is only suggested, and who says so besides the model of meaning."""
    if tag["given"]:
        return str(tag["name"])
    by = ", by Places365" if tag["source"] == TagSource.PLACES else ""
    return f"{tag['name']} ({tag['score']:.0%} sure{by})"


def _query(options: Options) -> int:
    from app.engine.reading import open_reader

    with open_reader(options.library) as reader:
        serve(sys.stdin.buffer, sys.stdout, lambda request: ask(reader, request))
    return 0


def _facets(text: str) -> tuple[Facet, ...]:
    """The facets of `--facets`; one that is not built yet is skipped with a line on stderr."""
    if text == "all":
        return READ
    chosen = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        try:
            facet = Facet(name)
        except ValueError:
            raise UsageError(f"there is no facet {name!r}; there are {', '.join(Facet)}") from None
        if facet in READ:
            chosen.append(facet)
        elif facet is not Facet.METADATA:  # always read
            print(f"facet: {facet} is not built yet and is skipped", file=sys.stderr)
    return tuple(chosen)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise UsageError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="facet")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[Options], int], text: str, *, as_json: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        library = os.environ.get("FACET_LIBRARY")
        made.add_argument(
            "--library", type=Path, metavar="DIR", default=Path(library) if library else None, help="where the library is kept"
        )
        if as_json:
            made.add_argument("--json", action="store_true", help="print one JSON document")
        return made

    one = add("index", _index, "Add folders and read their photos until all are done.")
    one.add_argument("folders", nargs="+", metavar="FOLDER")
    one.add_argument("--facets", default="all", metavar="LIST", help="all, or some of: " + ", ".join(READ))
    one = add("forget", _forget, "Take folders or photos out of the library; the files stay as they are.")
    one.add_argument("paths", nargs="+", metavar="FOLDER|PHOTO")
    cli_search.add_search(add("search", cli_search.search, "Find photos by words, pictures, colors and conditions."))
    cli_search.add_similar(add("similar", cli_search.similar, "Find photos like one photo."))
    cli_duplicates.add_arguments(add("duplicates", cli_duplicates.run, "Show groups of copies. Nothing is deleted."))
    one = add("info", _info, "Show what is known about photos.")
    one.add_argument("photos", nargs="+", metavar="PHOTO")
    cli_undo.add_arguments(add("undo", cli_undo.run, "Put back what was moved to the trash, or written into files."))
    cli_facts.add_arguments(
        add("write", cli_facts.run, "Write title, rating and keywords that photos were given into their files.")
    )
    add("status", _status, "Show what the library holds.")
    cli_models.add_arguments(add("models", cli_models.run, "List, get, import and choose models."))
    cli_tags.add_arguments(add("tags", cli_tags.run, "List tags, give them to photos and refuse them."))
    cli_captions.add_arguments(add("captions", cli_captions.run, "Write captions of photos, and use them as titles."))
    add("query", _query, "Answer JSON lines from stdin with JSON lines on stdout.", as_json=False)
    return parser


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
