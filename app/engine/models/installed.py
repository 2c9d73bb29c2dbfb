"""A model that is there: its folder, what it is made of, and whether that is still so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from app.engine.errors import ModelMissing
from app.engine.models.download import FileRecord, sha256_of

MANIFEST = "facet.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Installed:
    """A complete model. `source` says where it came from: repository@commit, or the folder's name; `files` by name."""

    name: str
    folder: Path
    source: str
    weights: str
    files: dict[str, FileRecord]

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return sum(record.size for record in self.files.values())

    @property
    def digest(self) -> str:
        """16 hex digits that change with anything that changes the rows."""
        parts = (self.files[self.weights].sha256, self.files["open_clip_config.json"].sha256)
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

    def checked(self) -> Path:
        """The weights file, once it is known to be as it came. Raises ModelMissing."""
        path = self.folder / self.weights
        record = self.files[self.weights]
        stat = path.stat() if path.is_file() else None
        if stat is None or stat.st_size != record.size or _sha256(path, stat.st_mtime_ns, stat.st_size) != record.sha256:
            raise ModelMissing(f"the files of {self.name} have changed since they came; get the model again.")
        return path

    def write(self) -> None:
        """Put the manifest beside the files."""
        document = {
            "schema": SCHEMA,
            "name": self.name,
            "source": self.source,
            "weights": self.weights,
            "files": {name: asdict(record) for name, record in self.files.items()},
        }
        (self.folder / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


@lru_cache(maxsize=16)
def _sha256(path: Path, _mtime_ns: int, _size: int) -> str:
    return sha256_of(path)  # both sides of a model ask for the same file


def read_installed(folder: Path) -> Installed | None:
    """The model in a folder; None where there is none, or one that is not whole."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(name): FileRecord(int(r["size"]), str(r["sha256"])) for name, r in document["files"].items()}
        if document["schema"] != SCHEMA or not {document["weights"], "open_clip_config.json"} <= files.keys():
            return None
        if any((folder / name).stat().st_size != record.size for name, record in files.items()):
            return None
        return Installed(str(document["name"]), folder, str(document["source"]), str(document["weights"]), files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
