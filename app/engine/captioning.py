"""What people write of photos: captions, and titles that are taken from them. Used by the thread that writes."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.labels import TakeBackDescriptions, TakeTitles, WriteCaptions
from app.engine.library.catalog import Catalog
from app.engine.removals import Gift
from app.engine.requests import Event, TagsChanged


def describe(
    catalog: Catalog, request: WriteCaptions | TakeTitles | TakeBackDescriptions, emit: Callable[[Event], None]
) -> object:
    """Answer one of these requests; see each for its answer. Raises UsageError, LibraryError, DiskFull."""
    answer: object = None
    if isinstance(request, WriteCaptions):
        answer = WriteCaptions(tuple(catalog.put_captions(dict(request.captions)).items()))
    elif isinstance(request, TakeBackDescriptions):
        catalog.take_back_descriptions(request.digests)
    else:
        digests = dict.fromkeys(request.digests)
        answer = tuple(digest for digest in digests if _take_title(catalog, digest, undo=request.undo))
    emit(TagsChanged())
    return answer


def _take_title(catalog: Catalog, digest: bytes, *, undo: bool) -> bool:
    """A title is a gift of the photo to itself: what its file says comes first, and it can be taken back.

    A line that is only composed of tags, date and place is no caption, and never becomes one.
    """
    if undo:
        catalog.take_back(Gift(digest, digest))
        return True
    path = catalog.path_of_digest(digest)
    info = catalog.info(path) if path else None
    if info is None or info.metadata.title or info.caption is None or not info.caption.text:
        return False
    catalog.give(Gift(digest, digest, title=info.caption.text))
    return True
