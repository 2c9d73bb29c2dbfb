"""What people say of photos that look alike: all stay, or they are no copies of each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from app.engine.copies import KeepAll
from app.engine.library.catalog import Catalog
from app.engine.requests import DuplicatesChanged, Event, NotDuplicates


def decide(catalog: Catalog, request: KeepAll | NotDuplicates, emit: Callable[[Event], None]) -> None:
    """Remember it, or forget it where the request takes it back."""
    if isinstance(request, KeepAll):
        catalog.put_kept_group(request.digests, forget=request.undo)
    else:
        catalog.put_not_duplicates([*combinations(request.digests, 2)], forget=request.undo)
    emit(DuplicatesChanged())
