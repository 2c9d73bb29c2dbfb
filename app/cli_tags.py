"""`facet tags`: which tags there are, and giving them to photos, refusing them, and taking back what was said."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli_output import print_json, say, shown
from app.engine.errors import UsageError
from app.engine.paths import absolute

if TYPE_CHECKING:
    from app.engine.reading import Reader

Options = argparse.Namespace
_WANTED: dict[str, bool | None] = {"give": True, "refuse": False, "clear": None}
_ACTIONS = ("list", *_WANTED, "export", "undo-export")
_DONE = {"give": "have the tag", "refuse": "do not get the tag any more", "clear": "are as if nothing had been said of"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may follow `facet tags`."""
    parser.epilog = """list names the tags with how many photos have each. give and refuse say what photos show and do not
show, for ever; clear takes that back. What is said of some photos moves what is suggested for those like them. Photos with a tag
are found with facet search --where tag=dog. export writes the tags that were given into XMP files beside the photos, besides what
other programs wrote there; undo-export takes the last one back."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS, help="what to do (list)")
    parser.add_argument("tag", nargs="?", metavar="TAG", help="a word or a few; for export a photo")
    parser.add_argument("photos", nargs="*", metavar="PHOTO")
    parser.add_argument("--suggested", action="store_true", help="for export: also tags that are only suggested")


def run(options: Options) -> int:
    """Run one of them; returns the exit status."""
    if options.action == "list":
        return _list(options)
    if options.action in ("export", "undo-export"):
        return _export(options)
    if not options.tag or not options.photos:
        raise UsageError(f"name a tag and the photos: facet tags {options.action} dog rex.jpg")
    return _say(options)


def _list(options: Options) -> int:
    from app.engine.service import open_reader

    if options.tag or options.photos:
        raise UsageError("facet tags list takes no names; facet info PHOTO shows the tags of a photo")
    with open_reader(options.library) as reader:
        tags = reader.tags()
    if options.json:
        print_json({"tags": [{"name": tag.name, "photos": tag.photos} for tag in tags]})
    else:
        for tag in tags:
            print(f"{tag.photos:7}  {shown(tag.name)}")
    return 0


def _export(options: Options) -> int:
    from app.engine.service import open_writer

    photos = tuple(absolute(path) for path in (options.tag, *options.photos) if path)
    if (options.action == "export") != bool(photos):
        raise UsageError("write facet tags export PHOTO..., and facet tags undo-export to take the last one back")
    with open_writer(options.library, lambda _event: None) as writer, writer.reader() as reader:
        report = reader.export_tags(photos, suggested=options.suggested) if photos else reader.undo_export()
    if options.json:
        refused = [{"path": path, "reason": reason} for path, reason in report.refused]
        print_json({"written": list(report.written), "unchanged": report.unchanged, "refused": refused})
    else:
        print(f"{len(report.written)} files written, {report.unchanged} as before")
        for path, reason in report.refused:
            say(f"{shown(path)}: {reason}")
    return 0


def _say(options: Options) -> int:
    from app.engine.service import open_writer

    wanted = _WANTED[options.action]
    with open_writer(options.library, lambda _event: None) as writer:
        with writer.reader() as reader:
            digests = tuple(dict.fromkeys(_digest(reader, path) for path in options.photos))
        writer.tag(digests, options.tag, wanted)
        writer.run_until_idle()
    document: dict[str, Any] = {"tag": options.tag, "wanted": wanted, "photos": len(digests)}
    if options.json:
        print_json(document)
    else:
        print(f"{len(digests)} photos {_DONE[options.action]} {shown(options.tag)}")
    return 0


def _digest(reader: Reader, path: str) -> bytes:
    return bytes.fromhex(reader.info(absolute(path)).digest)
