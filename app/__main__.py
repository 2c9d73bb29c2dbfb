"""`facet` and `python -m app`: the window, or one command. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.threads import one_each

COMMANDS = (
    "index",
    "forget",
    "search",
    "similar",
    "duplicates",
    "info",
    "status",
    "models",
    "tags",
    "captions",
    "write",
    "undo",
    "query",
)

LATER = ("verify",)
"""Commands that the contract names and this version does not have."""

_USAGE = """facet [FOLDER...]                       open the window; the folders are added and watched
facet index FOLDER...                   read the photos of folders
facet search [TEXT] [--image FILE]...   find photos by words, pictures, colors, conditions
facet similar PHOTO                     find photos like one photo
facet duplicates                        show groups of copies
facet info PHOTO...                     what is known about photos
facet status                            what the library holds
facet forget FOLDER|PHOTO...            take them out of the library; the files stay
facet write PHOTO...                    write what photos were given into their files
facet undo [ACT]                        put back what was moved to the trash or written into files
facet models list|get|import|use|remove  models that understand more: get one, then use it
facet tags list|give|refuse|clear|export  what photos show: suggested, and what you say
facet captions write|clear|titles       what people write of photos
facet query                             JSON lines in, JSON lines out

`facet COMMAND --help` tells more."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Facet; returns the exit status."""
    one_each()
    given = _command_first(list(sys.argv[1:] if arguments is None else arguments))
    if given and given[0] in COMMANDS:
        from app.cli import run_command

        return run_command(given)
    if given and given[0] in LATER and not Path(given[0]).is_dir():
        print(f"facet: this version has no command {given[0]} yet; facet --help names those it has", file=sys.stderr)
        return 2
    return _open_window(given)


def _command_first(given: list[str]) -> list[str]:
    """The options that every command has may come before its name."""
    at = 0
    while at < len(given) and given[at].partition("=")[0] in ("--library", "--json"):
        at += 2 if given[at] == "--library" else 1
    if at < len(given) and given[at] in COMMANDS:
        return [given[at], *given[:at], *given[at + 1 :]]
    return given


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"facet: {message}; see facet --help\n")


def _open_window(given: list[str]) -> int:
    parser = _Parser(
        prog="facet",
        usage=_USAGE.replace("%", "%%"),
        description="Finds any photo on your own computer. Nothing leaves it.",
        add_help=True,
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add and watch")
    parser.add_argument(
        "--library", type=Path, metavar="DIR", default=os.environ.get("FACET_LIBRARY") or None, help="where the library is kept"
    )
    parser.add_argument("--version", action="version", version=f"facet {__version__}")
    options = parser.parse_args(given)
    missing = [folder for folder in options.folders if not Path(folder).is_dir()]
    if missing:
        word = missing[0]
        known = f"there is no folder {word}; check the name, or see facet --help for the commands"
        print(f"facet: {known}", file=sys.stderr)
        return 4
    if not _has_display():
        print(
            "facet: there is no display here; use the command line: facet index FOLDER, then facet search 'dog on a beach'",
            file=sys.stderr,
        )
        return 1
    from app.ui.application import run

    library = Path(options.library) if options.library else None
    return run([str(Path(folder).resolve()) for folder in options.folders], library)


def _has_display() -> bool:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
