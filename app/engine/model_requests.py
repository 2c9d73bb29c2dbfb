"""What the window may ask about models; `app.engine.requests` names these with all others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListModels:
    """-> tuple[ModelChoice, ...]"""


@dataclass(frozen=True, slots=True)
class FetchModel:
    """Get a model from the hub; `ModelProgress` follows, and cancelling the ticket pauses: a later fetch goes on. -> None"""

    name: str


@dataclass(frozen=True, slots=True)
class ImportModel:
    """Take a model from a file or folder. -> str, its name"""

    path: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class UseModel:
    """Read the photos with a model that is here, and search with it once that is done. -> None"""

    name: str


@dataclass(frozen=True, slots=True)
class SwitchOffModel:
    """Name no scenes any more with a model that does; what it named is not shown, and there again when it is used. -> None"""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Delete the files of a model that is neither in use nor wanted, or of one that has not wholly arrived. -> None"""

    name: str
