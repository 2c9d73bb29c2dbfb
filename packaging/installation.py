"""The environment that Facet is installed into: whether it is complete, and how it is made. Python's own library alone."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDINARY = "https://pypi.org/simple/"
CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
MARK, STAMP = "facet-made-this", "facet-installed.json"
WINDOWS = os.name == "nt"


class Stop(Exception):
    """What went wrong and what to do, in words for people."""


def say(text: str) -> None:
    """Print at once, so that it stands before what a started program prints."""
    print(text, flush=True)


# ---- what has to be fetched


def has_nvidia() -> bool:
    """Whether there is a graphics card that the CUDA build of torch could use."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def size_of(system: str, machine: str, nvidia: bool, cpu_builds: bool) -> tuple[float, float]:
    """(gigabytes to download, gigabytes on the disk), measured in November 2026 and rounded up."""
    if system == "Darwin":
        return 0.5, 2.0
    # On Linux the ordinary index has builds for NVIDIA cards alone; on Windows it has builds without.
    cuda = nvidia and cpu_builds if system == "Windows" else nvidia or not cpu_builds
    if cuda and machine.lower() in ("x86_64", "amd64"):
        return 3.4, 7.0
    return 0.6, 2.5


def answers(address: str) -> bool:
    """Whether a server can be reached; a doubt about certificates counts as reached and is left to the installer."""
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=15).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except urllib.error.URLError as error:
        return isinstance(error.reason, ssl.SSLError)
    except (OSError, ValueError):
        return False
    return True


def check_space(folder: Path, needed_gb: float) -> None:
    """Raise Stop where the disk of `folder` (or its nearest parent that exists) has too little room."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    if free < needed_gb:
        raise Stop(
            f"The disk of {folder} has {free:.1f} GB free and about {needed_gb:.1f} GB are needed.\n"
            "Make room, or let FACET_VENV name a folder on another disk, and start again."
        )


# ---- the environment


def environment_folder(environ: Mapping[str, str]) -> Path:
    """Where the environment is, or will be."""
    named = environ.get("FACET_VENV")
    return Path(named).expanduser().absolute() if named else ROOT / ".venv"


def program(venv: Path, name: str) -> Path:
    """A program of the environment."""
    return venv / "Scripts" / f"{name}.exe" if WINDOWS else venv / "bin" / name


def digest(project: bytes, root: Path, python: Sequence[int]) -> str:
    """Changes with everything that asks for a new installation."""
    text = "\0".join((hashlib.sha256(project).hexdigest(), str(root), ".".join(map(str, python[:3]))))
    return hashlib.sha256(text.encode()).hexdigest()


def wanted_digest() -> str:
    """The digest of this checkout under this Python."""
    return digest((ROOT / "pyproject.toml").read_bytes(), ROOT, sys.version_info)


def is_installed(venv: Path, wanted: str, for_tests: bool) -> bool:
    """Whether the environment is complete for this checkout; a complete one for tests serves the window too."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        return stamp["digest"] == wanted and (stamp["tests"] or not for_tests) and program(venv, "python").exists()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def can_be_kept(venv: Path) -> bool:
    """Whether a complete environment of ours is there that only has to be brought up to date."""
    return (venv / MARK).exists() and (venv / STAMP).exists() and works(venv)


def clear_away(venv: Path) -> None:
    """Delete what a stopped installation left; a folder that somebody else made is not touched."""
    if not venv.exists() or (venv.is_dir() and not any(venv.iterdir())):
        return
    if not (venv / MARK).exists():
        raise Stop(
            f"{venv} is there already and was not made by this script.\nMove it away, or let FACET_VENV name another folder."
        )
    say("The environment that is there is not complete or cannot be used any more; it is made anew.")
    (venv / STAMP).unlink(missing_ok=True)
    for entry in venv.iterdir():  # the mark goes last, so that a clearing that is stopped can be taken up again
        if entry.name != MARK:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def make_environment(venv: Path) -> None:
    """An environment with nothing in it but pip."""
    if importlib.util.find_spec("ensurepip") is None:
        raise Stop(
            "This Python cannot make environments. On Debian and Ubuntu run\n    apt-get install python3-venv\n"
            "(with sudo before it, if you are not root) and start again."
        )
    venv.mkdir(parents=True, exist_ok=True)
    (venv / MARK).write_text("Made by packaging/start.py. It may be deleted at any time.\n", encoding="utf-8")
    if subprocess.call([sys.executable, "-m", "venv", str(venv)]):
        raise Stop(f"The environment in {venv} could not be made; the lines above say why.")


def works(venv: Path) -> bool:
    """Whether the environment's Python still starts and is this one (it is not after an upgrade of the system)."""
    ask = [str(program(venv, "python")), "-c", "import sys, pip; print(*sys.version_info[:3])"]
    try:
        said = subprocess.run(ask, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.split() == [str(part) for part in sys.version_info[:3]]


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep a second start from touching the environment while the first one installs (Windows has no such lock)."""
    if WINDOWS:
        yield
        return
    import fcntl

    with (ROOT / "pyproject.toml").open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("Facet is being installed by another start just now. Wait until that one is done.") from None
        except OSError:
            pass  # a file system without locks
        yield


# ---- the installation


def pip_setting(venv: Path, name: str) -> str | None:
    """A setting of pip, such as a company's own index: uv does not read them."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    ask = [str(program(venv, "python")), "-m", "pip", "config", "get", f"global.{name}"]
    said = subprocess.run(ask, capture_output=True, text=True)
    return said.stdout.strip() or None if said.returncode == 0 else None


def attempts(venv: Path, extra: str, uv: bool, cpu_builds: bool, nvidia: bool, index: str | None) -> list[list[str]]:
    """The commands that install Facet, the best one first; the next is tried where one fails. Run in the checkout."""
    python = str(program(venv, "python"))
    project = ["--editable", f".[{extra}]" if extra else "."]
    commands = []
    if uv:
        ordinary = [str(program(venv, "uv")), "pip", "install", "--compile-bytecode", "--python", python, *project]
        ordinary += ["--default-index", index] if index else []
        commands += [[*ordinary, "--torch-backend=auto"]] if cpu_builds else []
        commands.append(ordinary)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", *project]
    commands.append([*pip, "--extra-index-url", CPU_BUILDS] if cpu_builds and not nvidia and not uv else pip)
    return commands


def install(venv: Path, for_tests: bool) -> None:
    """Everything that Facet needs, into the environment."""
    nvidia, cpu_builds = has_nvidia(), answers(CPU_BUILDS + "/torch/")
    if can_be_kept(venv):
        say(f"Bringing {venv} up to date; at most a few new parts will be downloaded.")
        (venv / STAMP).unlink()  # not complete again before the installation is through
    else:
        clear_away(venv)
        announce(venv, *size_of(platform.system(), platform.machine(), nvidia, cpu_builds), cpu_builds, nvidia)
        say("[1/3] Making the environment ...")
        make_environment(venv)
    check_network(venv)
    say("[2/3] Fetching the installer (uv) ...")
    uv = fetch_uv(venv)
    say("[3/3] Downloading and installing ..." if uv else "[3/3] uv is not to be had; pip does it, more slowly ...")
    fill(venv, attempts(venv, "test" if for_tests else "", uv, cpu_builds, nvidia, company_index(venv)))
    (venv / STAMP).write_text(json.dumps({"digest": wanted_digest(), "tests": for_tests}), encoding="utf-8")
    say("Facet is installed.")


def announce(venv: Path, download: float, disk: float, cpu_builds: bool, nvidia: bool) -> None:
    """Say what will come, and stop where the disk has no room for it. Sizes in gigabytes."""
    say(f"Facet and what it is built on (mostly PyTorch and Qt) will be installed into {venv}.")
    say(f"About {download:.1f} GB will be downloaded and up to {disk:.1f} GB kept on the disk. This is done once.")
    if not cpu_builds:
        say(
            f"{CPU_BUILDS} is not reached, so PyTorch comes from the ordinary index"
            + ("." if nvidia else ", where it is larger.")
        )
    check_space(venv, disk + 1)


def check_network(venv: Path) -> None:
    """Raise Stop where nothing can be downloaded; a folder of downloads that pip is set to use may do instead."""
    index = pip_setting(venv, "index-url") or ORDINARY
    if not answers(index) and not pip_setting(venv, "find-links"):
        server = urllib.parse.urlsplit(index).hostname
        raise Stop(f"{server} cannot be reached. Check the connection to the internet and start again.")


def fetch_uv(venv: Path) -> bool:
    """Put the fast installer into the environment; False where it is not to be had."""
    if program(venv, "uv").exists():
        return True
    python = str(program(venv, "python"))
    return not subprocess.call([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])


def company_index(venv: Path) -> str | None:
    """The index that pip is set to use, where uv has not been told another."""
    return None if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL") else pip_setting(venv, "index-url")


def fill(venv: Path, commands: Sequence[Sequence[str]]) -> None:
    """Run the commands until one succeeds."""
    environ = {name: value for name, value in os.environ.items() if name != "UV_SYSTEM_PYTHON"}
    for number, command in enumerate(commands):
        if number:
            say("That did not work; trying another way ...")
        if subprocess.call(command, cwd=str(ROOT), env=environ) == 0:
            return
    raise Stop(
        "Facet could not be installed; the lines above say why. Often the network is away: start again when it is back.\n"
        "What has been downloaded is kept."
    )
