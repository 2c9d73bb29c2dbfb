"""Model files that come as ordinary Python packages, found without importing those packages and checked before use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.engine.errors import ModelMissing


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed package, `sha256` in hex."""

    package: str
    path: str
    sha256: str

    def locate(self) -> Path:
        """Where the file is. Raises ModelMissing."""
        spec = find_spec(self.package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            file = Path(folder) / self.path
            if file.is_file():
                return file
        raise ModelMissing(f"A part of Facet's built-in model is missing ({self.package}); install Facet again.")

    def checked(self) -> Path:
        """Where the file is, once its content is known to be the right one. Raises ModelMissing."""
        file = self.locate()
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != self.sha256:
            raise ModelMissing(f"A part of Facet's built-in model is damaged ({file}); install Facet again.")
        return file
