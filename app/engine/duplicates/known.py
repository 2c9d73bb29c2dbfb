"""What is not known of all photos of a group tells none of them from the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.engine.library.file_rows import FileRow


def level(files: Sequence[FileRow], together: Iterable[tuple[int, int]]) -> list[FileRow]:
    """The files; those that may come into one group with one of unknown quality, as chains of pairs of photos say, lose theirs.

    Libraries from before quality was read are read again in the background: until then sharpness and compression decide nothing,
    and nobody is told that they did.
    """
    unknown = {file.photo_id for file in files if file.sharpness is None}
    if not unknown:
        return list(files)
    leads = {file.photo_id: file.photo_id for file in files}

    def leader(photo: int) -> int:
        while leads[photo] != photo:
            leads[photo] = photo = leads[leads[photo]]
        return photo

    for one, other in together:
        if one in leads and other in leads:
            leads[leader(one)] = leader(other)
    leveled = {leader(photo) for photo in unknown}
    return [replace(file, sharpness=None, jpeg_quality=0) if leader(file.photo_id) in leveled else file for file in files]
