"""What people write of photos: captions, and titles that are taken from them. Used by the thread that writes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from app.engine.errors import FacetError
from app.engine.labels import Caption, CaptionSource, TakeBackDescriptions, TakeTitles, WriteCaptions
from app.engine.library.catalog import Catalog
from app.engine.models.coca import CocaModel
from app.engine.models.patience import Stop, never
from app.engine.removals import Gift
from app.engine.requests import Event, TagsChanged
from app.engine.tags.composing import composed

log = logging.getLogger(__name__)

SIDE = 512
"""Pictures are decoded so large for a model that writes captions, which looks at 224 pixels."""


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
    """A title is a gift of the photo to itself: what its file says comes first, and it can be taken back."""
    if undo:
        catalog.take_back(Gift(digest, digest))
        return True
    path = catalog.path_of_digest(digest)
    info = catalog.info(path) if path else None
    caption = (info.caption or composed(info)) if info else None
    if info is None or info.metadata.title or caption is None or not caption.text:
        return False
    catalog.give(Gift(digest, digest, title=caption.text))
    return True


def make_captions(catalog: Catalog, model: CocaModel, digests: Sequence[bytes], stop: Stop = never) -> int:
    """Let a model write captions for photos where no person did; how many it wrote. Each is kept before the next is begun.

    A photo that cannot be read now is passed over. Raises Cancelled when `stop` says so, ModelMissing, LibraryError.
    """
    from app.engine.intake.decode import open_picture

    written = 0
    try:
        for digest in digests:
            before, path = catalog.caption_of(digest), catalog.path_of_digest(digest)
            if path is None or (before and before.source is CaptionSource.PERSON):
                continue
            try:
                picture = open_picture(Path(path), longest=SIDE).picture
            except FacetError as error:
                log.info("%s gets no caption: %s", path, error)
                continue
            catalog.put_captions({digest: Caption(model.caption(picture.rgb, stop), CaptionSource.MODEL)})
            written += 1
    finally:
        model.unload()
    return written
