"""`facet models`: which models there are, getting and importing them, and choosing the one to search with."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from app.cli_progress import ProgressLine
from app.engine.errors import LibraryBusy, UsageError
from app.engine.paths import LibraryPaths, absolute, library_paths

ACTIONS = ("list", "get", "import", "use")
_WIDTH = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may follow `facet models`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument("name", nargs="?", metavar="NAME|FILE|FOLDER", help="a model of the list, or what to import")
    parser.add_argument("--as", dest="known_as", metavar="NAME", help="for import: which model it is, such as ViT-B-32/openai")


def run(options: argparse.Namespace) -> int:
    """Run one of them; returns the exit status."""
    if options.action != "list" and not options.name:
        raise UsageError(f"name a model after {options.action}; facet models list shows them")
    if options.known_as and options.action != "import":
        raise UsageError("--as belongs to facet models import")
    document, text = _RUN[options.action](options, library_paths(options.library))
    print(json.dumps(document) if options.json else text)
    return 0


def _list(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice
    from app.engine.models.offers import offers

    choice = Choice(paths)
    wanted, in_use = choice.wanted, choice.in_use
    here = {model.name: model for model in choice.shelf.installed()}
    models = []
    for name in [*offers(), *(name for name in here if name not in offers())]:
        offer, model = offers().get(name), here.get(name)
        arrived = 0 if model else choice.shelf.arrived(name)
        there = model is not None or (offer is not None and not offer.repository)
        state = "in use" if name == in_use else "coming" if name == wanted and there else "here" if there else "not here"
        models.append({
            "name": name,
            "title": offer.title if offer else name,
            "state": "partly here" if state == "not here" and arrived else state,
            "bytes": model.bytes if model else offer.bytes if offer else None,
            "arrived": arrived or (model.bytes if model else 0),
            "license": offer.license if offer else None,
            "languages": offer.languages if offer else None,
            "speed": offer.speed if offer else None,
            "needs": list(offer.needs) if offer else [],
            "source": model.source if model else offer.repository if offer else None,
        })  # fmt: skip
    return {"models": models, "model": in_use, "wanted": wanted}, "\n".join(map(_line, models))


def _line(model: dict[str, Any]) -> str:
    facts = [
        f"{'' if model['state'] in {'here', 'in use', 'coming'} else 'about '}{model['bytes'] / 1e6:,.0f} MB"
        if model["bytes"]
        else "no download",
        model["license"] or "license not known",
        {"many": "many languages", "": None, None: None}.get(model["languages"], model["languages"]),
        f"{model['speed']:g} times the built-in model's speed" if model["speed"] not in {None, 1.0} else None,
        *(f"needs {name}" for name in model["needs"]),
    ]
    return f"{model['state']:12} {model['name']:46} {', '.join(fact for fact in facts if fact)}"


def _get(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice
    from app.engine.models.hub import Hub

    line = DownloadLine(sys.stderr)
    try:
        model = Choice(paths).shelf.fetch(options.name, Hub(), line.show)
    finally:
        line.end()
    document = {"name": model.name, "bytes": model.bytes, "source": model.source, "folder": str(model.folder)}
    return document, f"{model.name} is here; search with it: facet models use {model.name}"


def _import(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice

    model = Choice(paths).shelf.take(Path(absolute(options.name)), options.known_as)
    document = {"name": model.name, "bytes": model.bytes, "source": model.source, "folder": str(model.folder)}
    return document, f"{model.name} is here; search with it: facet models use {model.name}"


def _use(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    """Ask for a model, and read the photos with it where nobody else has the library open."""
    from app.engine.models.choice import Choice

    choice = Choice(paths)
    choice.want(options.name)
    problems: list[str] = []
    left = 0
    if paths.catalog.exists():
        try:
            left = _read_all(options.library, options.name)
        except LibraryBusy:
            problems.append("the library is open in a window; it reads the photos with the model when it is opened next")
    elif options.name != choice.in_use:
        choice.use(options.name)
    used = choice.in_use
    if used != options.name and not problems:
        problems.append(f"{left} photos could not be read with it yet; facet index goes on")
    text = f"photos are searched with {used}" + "".join(f"; {problem}" for problem in problems)
    return {"model": used, "wanted": options.name, "pending": left}, text


def _read_all(library: Path | None, name: str) -> int:
    """Read every photo with the wanted model; how many it could not."""
    from app.engine.service import open_writer

    line = ProgressLine(sys.stderr)
    with open_writer(library, line.on_event) as writer:
        writer.use_model(name)
        writer.run_until_idle()
        left = writer.unread_by(name)
    line.end()
    return left


class DownloadLine:
    """One line that renews itself on a terminal; nothing elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._shown = ""

    def show(self, done: int, total: int) -> None:
        """Bytes done of bytes in all."""
        filled = round(_WIDTH * done / total) if total else 0
        text = f"{'█' * filled}{'░' * (_WIDTH - filled)} {done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        if self._live and text != self._shown:
            self._out.write(f"\r\x1b[K{text}")
            self._out.flush()
            self._shown = text

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()


_RUN: dict[str, Callable[[argparse.Namespace, LibraryPaths], tuple[dict[str, Any], str]]] = {
    "list": _list,
    "get": _get,
    "import": _import,
    "use": _use,
}
