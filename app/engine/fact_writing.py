"""Facts of photos written into their files at the user's wish: which ones, the content that says them, and what follows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.engine.errors import InputError
from app.engine.library.acts import PlannedMove
from app.engine.library.catalog import Catalog
from app.engine.library.refusals import GONE
from app.engine.library.rewriting import SAYS_ALL
from app.engine.library.store import Library
from app.engine.removals import Facts, FactsOfFile, FactsPlan
from app.engine.types import Unreadable

NOT_JPEG = "only JPEG files can be written without risk; its tags can be written into a file beside it instead"
NOT_KNOWN = "it is not in the library; add its folder first"
DAMAGED = "its picture cannot be read whole, so nothing is written into its file"
_ROWS = 256
_SMALLER = 8


def plan_facts(catalog: Catalog, paths: Sequence[str]) -> FactsPlan:
    """What would be written into files, by what the catalogue knows of them; each is looked at again when it is written."""
    files, refused = planned_facts(catalog, paths)
    said = [(file.path, catalog.given_facts(file.digest)) for file in files]
    return FactsPlan(tuple(FactsOfFile(path, _without(*given)) for path, given in said if given), refused)


def planned_facts(catalog: Catalog, paths: Sequence[str]) -> tuple[list[PlannedMove], tuple[Unreadable, ...]]:
    """The files into which something is to be written, as the journal keeps them, and those that stay, each with the reason."""
    files, refused = [], []
    for path in dict.fromkeys(paths):
        try:
            files.append(_planned(catalog, path))
        except InputError as error:
            refused.append(Unreadable(path, str(error)))
    return files, tuple(refused)


def _planned(catalog: Catalog, path: str) -> PlannedMove:
    """Raises InputError with the reason why a file stays."""
    known, info = catalog.file(path), catalog.info(path)
    if known is None or known.digest is None or info is None:
        raise InputError(NOT_KNOWN)
    given = catalog.given_facts(known.digest)
    if given is None or _without(*given) == Facts():
        raise InputError(SAYS_ALL)
    if info.metadata.format != "JPEG":
        raise InputError(NOT_JPEG)
    if not Path(path).exists():
        raise InputError(GONE)
    return PlannedMove(path, known.digest, known.stat.size, facts=given[0])


def _without(said: Facts, own: Facts) -> Facts:
    """What is said of a photo and not by its file."""
    have = {word.casefold() for word in own.keywords}
    return Facts(
        said.title if own.title is None else None,
        said.rating if own.rating is None else None,
        tuple(word for word in said.keywords if word.casefold() not in have),
    )


def compose(content: bytes, facts: Facts) -> bytes:
    """The content of a file that says these facts besides its own, with the same pictures in it.

    Raises InputError where that cannot be.
    """
    from app.engine.tags.jpeg_facts import with_facts  # heavy, like the decoder: only when something is written

    fresh = with_facts(content, facts)
    if fresh != content and _pictures(content) != _pictures(fresh):
        raise InputError("its picture would not be the same; nothing is written into its file")
    return fresh


def _pictures(content: bytes) -> list[tuple[str, tuple[int, int], bytes]]:
    """Mode, size and a digest of the pixels of every picture in a file. Raises InputError where one cannot be decoded whole.

    One that takes more memory than there is for it is looked at smaller, which the codec does while it reads all of it.
    """
    from app.engine.intake.readers import MEMORY, identify, memory_needed, opened, room_for

    found = []
    try:
        with opened(content, "") as source:
            picture = identify(source)
            if memory_needed(picture, source.size) > MEMORY:
                picture.draft(picture.mode, (picture.width // _SMALLER, picture.height // _SMALLER))
            with room_for(memory_needed(picture, source.size), picture.size):
                for frame in range(getattr(picture, "n_frames", 1)):
                    picture.seek(frame)
                    digest, (width, height) = hashlib.blake2b(), picture.size
                    for top in range(0, height, _ROWS):
                        digest.update(picture.crop((0, top, width, min(top + _ROWS, height))).tobytes())
                    found.append((picture.mode, picture.size, digest.digest()))
    except InputError:
        raise
    except Exception as error:  # the decoders raise anything at all on a broken file
        raise InputError(DAMAGED) from error
    return found


def follow(library: Library, rewritten: Sequence[tuple[str, bytes, bytes]]) -> None:
    """What was learned of pictures holds for their files as they are now (path, digest before, digest now)."""
    for _path, old, new in rewritten:
        rows = {feature: library.vectors.get(feature, old) for feature in library.vectors.features()}
        library.vectors.put({feature: {new: row} for feature, row in rows.items() if row is not None})
        thumbnail, fields = library.thumbnails.get(old), library.thumbnails.fields(old)
        library.thumbnails.put({new: thumbnail} if thumbnail else {}, {new: fields} if fields else {})
        library.catalog.same_picture(old, new)
