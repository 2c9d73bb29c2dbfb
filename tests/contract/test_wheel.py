"""What is installed by `pipx install .` and its like."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("facet-*.whl"))) as opened:
        yield opened


def test_the_wheel_carries_every_resource_unchanged(wheel: zipfile.ZipFile) -> None:
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert resources
    for path in resources:
        inside = f"app/resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        assert wheel.read(inside) == path.read_bytes()


def test_the_wheel_holds_the_program_and_not_its_tests(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"app", next(top for top in tops if top.endswith(".dist-info"))}
    entry_points = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "facet = app.__main__:main" in wheel.read(entry_points).decode()
