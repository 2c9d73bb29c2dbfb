"""A model that is there: its folder, what it is made of, and whether that is still so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from app.engine.errors import ModelMissing
from app.engine.models.download import FileRecord, sha256_of
from app.engine.types import Facet

MANIFEST = "facet.json"
SCHEMA = 1
DESCRIPTIONS = {
    Facet.MEANING: "open_clip_config.json",
    Facet.LOOK: "config.json",
    Facet.CROP: "points.json",
    Facet.CAPTIONS: "open_clip_config.json",
    Facet.TAGS: "places.json",
}
"""The file that says what a model of each facet is: open_clip's, timm's, two of our own. What writes captions is told by what
is in it."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A complete model. `source` says where it came from: repository@commit, or the folder's name; `files` by name.

    `length` of its rows, where only trying the model says it (look).
    """

    name: str
    folder: Path
    source: str
    weights: str
    files: dict[str, FileRecord]
    facet: Facet = Facet.MEANING
    length: int = 0

    @property
    def description(self) -> str:
        """The name of the file that says what the model is."""
        return DESCRIPTIONS[self.facet]

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return sum(record.size for record in self.files.values())

    @property
    def digest(self) -> str:
        """16 hex digits that change with anything that changes the rows."""
        parts = (self.files[self.weights].sha256, self.files[self.description].sha256)
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

    def checked(self) -> Path:
        """The weights file, once it is known to be as it came. Raises ModelMissing."""
        path = self.folder / self.weights
        record = self.files[self.weights]
        stat = path.stat() if path.is_file() else None
        if stat is None or stat.st_size != record.size or _sha256(path, stat.st_mtime_ns, stat.st_size) != record.sha256:
            raise ModelMissing(
                f"the files of {self.name} have changed since they came; "
                "choose another model, remove this one and get the model again."
            )
        return path

    def write(self) -> None:
        """Put the manifest beside the files."""
        document = {
            "schema": SCHEMA,
            "name": self.name,
            "source": self.source,
            "weights": self.weights,
            "facet": self.facet.value,
            "length": self.length,
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
        facet = Facet(document.get("facet", Facet.MEANING))
        if document["schema"] != SCHEMA or not {document["weights"], DESCRIPTIONS[facet]} <= files.keys():
            return None
        if any((folder / name).stat().st_size != record.size for name, record in files.items()):
            return None
        name, source, weights = (str(document[key]) for key in ("name", "source", "weights"))
        return Installed(name, folder, source, weights, files, facet, int(document.get("length", 0)))
    except (OSError, ValueError, KeyError, TypeError):
        return None
