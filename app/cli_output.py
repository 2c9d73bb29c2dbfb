"""What every command prints: one JSON document on stdout, or lines for people."""

from __future__ import annotations

import json
import sys


def shown(text: str) -> str:
    """A path for people: bytes that are no text are shown as escapes, and control characters too."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def say(message: str) -> None:
    """One line on stderr, whatever the names in it hold."""
    print(f"facet: {shown(message)}", file=sys.stderr)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=True)
    sys.stdout.write("\n")
