"""The names that photos can be tagged with: the scenes of Places365 in words for people, and things, people and moods."""

from __future__ import annotations

from app.engine.paths import resources


def scenes() -> dict[str, str]:
    """The categories of Places365 in the order of its network's outputs -> words for people."""
    lines = (resources() / "tags" / "scenes.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def names() -> tuple[str, ...]:
    """All names, each once: scenes, then things."""
    lines = (resources() / "tags" / "things.txt").read_text(encoding="utf-8").splitlines()
    things = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(dict.fromkeys([*scenes().values(), *things]))
