"""Vectors in LMDB: the truth for what was extracted. One sub-database a feature version, keyed by content digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


class VectorStore:
    """Raw rows by (feature version, 16-byte digest). One environment a process, shared by its threads."""

    def __init__(self, folder: Path, *, write: bool = False) -> None: raise NotImplementedError
    def close(self) -> None: raise NotImplementedError
    def put(self, rows: Mapping[str, Mapping[bytes, bytes]]) -> None:
        """Write {feature: {digest: row}} in one transaction. Raises DiskFull."""
        raise NotImplementedError
    def get(self, feature: str, digest: bytes) -> bytes | None: raise NotImplementedError
    def get_many(self, feature: str, digests: Sequence[bytes]) -> list[bytes | None]: raise NotImplementedError
    def count(self, feature: str) -> int: raise NotImplementedError
    def features(self) -> tuple[str, ...]: raise NotImplementedError
    def delete(self, digests: Iterable[bytes]) -> None:
        """Take the digests out of every feature."""
        raise NotImplementedError
    def drop_feature(self, feature: str) -> None: raise NotImplementedError
    def size_on_disk(self) -> int: raise NotImplementedError
