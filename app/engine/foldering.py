"""Folders and photos in and out of the catalogue. The files themselves are never touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.engine.errors import InputError
from app.engine.intake.places import is_inside, outermost
from app.engine.intake.roots import add_root, apart_from, spelled_within
from app.engine.intake.scan import Changes, Found, diff
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library


def add(library: Library, paths: Sequence[str]) -> list[str]:
    """Add folders; returns those to look through. Raises InputError for one that is not there, before any is added."""
    for path in paths:
        if not Path(path).is_dir():
            raise InputError(_no_folder(path))
    own = library.paths.own_folders()
    return outermost([add_root(library.catalog, path, own) for path in paths], own)


def changes(library: Library, found: Found) -> Changes:
    """What a look at a folder found, against what is known of it; without what was taken out, and without other folders in it."""
    catalog = library.catalog
    excluded, known = catalog.excluded(), catalog.files_under(found.folder)
    files = [f for f in found.files if not any(is_inside(f.path, out) for out in excluded)] if excluded else found.files
    if apart := apart_from(found.folder, catalog.roots(), library.paths.own_folders()):
        known = {path: file for path, file in known.items() if not any(is_inside(path, root) for root in apart)}
    return diff(files, known, found)


def rename(catalog: Catalog, moves: Sequence[tuple[str, str]]) -> list[int]:
    """Take over renames of files and whole folders (old, new); returns photos that no file holds any more."""
    orphaned: list[int] = []
    for old, new in moves:
        if Path(old).exists():
            continue
        below = list(catalog.files_under(old)) or ([old] if catalog.file(old) else [])
        renamed = [(path, new + path[len(old) :]) for path in below]
        orphaned += catalog.move_files([(before, after) for before, after in renamed if Path(after).exists()])
    return orphaned


def forget(catalog: Catalog, path: str) -> tuple[int, ...]:
    """Take a folder or a photo out; returns photos that no file holds any more. Raises InputError for what is not there."""
    is_root = path in catalog.roots()
    files = list(catalog.files_under(path)) or ([path] if catalog.file(path) else [])
    if not files and not is_root:
        raise InputError(f"{path} is not in the library; `facet status` names its folders")
    if is_root:
        catalog.remove_root(path)
    if any(is_inside(path, root) for root in catalog.roots()):
        catalog.exclude(path)
    # A photo may also lie in another added folder that this one holds: those files stay.
    kept = [root for root in catalog.roots() if is_root and is_inside(root, path)]
    return catalog.remove_files([file for file in files if not any(is_inside(file, root) for root in kept)])


def remember(library: Library, paths: Sequence[str]) -> list[str]:
    """Undo `forget`; returns the folders to look through."""
    catalog = library.catalog
    for path in paths:
        excluded = catalog.include(path)
        if Path(path).is_dir():
            add_root(catalog, path, library.paths.own_folders())
        elif not excluded and not any(is_inside(path, root) for root in catalog.roots()):
            catalog.add_root(path)
    return [path if Path(path).is_dir() else str(Path(path).parent) for path in paths]


def spelled(catalog: Catalog, paths: Sequence[str]) -> list[str]:
    """The paths as the catalogue spells them."""
    return [spelled_within(path, catalog.roots()) for path in paths]


def _no_folder(path: str) -> str:
    if Path(path).exists():
        return f"{path} is not a folder; name the folder that it is in"
    return f"there is no folder {path}; check the name, or plug its drive in"
