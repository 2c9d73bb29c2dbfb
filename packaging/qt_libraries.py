"""The shared libraries that Qt needs of a Linux system: which are missing, and how to get them."""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""Each library that Qt cannot be loaded without, with the Debian package that holds it."""
X11 = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""The same for a window on an X11 screen."""
PACKAGES = {**QT, **X11}
FONT, FONT_PACKAGE = "a font", "fonts-inter"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
DEBIAN = frozenset({"debian", "ubuntu"})
RPM_INSTALLERS = {"fedora": "dnf", "rhel": "dnf", "suse": "zypper", "opensuse": "zypper"}


def missing(window: bool = True) -> list[str]:
    """The libraries that do not load, and "a font" where there is none; without a window fewer are asked for.

    Empty on other systems than Linux.
    """
    if platform.system() != "Linux":
        return []
    return [name for name in (PACKAGES if window else QT) if not _loads(name)] + ([] if _has_font() else [FONT])


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    files = (path for folder in FONT_FOLDERS for path in Path(folder).expanduser().rglob("*"))
    return any(path.suffix.lower() in (".ttf", ".otf", ".ttc", ".pfb") for path in files)


def system_family(release: str) -> frozenset[str]:
    """The names of a Linux and of those it comes from, out of the text of /etc/os-release."""
    words: list[str] = []
    for line in release.splitlines():
        key, _, value = line.partition("=")
        if key in ("ID", "ID_LIKE"):
            words += shlex.split(value)
    return frozenset(word for entry in words for word in entry.lower().split())


def _family() -> frozenset[str]:
    try:
        return system_family(Path("/etc/os-release").read_text(encoding="utf-8"))
    except OSError:
        return frozenset()


def packages(names: Sequence[str]) -> list[str]:
    """The Debian packages of what is missing."""
    return [PACKAGES.get(name, FONT_PACKAGE) for name in names]


def line_for(names: Sequence[str], family: frozenset[str], root: bool) -> str:
    """The exact line that installs what is missing; empty where the system's way is not known."""
    sudo = "" if root else "sudo "
    if family & DEBIAN:
        return f"{sudo}apt-get update && {sudo}apt-get install -y {' '.join(packages(names))}"
    for name, installer in RPM_INSTALLERS.items():
        if any(word.startswith(name) for word in family):
            wanted = [f"'{library}()(64bit)'" for library in names if library != FONT]
            return " ".join([sudo + installer, "install", "-y", *wanted, *(["dejavu-sans-fonts"] if FONT in names else [])])
    return ""


def help_with(names: Sequence[str]) -> str:
    """What to do about what is missing, in words for people; empty where nothing is."""
    if not names:
        return ""
    line = line_for(names, _family(), _is_root())
    if line:
        return f"Facet needs a few things of the system that are not there. Run\n    {line}\nand start again."
    return (
        "The window needs these of the system, and they are not there: " + ", ".join(names) + ".\nInstall them and start again."
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def installs() -> bool:
    """Whether we may install packages of the system ourselves: as root on Debian or Ubuntu."""
    return bool(_is_root() and _family() & DEBIAN and shutil.which("apt-get"))


def provide(say: Callable[[str], None], window: bool) -> None:
    """As root on Debian or Ubuntu install what is missing, elsewhere say how; it goes on either way."""
    names = missing(window)
    if not names:
        return
    if not installs():
        say(help_with(names).replace("and start again.", "(the installation of Facet goes on meanwhile)."))
        return
    wanted = packages(names)
    say(f"Installing {len(wanted)} packages of the system that Qt needs (at most 60 MB): {' '.join(wanted)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call(["apt-get", "update", "-q"], env=environ)
    subprocess.call(["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted], env=environ)
