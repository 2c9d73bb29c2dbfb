"""A picture that is asked for: what is stored of it where the library knows it, else what the extractors read now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError, InputError, NotReadYet, UnreadableImage
from app.engine.features.active import Extractors
from app.engine.features.base import Picture
from app.engine.features.copy import HASH_BYTES, small_gray, turned_hashes, turned_hashes_of
from app.engine.features.together import Together, prepare
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
        rows = self._stored(digest, facets) if photo_id is not None else {}
        turned = self._stored_turns(digest, rows) if Facet.COPY in rows else None
        lacking = [facet for facet in facets if facet not in rows]
        errors: dict[Facet, FacetError] = {}
        if lacking:
            try:
                picture = self._open(source)
            except InputError as error:
                if not rows:
                    raise
                errors = dict.fromkeys(lacking, NotReadYet(f"{lacking[0]} has not read this photo yet: {error}"))
            else:
                errors = self._extract(lacking, picture, rows)
                turned = turned_hashes(small_gray(picture.rgb)) if Facet.COPY in lacking else turned
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

    def _stored(self, digest: bytes, facets: Sequence[Facet]) -> dict[Facet, NDArray[Any]]:
        """The rows that the library has of a photo; of one that it was given lately some may not have been read yet."""
        rows: dict[Facet, NDArray[Any]] = {}
        for facet in facets:
            extractor = self._extractors.of(facet)
            raw = self._library.vectors.get(extractor.version, digest)
            if raw is not None:
                rows[facet] = np.frombuffer(raw, extractor.dtype)
        return rows

    def _stored_turns(self, digest: bytes, rows: Mapping[Facet, NDArray[Any]]) -> NDArray[np.uint8]:
        thumbnail = self._library.thumbnails.get(digest)
        if thumbnail is None:
            return turned_hashes_of(rows[Facet.COPY])  # the photo itself may be on a drive that is away
        turned = turned_hashes(small_gray(self._open(thumbnail).rgb))
        turned[0] = rows[Facet.COPY][:HASH_BYTES]
        return turned

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

    def _extract(self, facets: Sequence[Facet], picture: Picture, rows: dict[Facet, NDArray[Any]]) -> dict[Facet, FacetError]:
        """Read these facets into `rows`; what could not be read, and why."""
        extractors = [self._extractors.of(facet) for facet in facets]
        prepared = prepare(extractors, picture)
        together = Together(extractors, {version: {None: needed} for version, needed in prepared.items()})
        errors: dict[Facet, FacetError] = {}
        for extractor in extractors:
            try:
                rows[extractor.facet] = together.rows(extractor)[0]
            except FacetError as error:
                errors[extractor.facet] = error
        return errors
