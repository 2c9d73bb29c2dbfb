"""Tags written into sidecars beside the photos, when people ask for it, with a way back. The photos themselves are never touched.

An act is a folder in the library: what each sidecar was before, and what was written. It is on the disk before a sidecar changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from app.engine.errors import FacetError, UsageError
from app.engine.labels import ExportReport
from app.engine.library.replacing import put
from app.engine.tags.sidecar import LARGEST, merged

_RECORD = "act.jsonl"
KEPT = 100
"""So many acts can be taken back; what is needed for older ones goes."""


def sidecar_of(photo: Path) -> Path:
    """The sidecar that a photo has, else the one that it gets: `photo.jpg.xmp`, which no other photo shares.

    `photo.xmp` counts only where no other file has that name before its ending, for it may be another's.
    """
    full, short = photo.with_name(photo.name + ".xmp"), photo.with_suffix(".xmp")
    if not full.exists() and short.exists():
        others = [other for other in photo.parent.glob(f"{_literal(photo.stem)}.*") if other not in (photo, short)]
        return full if others else short
    return full


class Exporting:
    """Writes and takes back. `folder` keeps what is needed for the way back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, tags: Mapping[str, Sequence[str]], *, suggested: bool = False) -> ExportReport:
        """Put tags into the sidecars of photos, {path: names}; `suggested` says that not only those of people are among them.

        A photo that is away, or whose sidecar is strange, is refused.
        """
        act = f"{datetime.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
        written: list[str] = []
        refused: list[tuple[str, str]] = []
        unchanged = 0
        for path, names in tags.items():
            try:
                if not names:
                    refused.append((path, "it has no tags" if suggested else "it has no tags of yours"))
                elif (sidecar := self._write_one(self._folder / act, f"{len(written)}.xmp", Path(path), names)) is None:
                    unchanged += 1
                else:
                    written.append(str(sidecar))
            except OSError as error:
                refused.append((path, f"its sidecar cannot be written ({error.strerror or error})"))
            except FacetError as error:
                refused.append((path, f"its sidecar was left: {error}"))
        self._prune()
        return ExportReport(act, tuple(written), unchanged, tuple(refused))

    def _prune(self) -> None:
        for name in self._acts()[:-KEPT]:
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _acts(self) -> list[str]:
        """The acts that can be taken back, the oldest first: their names begin with their time."""
        return sorted(record.parent.name for record in self._folder.glob(f"*/{_RECORD}"))

    def _write_one(self, folder: Path, name: str, photo: Path, names: Sequence[str]) -> Path | None:
        """The sidecar that was written; None where it has all names. Raises OSError, InputError."""
        photo.stat()
        sidecar = sidecar_of(photo)
        old = _read(sidecar)
        new = merged(old, names)
        if new == old:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        if old is not None:
            put(folder / name, old)
        entry = {"path": str(sidecar), "kept": name if old is not None else None, "sha256": hashlib.sha256(new).hexdigest()}
        with (folder / _RECORD).open("a", encoding="ascii") as record:  # not a letter of a path is lost in JSON's own escapes
            record.write(json.dumps(entry) + "\n")
            record.flush()
            os.fsync(record.fileno())
        put(sidecar, new)
        return sidecar

    def undo(self, act: str) -> ExportReport:
        """Bring back what sidecars were before an act; one that was changed since stays. Raises UsageError for no such act."""
        folder = self._folder / Path(act).name
        try:
            entries = [json.loads(line) for line in (folder / _RECORD).read_text(encoding="ascii").splitlines()]
        except (OSError, ValueError) as error:
            raise UsageError("there is nothing to take back") from error
        restored: list[str] = []
        refused: list[tuple[str, str]] = []
        for entry in entries:
            sidecar = Path(entry["path"])
            try:
                now = _read(sidecar)
                if now is None or hashlib.sha256(now).hexdigest() != entry["sha256"]:
                    refused.append((str(sidecar), "it was changed since, and stays as it is"))
                    continue
                if entry["kept"]:
                    put(sidecar, (folder / entry["kept"]).read_bytes())
                else:
                    sidecar.unlink()
                restored.append(str(sidecar))
            except OSError as error:
                refused.append((str(sidecar), f"it cannot be written ({error.strerror or error})"))
        if not refused:
            shutil.rmtree(folder, ignore_errors=True)
        return ExportReport(act, tuple(restored), 0, tuple(refused))

    def last(self) -> str | None:
        """The newest act that can be taken back."""
        return next(reversed(self._acts()), None)


def _read(sidecar: Path) -> bytes | None:
    """The content; None where there is no such file. One byte more than is read at most shows that it is too large."""
    try:
        with sidecar.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return None


def _literal(name: str) -> str:
    """A name in which no letter has a meaning for `glob`."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
