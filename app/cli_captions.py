"""`facet captions`: writing captions of photos, taking them away, and using them as titles."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli_output import print_json
from app.engine.errors import UsageError
from app.engine.paths import absolute
from app.interruption import Interruption

if TYPE_CHECKING:
    from app.engine.requests import Event
    from app.engine.writing import Writer

Options = argparse.Namespace
_ACTIONS = ("write", "clear", "titles", "make")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may follow `facet captions`."""
    parser.epilog = """write TEXT PHOTO... gives photos a caption, clear PHOTO... takes it away, titles PHOTO... uses captions as
titles where the files have none. make PHOTO... lets a model write the captions of photos without one, on this computer; get one
first, facet models list names it. facet info shows both; a photo without a caption has a line "composed" from its tags, date and
place instead, which describes nothing. The files stay as they are."""
    parser.add_argument("action", choices=_ACTIONS, help="what to do")
    parser.add_argument("words", nargs="+", metavar="TEXT|PHOTO")


def run(options: Options) -> int:
    """Run one of them; returns the exit status."""
    from app.engine.captioning import describe
    from app.engine.labels import Caption, TakeTitles, WriteCaptions
    from app.engine.service import open_writer
    from app.engine.types import Facet

    events: list[Event] = []
    text, *photos = options.words if options.action == "write" else ("", *options.words)
    if not photos or (options.action == "write" and not text.strip()):
        raise UsageError('write it like facet captions write "Anna at the lake" lake.jpg')
    with open_writer(options.library, events.append, facets=(Facet.CAPTIONS,)) as writer:
        with writer.reader() as reader:
            digests = tuple(dict.fromkeys(bytes.fromhex(reader.info(absolute(path)).digest) for path in photos))
        done = len(digests)
        if options.action == "make":
            done = _make(writer, digests, events)
        elif options.action == "titles":
            titled = describe(writer.library.catalog, TakeTitles(digests), lambda _event: None)
            done = len(titled) if isinstance(titled, tuple) else 0
        else:
            caption = Caption(text) if options.action == "write" else None
            describe(writer.library.catalog, WriteCaptions(tuple((d, caption) for d in digests)), lambda _event: None)
    if options.json:
        print_json({"action": options.action, "photos": done})
    else:
        print(f"{done} photos changed")
    return 0


def _make(writer: Writer, digests: Sequence[bytes], events: Sequence[Event]) -> int:
    """Write captions with a model where there are none; how many. Ctrl-C ends it, and what is written stays.

    Raises Cancelled, and ModelMissing also for a model that is found to be damaged.
    """
    from app.engine.errors import ModelMissing
    from app.engine.requests import Problem

    catalog = writer.library.catalog
    without = [digest for digest in digests if not (before := catalog.caption_of(digest)) or not before.text]
    writer.captions.ask(digests)
    with Interruption() as interruption:
        writer.captions.run_until_idle(lambda: interruption.asked)
    if missing := [event.message for event in events if isinstance(event, Problem) and event.code == ModelMissing.code]:
        writer.captions.give_up()
        raise ModelMissing(missing[0])
    return sum(catalog.caption_of(digest) is not None for digest in without)
