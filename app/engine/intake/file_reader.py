"""What the decode pool does with one file: digest, facts, one decode, thumbnail, and what each extractor needs of the picture."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from app.engine.errors import InputError
from app.engine.features.base import Extractor, Picture
from app.engine.features.fields import fields_of
from app.engine.features.metadata import read_metadata
from app.engine.features.quality import quality_of
from app.engine.features.together import prepare
from app.engine.intake.decode import average_color, jpeg_of, open_picture, thumbnail_of
from app.engine.intake.files import FileContent, read_file
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.thumbnails import ThumbnailStore
from app.engine.library.vectors import VectorStore
from app.engine.types import Metadata

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file, read. `prepared` holds what each still missing feature version needs; `thumbnail` is None where one is stored."""

    photo: ReadPhoto
    thumbnail: bytes | None
    prepared: Mapping[str, NDArray[Any]]
    fields: bytes | None = None


@dataclass(frozen=True, slots=True)
class FileRefused:
    """One file that could not be read, and why; `gone` when it is no longer there."""

    stat: FileStat
    reason: str
    gone: bool = False


class FileReader:
    """Reads files for the pipeline; called from several threads, it writes nothing."""

    def __init__(self, vectors: VectorStore, thumbnails: ThumbnailStore, extractors: Sequence[Extractor]) -> None:
        self._vectors = vectors
        self._thumbnails = thumbnails
        self._extractors = extractors

    def read(self, stat: FileStat) -> FileRead | FileRefused:
        """Read one file; every failure of the file itself is an answer, not an exception."""
        try:
            return self._read(stat)
        except (InputError, OSError) as error:
            return FileRefused(stat, str(error), gone=not os.path.lexists(stat.path))
        except MemoryError:
            return FileRefused(stat, "the picture needs more memory than there is")
        except Exception as error:  # one file that a reader stumbles over must not end the reading of all the others
            log.info("%s could not be read", stat.path, exc_info=True)
            return FileRefused(stat, f"something in it cannot be understood ({type(error).__name__})")

    def _read(self, stat: FileStat) -> FileRead:
        path = Path(stat.path)
        content = self._content(path)
        digest, source = content.digest, path if content.data is None else content.data
        missing = [e for e in self._extractors if self._vectors.get(e.version, digest) is None]
        stored = self._thumbnails.get(digest)
        if missing or stored is None:
            decoded = open_picture(source, name=stat.path)
            picture, name = decoded.picture, decoded.format
            shown = thumbnail_of(picture) if stored is None else None
            quality = quality_of(picture)
        else:
            picture, name, shown, quality = open_picture(stored).picture, None, None, None
        prepared = prepare(missing, picture)
        metadata = _complete(read_metadata(source), picture, name)
        photo = ReadPhoto(content.stat, digest, metadata, average_color(picture), quality)
        jpeg, fields = (None, None) if shown is None else (jpeg_of(shown), fields_of(shown))
        return FileRead(photo, jpeg, prepared, fields)

    def _content(self, path: Path) -> FileContent:
        """The bytes with their digest; a file that changes while it is read is read again."""
        for _ in range(3):
            content = read_file(path)
            if content.settled:
                break
        return content


def _complete(metadata: Metadata, picture: Picture, name: str | None) -> Metadata:
    """The decoder knows sides and format better than a damaged header; a stored thumbnail (no `name`) knows neither."""
    if name is None:
        return metadata
    return replace(metadata, width=picture.size[0], height=picture.size[1], format=metadata.format or name)
