"""`facet undo`: what was moved to the trash or written into files, and the way back, also without a window."""

from __future__ import annotations

import argparse
from datetime import datetime

from app.cli_output import print_json, say, shown
from app.engine.errors import UsageError
from app.engine.paths import absolute
from app.engine.removals import Act
from app.engine.requests import Event, Problem

_MOVES = "{act}. {at}: {moved} in the trash ({bytes} bytes), {undone} put back, {refused} stayed"
_WRITES = "{act}. {at}: {written} with facts written into them, {undone} as they were again, {refused} left as they were"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `facet undo`."""
    parser.add_argument("act", nargs="?", metavar="ACT", help="its number in the list; the newest where none is given")
    parser.add_argument("photos", nargs="*", metavar="PHOTO", help="only these, by the paths that they had")
    parser.add_argument(
        "--list", action="store_true", help="only show what was moved to the trash or written into files, the newest first"
    )


def run(options: argparse.Namespace) -> int:
    """Put photos back, or show what was moved or written; returns the exit status. Raises FacetError."""
    from app.engine.service import open_reader, open_writer, platform_trash

    if options.list:
        with open_reader(options.library) as reader:
            _show(reader.acts(1000), as_json=options.json)
        return 0
    number = _number(options.act)
    with open_writer(options.library, _say_problems) as writer:
        writer.trash.settle(platform_trash(None))
        act, back = writer.trash.put_back(number, [absolute(photo) for photo in options.photos])
        writer.run_until_idle()
    if options.json:
        print_json({"act": act, "restored": list(back)})
    else:
        for path in back:
            print(shown(path))
        say(f"{len(back)} photos are back")
    return 0


def _say_problems(event: Event) -> None:
    if isinstance(event, Problem):
        say(event.message)


def _show(acts: tuple[Act, ...], *, as_json: bool) -> None:
    rows = [
        {
            "act": act.act,
            "at": datetime.fromtimestamp(act.at).astimezone().isoformat(timespec="seconds"),
            "moved": act.moved,
            "undone": act.undone,
            "refused": act.refused,
            "planned": act.planned,
            "bytes": act.bytes,
            "written": act.written,
            "writes": act.writes,
        }
        for act in acts
    ]
    if as_json:
        print_json({"acts": rows})
    elif not rows:
        say("nothing was moved to the trash or written into files")
    else:
        for row in rows:
            text = (_WRITES if row["writes"] else _MOVES).format(**row)
            print(text + (f", {row['planned']} not done" if row["planned"] else ""))


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        raise UsageError(f"{text!r} is no number of an act; facet undo --list shows them") from None
