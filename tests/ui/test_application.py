"""The program as a whole: start, hand over, end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.ui.reveal import Revealer, command

WAIT_S = 60.0


def facet(*arguments: str, **more: str) -> subprocess.Popen[str]:
    """A start of the program without a screen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **more}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-m", "app", *arguments], stdout=pipe, stderr=pipe, text=True, env=environment)


def folders(library: Path) -> set[str]:
    """The folders of a library, through the command line beside the open window."""
    status = facet("status", "--json", "--library", str(library))
    out, _ = status.communicate(timeout=WAIT_S)
    return {folder["path"] for folder in json.loads(out)["folders"]} if status.returncode == 0 else set()


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends programs without a signal")
def test_a_second_start_hands_its_folder_to_the_first_window(
    make_photo: Callable[..., Path], library: Path, tmp_path: Path
) -> None:
    one = make_photo("a.jpg", seed=1, folder=tmp_path / "one").parent
    two = make_photo("b.jpg", seed=2, folder=tmp_path / "two").parent
    first = facet(str(one), "--library", str(library))
    try:
        wait_for(lambda: folders(library) == {str(one)})
        second = facet(str(two), "--library", str(library))
        _, told = second.communicate(timeout=WAIT_S)
        assert second.returncode == 0
        assert "open already" in told
        wait_for(lambda: folders(library) == {str(one), str(two)})
    finally:
        first.send_signal(signal.SIGTERM)
        _, complaints = first.communicate(timeout=WAIT_S)
    assert first.returncode == 0
    # The screen that is none cannot do everything and says so
    assert [line for line in complaints.splitlines() if "This plugin does not support" not in line] == []
    assert (library / "window.ini").exists()


def test_the_window_loads_nothing_heavy_before_it_is_shown() -> None:
    heavy = ("numpy", "torch", "cv2", "faiss", "scipy", "onnxruntime", "lmdb", "PIL")
    code = f"import sys, app.ui.application; print([name for name in {heavy!r} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_each_platform_marks_a_file_in_its_own_way() -> None:
    path = Path("/photos/a b.jpg")
    assert command(path, "darwin") == ("open", ["-R", "/photos/a b.jpg"])
    assert command(path, "win32") == ("explorer", ["/select,", "/photos/a b.jpg"])
    assert command(path, "linux") is None


def test_what_is_gone_cannot_be_shown(qapp: object, tmp_path: Path) -> None:
    assert not Revealer().reveal(str(tmp_path / "gone.jpg"))
