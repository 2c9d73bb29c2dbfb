"""Files copied into a model's folder, with their checksums taken on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.engine.errors import Cancelled, DiskFull, InputError
from app.engine.models.download import FULL, FileRecord, Progress
from app.engine.models.patience import Stop

BLOCK = 1 << 20


def copy_files(files: Sequence[Path], folder: Path, progress: Progress, stop: Stop) -> dict[str, FileRecord]:
    """The copies by name. The originals stay as they are. Raises Cancelled, DiskFull, InputError."""
    done, records = 0, {}
    try:
        total = sum(file.stat().st_size for file in files)
        for file in files:
            digest, size = hashlib.sha256(), 0
            with file.open("rb") as source, (folder / file.name).open("wb") as target:
                while block := source.read(BLOCK):
                    if stop():
                        raise Cancelled("the import is stopped; start it again")
                    target.write(block)
                    digest.update(block)
                    size += len(block)
                    progress(done + size, max(total, done + size))
            done += size
            records[file.name] = FileRecord(size, digest.hexdigest())
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull("the disk is full; make room and import the model again") from error
        said = error.strerror or error
        raise InputError(f"{error.filename or folder} cannot be copied ({said}); check the disk and the file") from error
    return records
