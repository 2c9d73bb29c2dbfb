"""Whether an empty folder is only the place where a drive is missing."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

_DRIVE_PLACES = ("/media", "/run/media", "/mnt", "/Volumes", "/net")


def awaits_drive(folder: str) -> bool:
    """True for an empty folder where a drive is usually mounted and none is now.

    An unplugged drive can leave its empty mount point behind, and that must not look as if all photos had been deleted. The
    system does not remember what was there, so the place has to tell: below /media, /mnt or /Volumes, or named in /etc/fstab. An
    empty folder anywhere else is taken as emptied on purpose.
    """
    if os.name == "nt":  # a drive letter goes away with its drive
        return False
    real = os.path.realpath(folder)
    try:
        with os.scandir(real) as entries:
            if any(not entry.name.startswith(".") and entry.name != "lost+found" for entry in entries):
                return False
    except OSError:
        return False
    places = [place for place in (*_DRIVE_PLACES, *_fstab()) if real == place or real.startswith(place + "/")]
    return bool(places) and not _is_mounted(real, max(places, key=len))


def _is_mounted(folder: str, place: str) -> bool:
    """Whether something is mounted at the folder or between it and the place (which a container may have mounted itself)."""
    path = Path(folder)
    while str(path) != place and len(path.parts) > 1:
        if path.is_mount():
            return True
        path = path.parent
    return place in _fstab() and path.is_mount()


@cache
def _fstab() -> tuple[str, ...]:
    """Mount points that the system's table names, without the root itself."""
    try:
        lines = Path("/etc/fstab").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    fields = [line.split() for line in lines if not line.lstrip().startswith("#")]
    places = [re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), parts[1]) for parts in fields if len(parts) > 2]
    return tuple(place.rstrip("/") for place in places if place.startswith("/") and place != "/")
