"""The project's text is about the product alone, and the same on every machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app", "packaging", "resources", "tests", ".ci", "pyproject.toml", "README.md", "CHANGELOG.md")
TEXTS = {".py", ".md", ".toml", ".txt", ".json", ".yml", ".qss", ".desktop", ".svg", ""}
PLACES = re.compile(r"/(?:work|opt|root)/\w")  # where machines that build programs keep things
HERE = tuple(str(path) for path in (Path.home(), ROOT) if len(path.parts) > 2)


def names_a_machine(line: str) -> bool:
    """Whether a line names a folder that only some machine has; made-up ones such as /home/ana are fine."""
    return bool(PLACES.search(line)) or any(path in line for path in HERE)


def texts() -> Iterator[Path]:
    for part in PARTS:
        path = ROOT / part
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and file.suffix in TEXTS and "__pycache__" not in file.parts)


def test_no_path_of_a_particular_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if names_a_machine(line)
    ]
    assert not found, "\n".join(found)


def test_the_search_for_paths_finds_them() -> None:
    assert names_a_machine("see /opt/build/photos")
    assert not names_a_machine("see /home/ana/photos")


def test_the_readme_gives_the_commands_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("python3 packaging/start.py", "python3 packaging/start.py test", "pipx install ."):
        assert command in readme
    assert "exec python3 packaging/start.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
