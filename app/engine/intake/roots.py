"""Which folders are added, so that every file has one name: links, and folders inside others, lead to the same place twice."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.engine.copies import KeeperRules
from app.engine.errors import UsageError
from app.engine.intake.places import is_inside, reaches
from app.engine.library.catalog import Catalog


def spelled_within(path: str, roots: Sequence[str]) -> str:
    """The path as the added folders spell it, also where it leads into one of them over a link.

    The last step of a file's path is kept: a link to a photo is a file of its own.
    """
    real = _real(path)
    for root in sorted(roots, key=lambda root: not is_inside(path, root)):
        real_root = os.path.realpath(root)
        if is_inside(real, real_root):
            return _joined(root, real, real_root)
    return path


def spelled_rules(rules: KeeperRules, roots: Sequence[str]) -> KeeperRules:
    """Rules for keepers with their folders as the added ones spell them. Raises UsageError for one that is not absolute."""
    for folder in (*rules.preferred, *rules.protected):
        if not os.path.isabs(folder):  # noqa: PTH117  paths are texts here
            raise UsageError(f"{folder!r} does not say where the folder is; give its whole path")
    preferred, protected = (
        tuple(dict.fromkeys(spelled_within(folder, roots) for folder in folders))
        for folders in (rules.preferred, rules.protected)
    )
    return KeeperRules(tuple(dict.fromkeys(rules.order)), preferred, protected)


def add_root(catalog: Catalog, path: str, never: Sequence[Path]) -> str:
    """Add a folder unless a look through another added one comes by it anyway; returns its path as the library spells it.

    What was added under another name and lies in this folder goes on under this folder's name, with all that is known of it.
    """
    roots = catalog.roots()
    path = spelled_within(path, roots)
    real = os.path.realpath(path)
    catalog.include(path)
    if any(reaches(os.path.realpath(root), real, never) for root in roots):
        return path
    catalog.add_root(path)
    for root in roots:
        real_root = os.path.realpath(root)
        if reaches(real, real_root, never) and (new := _joined(path, real_root, real)) != root:
            _rename_root(catalog, root, new)
    return path


def apart_from(folder: str, roots: Sequence[str], never: Sequence[Path]) -> list[str]:
    """The added folders that lie below a folder, and that a look through it does not come by: in a hidden one, or over a link."""
    real = os.path.realpath(folder)
    inner = [root for root in roots if root != folder and is_inside(root, folder)]
    return [root for root in inner if not reaches(real, os.path.realpath(root), never)]


def _rename_root(catalog: Catalog, old: str, new: str) -> None:
    excluded = [out for out in catalog.excluded() if is_inside(out, old)]
    catalog.move_files([(path, new + path[len(old) :]) for path in catalog.files_under(old)])
    catalog.remove_root(old)
    for out in excluded:
        catalog.exclude(new + out[len(old) :])


def _joined(root: str, real: str, real_root: str) -> str:
    rest = os.path.relpath(real, real_root)
    return root if rest == os.curdir else os.path.join(root, rest)  # noqa: PTH118  paths are texts here


def _real(path: str) -> str:
    if Path(path).is_dir():
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
