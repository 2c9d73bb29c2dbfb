"""`facet models`: which models there are, getting and importing them, and choosing the one to search with."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from app.cli_progress import ProgressLine
from app.engine.errors import LibraryBusy, UsageError
from app.engine.paths import LibraryPaths, absolute, library_paths
from app.interruption import Interruption

if TYPE_CHECKING:
    from app.engine.models.choice import Choice
    from app.engine.models.installed import Installed
    from app.engine.types import ModelChoice

ACTIONS = ("list", "get", "import", "use", "off", "remove")
_WIDTH = 24
_HEADINGS = {
    "meaning": "for words and pictures (meaning)", "look": "for pictures that look alike (look)",
    "crop": "for pieces of photos (crop)", "tags": "for naming scenes, besides the model of meaning (tags)",
    "captions": "for writing captions",
}  # fmt: skip


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

    choice = Choice(paths)
    models = [_document(choice, model) for model in choice.choices()]
    lines = []
    for facet, heading in _HEADINGS.items():
        rows = [_line(model) for model in models if model["facet"] == facet]
        lines += [heading, *rows] if rows else []
    return {"models": models, "model": choice.in_use(), "wanted": choice.wanted()}, "\n".join(lines)


def _document(choice: Choice, model: ModelChoice) -> dict[str, Any]:
    from app.engine.models.offers import offers

    installed, offer = choice.shelf.get(model.name), offers().get(model.name)
    return {
        "name": model.name,
        "title": model.title,
        "facet": model.facet.value,
        "state": _state(model),
        "bytes": model.bytes or None,
        "arrived": model.bytes if model.here else model.arrived,
        "license": model.license or None,
        "languages": model.languages or None,
        "speed": model.speed,
        "needs": list(offer.needs) if offer else [],
        "missing": model.missing or None,
        "how": model.how or None,
        "source": installed.source if installed else offer.repository if offer else None,
    }


def _state(model: ModelChoice) -> str:
    if model.in_use:
        return "in use"
    if model.here:
        return "coming" if model.wanted else "here"
    return "partly here" if model.arrived else "not here"


def _line(model: dict[str, Any]) -> str:
    about = "" if model["state"] in {"here", "in use", "coming"} else "about "
    facts = [
        f"{about}{model['bytes'] / 1e6:,.0f} MB" if model["bytes"] else "no download" if not about else "size not known",
        model["license"] or "license not known",
        {"many": "many languages"}.get(model["languages"], model["languages"]),
        _speed(model["speed"]),
        *(f"needs {name}" for name in model["needs"]),
        model["how"],
    ]
    return f"  {model['state']:12} {model['name']:46} {', '.join(fact for fact in facts if fact)}"


def _speed(ratio: float | None) -> str:
    """How fast a model reads photos, against the built-in one."""
    if ratio is None:
        return "speed not known"
    return "" if ratio == 1 else f"{100 * ratio:.0f} % of the built-in model's photos a second"


def _get(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice
    from app.engine.models.hub import Hub

    with Interruption() as interruption, DownloadLine(sys.stderr) as line:
        model = Choice(paths).shelf.fetch(options.name, Hub(), line.show, lambda: interruption.asked)
    return _arrived(model)


def _import(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice

    choice, path = Choice(paths), Path(absolute(options.name))
    with Interruption() as interruption, DownloadLine(sys.stderr) as line:
        model = choice.shelf.take(path, options.known_as, line.show, lambda: interruption.asked, kept=choice.needed)
    return _arrived(model)


def _arrived(model: Installed) -> tuple[dict[str, Any], str]:
    document = {"name": model.name, "bytes": model.bytes, "source": model.source, "folder": str(model.folder)}
    uses = {
        "captions": "describe photos with it: facet captions make PHOTO...",
        "tags": "name scenes with it: facet models use {}",
    }
    use = uses.get(model.facet.value, "search with it: facet models use {}").format(model.name)
    return document, f"{model.name} is here; {use}"


def _remove(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    from app.engine.models.choice import Choice

    Choice(paths).remove(options.name)
    return {"name": options.name}, f"{options.name} is removed"


def _use(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    """Ask for a model, and read the photos with it where nobody else has the library open."""
    from app.engine.models.choice import Choice
    from app.engine.types import Facet

    choice = Choice(paths)
    choice.want(options.name)
    problems: list[str] = []
    left = 0
    if paths.catalog.exists():
        try:
            left = _read_all(options.library, options.name)
        except LibraryBusy:
            problems.append("the library is open in a window; it reads the photos with the model when it is opened next")
    elif choice.facet_of(options.name) is not Facet.TAGS:
        choice.use(options.name)
    if choice.facet_of(options.name) is Facet.TAGS:
        return _scenes({"model": options.name, "wanted": options.name, "pending": left}, problems)
    used = choice.in_use(choice.facet_of(options.name))
    if used != options.name and not problems:
        problems.append(f"{left} photos could not be read with it yet; facet index goes on")
    text = f"photos are searched with {used}" + "".join(f"; {problem}" for problem in problems)
    return {"model": used, "wanted": options.name, "pending": left}, text


def _scenes(document: dict[str, Any], problems: list[str]) -> tuple[dict[str, Any], str]:
    left = document["pending"]
    if left and not problems:
        problems = [f"{left} photos could not be read with it yet; facet index goes on"]
    return document, f"scenes are named with {document['model']}" + "".join(f"; {problem}" for problem in problems)


def _off(options: argparse.Namespace, paths: LibraryPaths) -> tuple[dict[str, Any], str]:
    """Name no scenes with a model any more; what it named is not shown."""
    from app.engine.models.choice import Choice
    from app.engine.service import open_writer

    text = f"{options.name} is switched off; the scenes that it named are not shown"
    if paths.catalog.exists():
        with open_writer(options.library, lambda _event: None) as writer:
            writer.switch_off(options.name)
    else:
        Choice(paths).switch_off(options.name)
    return {"name": options.name}, text


def _read_all(library: Path | None, name: str) -> int:
    """Read every photo with the wanted model; how many it could not."""
    from app.engine.service import open_writer

    line = ProgressLine(sys.stderr)
    with open_writer(library, line.on_event, spared=0) as writer:
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

    def __enter__(self) -> DownloadLine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()


_RUN: dict[str, Callable[[argparse.Namespace, LibraryPaths], tuple[dict[str, Any], str]]] = {
    "list": _list,
    "get": _get,
    "import": _import,
    "use": _use,
    "off": _off,
    "remove": _remove,
}
