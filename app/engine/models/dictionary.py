"""What rare names mean: the nouns of WordNet that name things, with their definitions.

A name that the photos of the training hardly had says little by itself; what it is called after does: "okapi" is told by
"similar to the giraffe but smaller with much shorter neck and stripe on the legs".
"""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from app.engine.errors import ModelMissing
from app.engine.paths import resources

SENSES = 3
"""Meanings of one name that are told; the first are the most common."""


class Dictionary:
    """Reads its file when it is first asked."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or resources() / "models" / "dictionary.tsv.gz"

    def meanings(self, name: str) -> list[str]:
        """What a name may mean, at most three; nothing for one that is not there. Raises ModelMissing."""
        name = name.lower()
        return (self._meanings.get(name) or self._meanings.get(name.removesuffix("s")) or [])[:SENSES]

    @cached_property
    def _meanings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        try:
            with gzip.open(self.file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    names, _, meaning = line.rstrip("\n").partition("\t")
                    for name in names.lower().split(", "):
                        found[name].append(meaning)
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            reason = f"A part of Facet's built-in model is missing or damaged ({self.file}); install Facet again."
            raise ModelMissing(reason) from error
        if not found:
            raise ModelMissing(f"A part of Facet's built-in model is damaged ({self.file}); install Facet again.")
        return dict(found)
