"""Keeping a library's remarks on odd files and folders from reaching people."""

from __future__ import annotations

import warnings


def silence(modules: str) -> None:
    """Ignore warnings from the modules that match, for good: warnings.catch_warnings is not safe in threads.

    Called again and again, since anything may have reset the filters meanwhile; it costs next to nothing then.
    """
    if not any(getattr(module, "pattern", module) == modules for _, _, _, module, _ in warnings.filters):
        warnings.filterwarnings("ignore", module=modules)
