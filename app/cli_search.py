"""`facet search` and `facet similar`: their options, and their answers as lines for people."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from app.cli_answers import answer_document
from app.cli_output import print_json, say, shown
from app.engine.types import ANSWERING, Query, Reason
from app.query_loop import read_query

Options = argparse.Namespace

_WORDS = """In TEXT a word after a minus is what shall not be there (beach -people, -"red car"), and words in quotes must stand in
the names of a photo's file and folders, its title, description or keywords (dog "anna"). A TEXT that begins with a minus stands
after two of them: facet search -- -people"""


def add_search(parser: argparse.ArgumentParser) -> None:
    """What may follow `facet search`."""
    parser.epilog = _WORDS
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="what is in the photo, in words")
    parser.add_argument("--image", action="append", default=[], metavar="FILE", help="photos like this picture")
    parser.add_argument(
        "--text-share", type=float, default=0.5, metavar="S", help="how much the words count beside pictures, 0 to 1 (0.5)"
    )
    parser.add_argument("--color", action="append", default=[], metavar="#rrggbb", help="photos with this color")
    parser.add_argument(
        "--where", action="append", default=[], metavar="EXPR", help="a condition such as date>=2024-01-01 or camera~canon"
    )
    _add_common(parser)


def add_similar(parser: argparse.ArgumentParser) -> None:
    """What may follow `facet similar`."""
    parser.add_argument("photo", metavar="PHOTO")
    parser.add_argument("--by", default="all", metavar="FACET", help="all, or one of " + ", ".join(ANSWERING))
    parser.add_argument("--box", metavar="x,y,w,h", help="only this part of the photo, in its upright pixels")
    _add_common(parser)


def joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with a box beside its option as one with it: argparse takes what begins with a minus for an option."""
    made: list[str] = []
    for argument in arguments:
        if made and made[-1] == "--box" and argument[:1] == "-" and argument[1:2].isdigit():
            made[-1] = f"--box={argument}"
        else:
            made.append(argument)
    return made


def search(options: Options) -> int:
    """`facet search`; returns the exit status."""
    query = read_query({
        "op": "search", "text": options.text, "images": options.image, "colors": options.color, "where": options.where,
        "text_share": options.text_share, **_common(options),
    })  # fmt: skip
    return _answer(options, query)


def similar(options: Options) -> int:
    """`facet similar`; returns the exit status."""
    return _answer(options, read_query({
        "op": "similar", "photo": options.photo, "by": options.by, "box": options.box, **_common(options),
    }))  # fmt: skip


def _common(options: Options) -> dict[str, Any]:
    """What `search` and `similar` both have."""
    names = ("unlike", "without", "k", "min_score", "further", "fold")
    return {name: getattr(options, name) for name in names}


def _answer(options: Options, query: Query) -> int:
    from app.engine.service import open_reader

    with open_reader(options.library) as reader:
        answer = reader.search(query)
        looked = bool(query.text or query.images or query.colors) and not (answer.hits or answer.unread)
        unread = max(count.pending for _, count in reader.status().facets) if looked else 0
    if options.json:
        print_json(answer_document(answer, fold=query.fold))
        return 0
    for facet, message in answer.failed:
        say(f"{facet}: {message}")
    for facet in answer.unread:
        say(f"{facet}: no photo has been read for it yet; facet index reads them")
    if not answer.hits:
        say("nothing was found" + (f"; {unread} photos are not read yet, facet index reads them" if unread else ""))
    elif all(hit.weak for hit in answer.hits):
        say("nothing fits well; these are the nearest photos. Say more of what is in it, such as: red sports car")
    for hit in answer.hits:
        parts = [*([str(hit.closeness)] if hit.closeness else []), *(_said(r) for r in hit.reasons)]
        behind = f"  +{len(hit.folded)} copies" if hit.folded else ""
        print(f"{hit.score:.2f}  {shown(hit.row.path)}  ({', '.join(parts)}){behind}")
    return 0


def _said(reason: Reason) -> str:
    """A facet and the rank that it gave; of words the text around them."""
    return f"{reason.facet} {reason.rank}" + (f": {shown(reason.text)}" if reason.text else "")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--without", action="append", default=[], metavar="TEXT", help="and not this")
    parser.add_argument("--unlike", action="append", default=[], metavar="FILE", help="and not like this picture")
    parser.add_argument("--further", action="store_true", help="let the best photos found help to find more")
    parser.add_argument("--fold", action="store_true", help="put further copies of a photo behind the first")
    parser.add_argument("-k", default="20", metavar="N|all", help="how many (20)")
    parser.add_argument("--min-score", type=float, default=0.0, metavar="S", help="leave out what scores lower (0..1)")
