"""Keeping a library's remarks on odd files and folders from reaching people."""

from __future__ import annotations

import ctypes
import warnings


def silence(modules: str) -> None:
    """Ignore warnings from the modules that match, for good: warnings.catch_warnings is not safe in threads.

    Called again and again, since anything may have reset the filters meanwhile; it costs next to nothing then.
    """
    if not any(getattr(module, "pattern", module) == modules for _, _, _, module, _ in warnings.filters):
        warnings.filterwarnings("ignore", module=modules)


def silence_tiff() -> None:
    """Keep libtiff from writing about damaged files to stderr, which belongs to our own lines.

    Pillow leaves its handlers as they are. Where a build hides the library's names, nothing is changed.
    """
    from PIL import _imaging

    try:
        library = ctypes.CDLL(_imaging.__file__)  # looks into what it is linked with, too
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            setter = getattr(library, name)
            setter.restype, setter.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
            setter(None)
    except (OSError, AttributeError):
        return
