"""What is loaded when, and by whom."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("PySide6", "torch", "open_clip", "kornia", "faiss", "cv2", "onnxruntime", "scipy")


def loaded_by(module: str) -> set[str]:
    """The top-level modules that importing `module` in a fresh Python loads."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("module", ["app.engine.service", "app.__main__", "app.cli"])
def test_the_door_opens_without_the_heavy_parts(module: str) -> None:
    loaded = loaded_by(module)
    assert "app" in loaded
    assert not loaded & set(HEAVY)


def test_the_measure_sees_what_is_loaded() -> None:
    assert "numpy" in loaded_by("numpy")
