"""Pictures that the library keeps of its photos: there also while a photo's drive is away."""

from __future__ import annotations

from dataclasses import replace

from app.engine.errors import UnreadableImage
from app.engine.features.base import Picture
from app.engine.library.store import Library
from app.engine.types import PhotoRow


def thumbnail_of(library: Library, row: PhotoRow) -> Picture | None:
    """The thumbnail of a photo, with the size of the whole one; None where there is none, or it is damaged."""
    from app.engine.intake.decode import open_picture

    stored = library.thumbnails.get(row.digest)
    try:
        return None if stored is None else replace(open_picture(stored).picture, size=(row.width, row.height))
    except UnreadableImage:
        return None
