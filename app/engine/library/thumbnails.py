"""Thumbnails in an LMDB environment of their own in the cache folder: it may be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

SIDE = 320
"""The longer side of a stored thumbnail, in pixels."""


class ThumbnailStore:
    """Encoded JPEG bytes by content digest. A store that cannot be read is made anew, for it is derived."""

    def __init__(self, folder: Path, *, write: bool = False) -> None: raise NotImplementedError
    def close(self) -> None: raise NotImplementedError
    def put(self, pictures: Mapping[bytes, bytes]) -> None: raise NotImplementedError
    def get(self, digest: bytes) -> bytes | None: raise NotImplementedError
    def delete(self, digests: Iterable[bytes]) -> None: raise NotImplementedError
    def size_on_disk(self) -> int: raise NotImplementedError
