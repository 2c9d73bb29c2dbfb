"""`facet` and `python -m app`: the window, or one command. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__

COMMANDS = ("index", "forget", "search", "similar", "duplicates", "info", "status", "query")

_USAGE = """facet [FOLDER...]                       open the window; the folders are added and watched
facet index FOLDER...                   read the photos of folders
facet search [TEXT] [--image FILE]...   find photos by words, pictures, colors, conditions
facet similar PHOTO                     find photos like one photo
facet duplicates                        show groups of copies
facet info PHOTO...                     what is known about photos
facet status                            what the library holds
facet forget FOLDER|PHOTO...            take them out of the library; the files stay
facet query                             JSON lines in, JSON lines out

`facet COMMAND --help` tells more."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Facet; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in COMMANDS:
        from app.cli import run_command

        return run_command(given)
    return _open_window(given)


def _open_window(given: list[str]) -> int:
    parser = argparse.ArgumentParser(
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
