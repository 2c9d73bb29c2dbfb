#!/usr/bin/env python3
"""Install Facet into an environment of its own, then open it or test it. Needs Python alone.

    python3 packaging/start.py [FOLDER...]     open the window on these folders
    python3 packaging/start.py test [...]      run the tests; further words go to pytest

The environment is made in .venv beside this checkout, or in the folder that FACET_VENV names. Started again, nothing is
installed and it starts at once.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # its neighbors are no package
import qt_libraries
from installation import ROOT, WINDOWS, Stop, alone, environment_folder, install, is_installed, program, say, wanted_digest

OLDEST_PYTHON = (3, 11)
SIDE_BY_SIDE = ("--numprocesses=2", "--dist=loadfile")
"""The tests run in two processes, file by file: 10 minutes instead of 17. Each may take 3 GB, so no more on any machine."""


def no_screen(environ: Mapping[str, str], system: str) -> bool:
    """Whether no window can be opened here."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return system == "Linux" and not any(environ.get(name) for name in names)


def command_line_way(venv: Path) -> str:
    """What to do on a machine without a screen."""
    facet = f'"{program(venv, "facet")}"' if " " in str(venv) else str(program(venv, "facet"))
    return (
        "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot be opened.\n"
        "Facet also works from the command line:\n"
        f"    {facet} index FOLDER...             read the photos of folders\n"
        f'    {facet} search "dog on a beach"     find photos by words\n'
        f"    {facet} similar PHOTO               find photos like one photo\n"
        f"    {facet} duplicates                  show groups of copies\n"
        f"    {facet} --help                      tells more"
    )


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Become the program where the system can do that, else wait for it."""
    sys.stdout.flush()
    if WINDOWS:
        return subprocess.call(list(command), env=dict(environ))
    os.execve(command[0], list(command), dict(environ))
    raise AssertionError("not reached")


def find_newer_python() -> str | None:
    """Another Python on this machine that is new enough."""
    names = (f"python3.{minor}" for minor in range(14, OLDEST_PYTHON[1] - 1, -1))
    return next((found for found in map(shutil.which, names) if found), None)


def lacking(window: bool) -> list[str]:
    """Libraries of the system without which Qt does not start."""
    return [name for name in qt_libraries.missing(window) if name != qt_libraries.FONT]


def start(words: Sequence[str]) -> int:
    """Install what is missing, then open the window or run the tests; returns the exit status."""
    for_tests = bool(words) and words[0] == "test"
    venv = environment_folder(os.environ)
    screen = for_tests or not no_screen(os.environ, platform.system())
    installed = is_installed(venv, wanted_digest(), for_tests)
    if screen and (not installed or (qt_libraries.installs() and lacking(window=not for_tests))):
        qt_libraries.provide(say, window=not for_tests)
    if not installed:
        with alone():
            install(venv, for_tests)
    if not screen:
        say(command_line_way(venv))
        return 1
    if missing := lacking(window=not for_tests):
        raise Stop(qt_libraries.help_with(missing))
    python = str(program(venv, "python"))
    if for_tests:
        os.chdir(str(ROOT))
        return run([python, "-m", "pytest", *SIDE_BY_SIDE, *words[1:]], {**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    # -P: a folder named app where the user stands must not be taken for Facet.
    return run([python, "-P", "-m", "app", *words], os.environ)


def main(words: Sequence[str]) -> int:
    """Run the script; every failure is a few plain lines."""
    if words and words[0] in ("-h", "--help"):
        say((__doc__ or "").strip())
        return 0
    if sys.version_info < OLDEST_PYTHON:
        newer = find_newer_python()
        if newer:
            return run([newer, str(Path(__file__).resolve()), *words], os.environ)
        say("Facet needs Python 3.11 or newer; this is {}.{}. Install a newer one and start again.".format(*sys.version_info[:2]))
        return 1
    try:
        return start(words)
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Start again to go on.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
