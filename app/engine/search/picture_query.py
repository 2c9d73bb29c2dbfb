"""A picture that is asked for: what is stored of it where the library knows it, else what the extractors read now."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError, InputError, ModelMissing, NotReadYet, UnreadableImage, UsageError
from app.engine.features.active import Extractors
from app.engine.features.base import LONGEST, Picture
from app.engine.features.copy import HASH_BYTES, small_gray, turned_hashes, turned_hashes_of
from app.engine.features.local.points import LocalFeatures
from app.engine.features.together import Together, prepare
from app.engine.intake.readers import MEMORY
from app.engine.intake.roots import spelled_within
from app.engine.library.catalog import Catalog
from app.engine.library.digest import digest_of, digest_of_bytes
from app.engine.library.store import Library
from app.engine.paths import absolute
from app.engine.types import FIRST, Box, Facet

LARGE = 2_048
"""The longer side, in pixels, at which a picture is opened of which only a part is asked for,"""
PART = 1_024
"""and the longer side of the part: the picture is opened larger where that has fewer."""


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """`rows`: one row a facet, `errors` those that could not be read. `turned`: uint8 (8, 72), to find the picture turned or
    mirrored. `photo_id`: its number where the library holds these bytes; `in_library`: the file itself is one of the library's.
    `points` are those to find pieces by, `shown` is the whole picture where it could be opened. With a `box` all of it is of that
    part alone.
    """

    rows: Mapping[Facet, NDArray[Any]]
    errors: Mapping[Facet, FacetError]
    turned: NDArray[np.uint8] | None
    photo_id: int | None
    in_library: bool
    points: LocalFeatures | None = None
    shown: Picture | None = None
    box: Box | None = None


class PictureReader:
    """Reads query pictures; one for each lane, for it uses that lane's catalogue connection."""

    def __init__(self, library: Library, catalog: Catalog, extractors: Extractors) -> None:
        self._library = library
        self._catalog = catalog
        self._extractors = extractors

    def read(self, source: str | bytes, asked: Sequence[Facet], box: Box | None = None) -> QueryPicture:
        """Raises InputError for a file that is not there, UnreadableImage for one that is no picture.

        With a `box` only that part of it is read; raises UsageError for one that lies outside.
        """
        facets = [facet for facet in asked if facet in FIRST]
        if box is not None:
            return self._part(source, facets, box, points=Facet.CROP in asked)
        read = self._whole(source, facets, empty_is_right=Facet.CROP in asked)
        return self._with_points(source, read) if Facet.CROP in asked else read

    def _part(self, source: str | bytes, facets: Sequence[Facet], box: Box, *, points: bool) -> QueryPicture:
        digest, in_library = self._identify(source)
        whole = self._open(source, LARGE)
        box = within(box, whole.size)
        picture = self._larger(source, whole, box)
        part = cut(picture, box)
        rows: dict[Facet, NDArray[Any]] = {}
        errors = self._extract(facets, part, rows)
        turned = turned_hashes(small_gray(part.rgb)) if Facet.COPY in rows else None
        read = QueryPicture(rows, errors, turned, self._catalog.photo_id(digest), in_library, None, whole, box)
        return self._described(read, picture) if points else read

    def _larger(self, source: str | bytes, whole: Picture, box: Box) -> Picture:
        """The picture opened once more where the part has few pixels of many that there are, as large as memory allows."""
        longer, most = max(whole.size), math.sqrt(MEMORY / 4 / (3 * whole.size[0] * whole.size[1]))
        wanted = int(longer * min(1.0, most, PART / max(box[2:])))
        if wanted > max(whole.rgb.shape[:2]):
            with suppress(UnreadableImage):  # more than can be decoded safely
                return self._open(source, wanted)
        return whole

    def _with_points(self, source: str | bytes, read: QueryPicture) -> QueryPicture:
        """A query has more points than what is stored; that is used while the picture's drive is away."""
        crop = self._extractors.crop
        try:
            picture = read.shown or self._open(source, crop.side)
        except InputError as error:
            digest = self._identify(source)[0]
            row = self._library.vectors.get(crop.version, digest)
            if row is None:
                if not read.rows:
                    raise
                return replace(read, errors={**read.errors, Facet.CROP: NotReadYet(f"parts were not looked for yet: {error}")})
            return replace(read, points=crop.unpack(row))
        return self._described(replace(read, shown=picture), picture)

    def _described(self, read: QueryPicture, picture: Picture) -> QueryPicture:
        """With the points of the picture, or why there are none: other facets answer without a model that is not whole."""
        try:
            return replace(read, points=self._extractors.crop.query(picture, read.box))
        except ModelMissing as error:
            return replace(read, errors={**read.errors, Facet.CROP: error})

    def _whole(self, source: str | bytes, facets: Sequence[Facet], *, empty_is_right: bool) -> QueryPicture:
        digest, in_library = self._identify(source)
        photo_id = self._catalog.photo_id(digest)
        rows = self._stored(digest, facets) if photo_id is not None else {}
        turned = self._stored_turns(digest, rows) if Facet.COPY in rows else None
        lacking = [facet for facet in facets if facet not in rows]
        errors: dict[Facet, FacetError] = {}
        picture: Picture | None = None
        if lacking:
            try:
                picture = self._open(source)
            except InputError as error:
                if not rows and not empty_is_right:
                    raise
                errors = dict.fromkeys(lacking, NotReadYet(f"{lacking[0]} has not read this photo yet: {error}"))
            else:
                errors = self._extract(lacking, picture, rows)
                turned = turned_hashes(small_gray(picture.rgb)) if Facet.COPY in lacking else turned
        return QueryPicture(rows, errors, turned, photo_id, in_library, shown=picture)

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

    def _open(self, source: str | bytes, longest: int | None = None) -> Picture:
        from app.engine.intake.decode import open_picture

        if isinstance(source, bytes):
            return open_picture(source, longest=longest or LONGEST).picture
        try:
            return open_picture(Path(source), longest=longest or LONGEST).picture
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


def within(box: Box, size: tuple[int, int]) -> Box:
    """The box cut to a picture of `size` (width, height). Raises UsageError for one that is empty or wholly outside."""
    x, y, width, height = box
    left, top = max(0, x), max(0, y)
    right, bottom = min(size[0], x + width), min(size[1], y + height)
    if width <= 0 or height <= 0:
        raise UsageError("the box has no area; give x,y,width,height in pixels of the upright picture")
    if right <= left or bottom <= top:
        raise UsageError(f"the box lies outside of the picture, which is {size[0]} x {size[1]} pixels; choose a part of it")
    return left, top, right - left, bottom - top


def cut(picture: Picture, box: Box) -> Picture:
    """The part of a picture in a box of the whole one's pixels that lies within it."""
    height, width = picture.rgb.shape[:2]
    across, down = width / picture.size[0], height / picture.size[1]
    left, top = int(box[0] * across), int(box[1] * down)
    right = max(left + 1, int(np.ceil((box[0] + box[2]) * across)))
    bottom = max(top + 1, int(np.ceil((box[1] + box[3]) * down)))
    return Picture(np.ascontiguousarray(picture.rgb[top:bottom, left:right]), (box[2], box[3]))
