"""What camera raw files are called."""

from __future__ import annotations

import os

CAMERA_RAW = {
    ".3fr": "Hasselblad", ".ari": "Arri", ".arw": "Sony", ".cr2": "Canon", ".cr3": "Canon", ".crw": "Canon", ".dcr": "Kodak",
    ".dng": "DNG", ".erf": "Epson", ".fff": "Hasselblad", ".gpr": "GoPro", ".iiq": "Phase One", ".k25": "Kodak", ".kdc": "Kodak",
    ".mef": "Mamiya", ".mos": "Leaf", ".mrw": "Minolta", ".nef": "Nikon", ".nrw": "Nikon", ".orf": "Olympus", ".ori": "Olympus",
    ".pef": "Pentax", ".raf": "Fujifilm", ".rw2": "Panasonic", ".rwl": "Leica", ".sr2": "Sony", ".srf": "Sony", ".srw": "Samsung",
    ".x3f": "Sigma",
}  # fmt: skip
"""Camera raw files and who makes them. Some open through the TIFF reader, by the picture that lies in them; others not yet."""


def is_camera_raw(path: str) -> bool:
    """Whether a file is camera raw, by its name: by their content some are TIFF, or the JPEG that lies in them."""
    return os.path.splitext(path)[1].lower() in CAMERA_RAW  # noqa: PTH122  Path is ten times slower, and every file is asked
