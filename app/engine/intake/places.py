"""Which folders are looked into: what is hidden, a trash can or Facet's own is not."""

# Paths are texts here: these are asked of every folder of a look and of every event.
# ruff: noqa: PTH100, PTH118, PTH206

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

NEVER = frozenset(
    {"$recycle.bin", "recycler", "recycled", "#recycle", "@recycle", "@eadir", "@tmp", "#snapshot", "system volume information",
     "lost+found", "__macosx", "found.000"}
)  # fmt: skip
"""Folders of trash cans, systems and storage boxes, in lower case; those that begin with a dot are skipped anyway."""

HIDDEN_ON_WINDOWS = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2)
HIDDEN_ON_MACOS = getattr(stat, "UF_HIDDEN", 0x8000)


def outermost(roots: Sequence[str], never: Sequence[str | Path] = ()) -> list[str]:
    """The folders without those that a look through another one reaches anyway; one in a hidden folder is not reached."""
    kept: list[tuple[str, str]] = []
    for root in sorted({os.path.abspath(root) for root in roots}, key=lambda r: (os.path.realpath(r).count(os.sep), r)):
        real = os.path.realpath(root)
        if not any(reaches(outer, real, never) for _, outer in kept):
            kept.append((root, real))
    return [root for root, _ in kept]


def reaches(outer: str, inner: str, never: Sequence[str | Path]) -> bool:
    """Whether a look through the real path `outer` comes by the real path `inner`."""
    if not is_inside(inner, outer):
        return False
    steps = os.path.relpath(inner, outer).split(os.sep)
    return steps == ["."] or not (
        any(is_skipped_name(step) for step in steps) or any(is_inside(inner, str(own)) for own in never)
    )


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is the folder itself or lies below it, by its letters alone."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def is_skipped_name(name: str) -> bool:
    """Whether a folder of this name is never looked into."""
    return name.startswith(".") or name.casefold() in NEVER


def own_within(root: str, never: Sequence[str | Path]) -> frozenset[str] | None:
    """Facet's own folders below a root, spelled as a walk from the root meets them; None where the root lies in one."""
    real, own = os.path.realpath(root), set()
    for folder in never:
        real_own = os.path.realpath(folder)
        if is_inside(real, real_own):
            return None
        if is_inside(real_own, real):
            own.add(os.path.join(root, os.path.relpath(real_own, real)))
    return frozenset(own)
