"""The name of a photo: a digest of all bytes of its file, so that equal files are one photo wherever they lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

DIGEST_BYTES = 16


def digest_of(path: str | Path) -> bytes:
    """The 16-byte BLAKE2b digest (RFC 7693) of a file's content, read in pieces. Raises OSError."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, _blake2b).digest()


def digest_of_bytes(content: bytes) -> bytes:
    """The same digest of content that is in memory already."""
    return _blake2b(content).digest()


def _blake2b(content: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES)
