"""What the user chose, in a small TOML file that people may edit too."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args
from urllib.parse import quote_from_bytes, unquote_to_bytes

import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.engine.copies import DEFAULT_RULES, KeeperRule, KeeperRules
from app.engine.errors import LibraryError
from app.engine.types import Facet

Theme = Literal["system", "light", "dark"]
HEAVIEST = 10.0
"""No facet counts more than this many times."""
BUILT_IN = "built-in"
"""The model of meaning that is always there."""
BUILT_IN_LOOK = "built-in-look"
"""The model of look that is always there."""
BUILT_IN_POINTS = "built-in-points"
"""What describes points of photos and is always there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`weights` says how much each facet counts in a search that asks several; a missing one counts 1.

    `model` is the model of meaning that people want, `look_model` that of look, `points_model` that of pieces; the library says
    which it is using. `scenes_model` names scenes besides; "" for none. `look_further`: the best hits help to find more.
    `read_text`: text in photos is read. `keeper`: which of copies is kept.
    """

    theme: Theme = "system"
    weights: Mapping[Facet, float] = field(default_factory=lambda: MappingProxyType({}))
    model: str = BUILT_IN
    look_model: str = BUILT_IN_LOOK
    points_model: str = BUILT_IN_POINTS
    scenes_model: str = ""
    look_further: bool = False
    read_text: bool = True
    keeper: KeeperRules = DEFAULT_RULES


def load_settings(path: Path) -> Settings:
    """The settings in a file; what is missing or makes no sense there is as if never chosen. Changes nothing on disk."""
    try:
        document: Any = _read(path) or {}
    except OSError:
        document = {}
    theme = document.get("theme")
    weights = document.get("weights")
    return Settings(
        theme=theme if theme in get_args(Theme) else "system",
        weights=MappingProxyType(_weights(weights if isinstance(weights, Mapping) else {})),
        model=_name(document.get("model")) or BUILT_IN,
        look_model=_name(document.get("look_model")) or BUILT_IN_LOOK,
        points_model=_name(document.get("points_model")) or BUILT_IN_POINTS,
        scenes_model=_name(document.get("scenes_model")),
        look_further=document.get("look_further") is True,
        read_text=document.get("read_text") is not False,
        keeper=_keeper(document.get("duplicates")),
    )


def save_settings(path: Path, settings: Settings) -> None:
    """Write all or nothing; comments and keys that this version does not know stay. Raises LibraryError.

    A file that is no TOML is kept beside it as "settings.toml.broken".
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        document = _read(path)
        if document is None:
            if path.exists():
                path.replace(path.with_name(path.name + ".broken"))
            document = tomlkit.document()
        document["theme"] = settings.theme
        document["model"] = settings.model
        document["look_model"] = settings.look_model
        document["points_model"] = settings.points_model
        document["scenes_model"] = settings.scenes_model
        document["look_further"] = settings.look_further
        document["read_text"] = settings.read_text
        if not isinstance(document.get("weights"), Mapping):
            document["weights"] = tomlkit.table()
        table = document["weights"]
        for facet in Facet:
            if facet in settings.weights:
                table[facet.value] = settings.weights[facet]
            elif facet.value in table:
                del table[facet.value]
        _put_keeper(document, settings.keeper)
        _write(path, tomlkit.dumps(document))
    except OSError as error:
        raise LibraryError(f"the settings in {path} cannot be written ({error.strerror or error})") from error


def _read(path: Path) -> Any:
    """The TOML document; None where there is none, or something else. Raises OSError for a file that cannot be read."""
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, TOMLKitError):
        return None


def _name(value: Any) -> str:
    return str(value) if isinstance(value, str) else ""


def _weights(table: Mapping[str, Any]) -> dict[Facet, float]:
    known = {facet.value: facet for facet in Facet}
    return {
        known[name]: float(value)
        for name, value in table.items()
        if name in known and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HEAVIEST
    }


def _keeper(table: Any) -> KeeperRules:
    table = table if isinstance(table, Mapping) else {}
    known = {rule.value: rule for rule in KeeperRule}
    order = tuple(known[name] for name in dict.fromkeys(_texts(table, "keep")) if name in known)
    return KeeperRules(order or tuple(KeeperRule), _folders(table, "preferred"), _folders(table, "protected"))


def _put_keeper(document: Any, rules: KeeperRules) -> None:
    """Write what is not as it would be anyway, so that a better order of a later version reaches those who never chose one."""
    lists = {
        "keep": [] if rules.order == tuple(KeeperRule) else [rule.value for rule in rules.order],
        "preferred": [_as_toml(folder) for folder in rules.preferred],
        "protected": [_as_toml(folder) for folder in rules.protected],
    }
    if not isinstance(document.get("duplicates"), Mapping):
        if not any(lists.values()):
            return
        document["duplicates"] = tomlkit.table()
    for name, values in lists.items():
        if values:
            document["duplicates"][name] = values
        elif name in document["duplicates"]:
            del document["duplicates"][name]


def _texts(table: Mapping[str, Any], name: str) -> list[str]:
    values = table.get(name)
    return [str(value) for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _folders(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Absolute folders; anything else could not be meant."""
    folders = (_from_toml(text) for text in _texts(table, name))
    return tuple(dict.fromkeys(folder for folder in folders if os.path.isabs(folder)))  # noqa: PTH117  paths are texts here


_AS_BYTES = "bytes:"


def _as_toml(path: str) -> str:
    """A path as text; TOML has none for names that are not Unicode, so these are written as escaped bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return _AS_BYTES + quote_from_bytes(os.fsencode(path))
    return path


def _from_toml(text: str) -> str:
    return os.fsdecode(unquote_to_bytes(text.removeprefix(_AS_BYTES))) if text.startswith(_AS_BYTES) else text


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
