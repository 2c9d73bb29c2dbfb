"""A picture that is asked for: what is stored of it where the library knows it, else what the extractors read now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError, InputError, UnreadableImage
from app.engine.features.active import Extractors
from app.engine.features.base import Picture
from app.engine.features.copy import HASH_BYTES, small_gray, turned_hashes, turned_hashes_of
from app.engine.intake.roots import spelled_within
from app.engine.library.catalog import Catalog
from app.engine.library.digest import digest_of, digest_of_bytes
from app.engine.library.store import Library
from app.engine.paths import absolute
from app.engine.types import Facet


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """`rows`: one row a facet, `errors` those that could not be read. `turned`: uint8 (8, 72), to find the picture turned or
    mirrored. `photo_id`: its number where the library holds these bytes; `in_library`: the file itself is one of the library's.
    """

    rows: Mapping[Facet, NDArray[Any]]
    errors: Mapping[Facet, FacetError]
    turned: NDArray[np.uint8] | None
    photo_id: int | None
    in_library: bool


class PictureReader:
    """Reads query pictures; one for each lane, for it uses that lane's catalogue connection."""

    def __init__(self, library: Library, catalog: Catalog, extractors: Extractors) -> None:
        self._library = library
        self._catalog = catalog
        self._extractors = extractors

    def read(self, source: str | bytes, facets: Sequence[Facet]) -> QueryPicture:
        """Raises InputError for a file that is not there, UnreadableImage for one that is no picture."""
        digest, in_library = self._identify(source)
        photo_id = self._catalog.photo_id(digest)
        stored = self._stored(digest, facets) if photo_id is not None else None
        if stored is not None:
            return QueryPicture(stored[0], {}, stored[1], photo_id, in_library)
        picture = self._open(source)
        rows: dict[Facet, NDArray[Any]] = {}
        errors: dict[Facet, FacetError] = {}
        for facet in facets:
            try:
                rows[facet] = self._extract(facet, picture)
            except FacetError as error:
                errors[facet] = error
        turned = turned_hashes(small_gray(picture.rgb)) if Facet.COPY in facets else None
        return QueryPicture(rows, errors, turned, photo_id, in_library)

    def _identify(self, source: str | bytes) -> tuple[bytes, bool]:
        """The digest of the picture's bytes, and whether it is a file of the library; its drive may be away."""
        if isinstance(source, bytes):
            return digest_of_bytes(source), False
        path = Path(absolute(source))
        known = self._catalog.file(str(path)) or self._catalog.file(spelled_within(str(path), self._catalog.roots()))
        try:
            stat = path.stat()
        except OSError as error:
            if known is not None and known.digest is not None:
                return known.digest, True
            raise InputError(f"there is no file {path}; check the name") from error
        if (
            known is not None
            and known.digest is not None
            and (stat.st_size, stat.st_mtime_ns) == (known.stat.size, known.stat.mtime_ns)
        ):
            return known.digest, True
        if not path.is_file():
            raise InputError(f"{path} is not a file; name a picture")
        try:
            return digest_of(path), known is not None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error

    def _stored(
        self, digest: bytes, facets: Sequence[Facet]
    ) -> tuple[dict[Facet, NDArray[Any]], NDArray[np.uint8] | None] | None:
        rows: dict[Facet, NDArray[Any]] = {}
        for facet in facets:
            extractor = self._extractors.of(facet)
            raw = self._library.vectors.get(extractor.version, digest)
            if raw is None:
                return None
            rows[facet] = np.frombuffer(raw, extractor.dtype)
        if Facet.COPY not in facets:
            return rows, None
        thumbnail = self._library.thumbnails.get(digest)
        if thumbnail is None:
            return rows, turned_hashes_of(rows[Facet.COPY])  # the photo itself may be on a drive that is away
        turned = turned_hashes(small_gray(self._open(thumbnail).rgb))
        turned[0] = rows[Facet.COPY][:HASH_BYTES]
        return rows, turned

    def _open(self, source: str | bytes) -> Picture:
        from app.engine.intake.decode import open_picture

        if isinstance(source, bytes):
            return open_picture(source).picture
        try:
            return open_picture(Path(source)).picture
        except UnreadableImage as error:
            raise UnreadableImage(f"{source} cannot be read: {error}") from error
        except InputError as error:
            raise InputError(f"{source} cannot be read: {error}") from error

    def _extract(self, facet: Facet, picture: Picture) -> NDArray[Any]:
        extractor = self._extractors.of(facet)
        row: NDArray[Any] = extractor.extract([extractor.prepare(picture)])[0]
        return row
