"""Keeping the stores of a library in step with each other: what nobody needs goes, what was lost is read again."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.library.store import Library


def unmark_lost(library: Library, versions: Sequence[str]) -> None:
    """Take back what the catalogue says of rows that are not there: their folder was deleted, or is from an older backup.

    Vectors are written before the catalogue says so, so there are never too few unless someone took them away.
    """
    catalog, vectors = library.catalog, library.vectors
    for version in versions:
        if vectors.count(version) < catalog.count_extracted(version):
            stored = vectors.digests(version)
            catalog.unmark_extracted(version, [digest for _, digest in catalog.extracted(version) if digest not in stored])


def drop_outdated(library: Library, current: Sequence[str], later: Sequence[str] = ()) -> None:
    """Drop the rows of earlier versions of a facet, once every photo has the new ones; those of a second pass may still come."""
    outdated = [feature for feature in library.vectors.features() if feature not in (*current, *later)]
    if outdated and not any(library.catalog.missing(version) for version in current):
        for feature in outdated:
            library.catalog.unmark_extracted(feature)
            library.vectors.drop_feature(feature)


def drop_orphans(library: Library) -> None:
    """Forget what was extracted from photos that no file holds any more."""
    orphans = library.catalog.orphans()
    if orphans:
        library.catalog.drop_photos(orphans)
        library.vectors.delete(orphans)
        library.thumbnails.delete(orphans)


def without_thumbnail(library: Library) -> tuple[bytes, ...]:
    """Digests of the photos whose small picture is gone: the cache may be deleted at any time."""
    return library.thumbnails.missing(library.catalog.digests())
