"""Model files that Facet carries or that come as ordinary Python packages, found without an import and checked before use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.engine.errors import ModelMissing
from app.engine.paths import resources


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed package, or in Facet's own `models` folder where `package` is empty; `sha256` in hex."""

    package: str
    path: str
    sha256: str

    def locate(self) -> Path:
        """Where the file is. Raises ModelMissing."""
        spec = find_spec(self.package) if self.package else None
        own = [] if self.package else [str(resources() / "models")]
        for folder in own or (spec.submodule_search_locations if spec else None) or []:
            file = Path(folder) / self.path
            if file.is_file():
                return file
        raise ModelMissing(f"A part of Facet's built-in model is missing ({self.package or self.path}); install Facet again.")

    def checked(self) -> Path:
        """Where the file is, once its content is known to be the right one. Raises ModelMissing."""
        file = self.locate()
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != self.sha256:
            raise ModelMissing(f"A part of Facet's built-in model is damaged ({file}); install Facet again.")
        return file
