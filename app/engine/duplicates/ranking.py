"""Which file of a group is kept, by the rules that people put in order, and how to say why."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from app.engine.camera_raw import is_camera_raw
from app.engine.copies import KeeperRule, KeeperRules, lies_in
from app.engine.duplicates.standing import Near, Standing, standing_of
from app.engine.library.file_rows import FileRow

RAW, LOSSLESS, OTHER = 0, 1, 4
UNKNOWN_STEP = -1000
"""Of a picture without any detail, or of one not known; see `known.level` for those beside it."""
USUAL_QUALITY = 90
"""Of a picture of which it is not known: cameras and telephones save so,"""
CONVERTED_QUALITY = 75
"""and programs that write formats which no camera does."""
_BETTER = {"HEIC": 2, "HEIF": 2, "AVIF": 2, "JPEG": 3, "MPO": 3}
_LOSSLESS = frozenset({"TIFF", "PNG", "BMP", "PSD", "QOI", "PPM", "TGA"})
_COPY = re.compile(
    r"""(^|[\s_\-(])(copy|copie|kopie|kopia|copia|cópia|копия|duplicate)\b  # in the languages of file managers
    |\(\d+\)$ | ~\d+$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What file managers, browsers and phones put into the name of a copy; looked for in the name without its extension."""

Value = Callable[["Ranking", FileRow], Any]
Step = tuple[Value, str]
"""What is compared, the smaller value wins; and the reason in words."""
Shots = Mapping[str, frozenset[bytes]]
"""By path the digests of all that a camera wrote of one shot there, camera raw and JPEG: they stay together."""


class Ranking:
    """The order of files from the one most worth keeping to the least; with a `standing`, of the files of one group."""

    def __init__(self, rules: KeeperRules | None = None, shots: Shots | None = None) -> None:
        self.rules = rules or KeeperRules()
        self._shots = shots or {}
        self._standing = Standing()
        self._steps: list[Step] = [step for rule in self.rules.order for step in _STEPS[rule]]
        self._steps += [_OF_SHOT, (lambda _, file: file.path, "first by name")]

    def among(self, files: Sequence[FileRow], pixels: Mapping[int, bytes], near: Near) -> Ranking:
        """The order of the photos of one group, each by one file, which also knows how they stand beside each other."""
        own = copy(self)
        own._standing = standing_of(files, pixels, near, frozenset(_BETTER))
        return own

    def key(self, file: FileRow) -> tuple[Any, ...]:
        """Sorts files, the one most worth keeping first."""
        return tuple(value(self, file) for value, _ in self._steps)

    def why_kept(self, kept: FileRow, others: Sequence[FileRow]) -> str:
        """Every reason that sets the kept file apart from one of the others, in words."""
        reasons, rivals = [], list(others)
        for value, words in self._steps:
            own, theirs = value(self, kept), [value(self, rival) for rival in rivals]
            if any(other < own for other in theirs):
                return "most like all the others"
            if any(other != own for other in theirs):
                reasons.append(words)
            rivals = [rival for rival, other in zip(rivals, theirs, strict=True) if other == own]
        return ", ".join(reasons)

    def breaks_up(self, file: FileRow, kept: FileRow) -> bool:
        """Whether a shot of several files would lose one that does not lie with the same others where the kept one is."""
        shot = self._shots.get(file.path, frozenset())
        return bool(shot) and not (file.digest == kept.digest and shot <= self._shots.get(kept.path, frozenset()))

    def outvoted(self, file: FileRow) -> bool:
        """Whether more plain copies of another photo of the group say that this one was made from it."""
        return file.photo_id in self._standing.odd

    def _detail(self, file: FileRow) -> int:
        return -self._standing.detail.get(file.photo_id, file.pixels)

    def _enlarged(self, file: FileRow) -> bool:
        return file.photo_id in self._standing.detail

    def _blur(self, file: FileRow) -> int:
        return -self._standing.level.get(file.photo_id, sharpness_step(file))

    def _remade(self, file: FileRow) -> bool:
        return file.photo_id in self._standing.remade

    def _of_shot(self, file: FileRow) -> bool:
        return file.path not in self._shots

    def _folder(self, file: FileRow) -> int:
        """The place of the folder that a file lies in among the preferred and then the protected ones."""
        wanted = (*self.rules.preferred, *self.rules.protected)
        return next((place for place, folder in enumerate(wanted) if lies_in(file.path, folder)), len(wanted))


def format_place(file: FileRow) -> int:
    """How good a format is for keeping: camera raw, without loss, with little loss, JPEG, the rest."""
    if is_camera_raw(file.path):
        return RAW
    return LOSSLESS if file.format in _LOSSLESS else _BETTER.get(file.format, OTHER)


def sharpness_step(file: FileRow) -> int:
    """How sharp a picture is, in doublings: saving once more, which may sharpen by a third, seldom changes it; a blur does."""
    return round(math.log2(file.sharpness)) if file.sharpness else UNKNOWN_STEP


def quality_step(file: FileRow) -> int:
    """How little was lost by compressing, in steps of five per cent of JPEG's scale."""
    usual = USUAL_QUALITY if file.format in _BETTER or not file.format else CONVERTED_QUALITY
    quality = 100 if file.format in _LOSSLESS else file.jpeg_quality or usual
    return quality // 5


def says_copy(path: str) -> bool:
    """Whether a file's name says that it is a copy: "a (1).jpg", "a - Copy.jpg"."""
    name = path.rpartition(os.sep)[2]
    return _COPY.search(os.path.splitext(name)[0]) is not None  # noqa: PTH122  see is_camera_raw


_OF_SHOT: Step = (Ranking._of_shot, "beside what the camera wrote with it")
_STEPS: Mapping[KeeperRule, Sequence[Step]] = {
    KeeperRule.RESOLUTION: ((Ranking._detail, "most pixels"), (Ranking._enlarged, "not enlarged")),
    KeeperRule.METADATA: ((lambda _, file: -file.facts, "most metadata"),),
    KeeperRule.SHARPNESS: ((Ranking.outvoted, "like most of the others"), (Ranking._blur, "sharpest")),
    KeeperRule.COMPRESSION: (
        (Ranking._remade, "what the others were made from"),
        (lambda _, file: -quality_step(file), "least compressed"),
    ),
    KeeperRule.FORMAT: ((lambda _, file: format_place(file), "better format"),),
    KeeperRule.SIZE: ((lambda _, file: -file.bytes, "largest file"),),
    KeeperRule.FOLDER: ((Ranking._folder, "in a folder that you prefer"),),
    KeeperRule.DATE: ((lambda _, file: (file.taken or "9999")[:19], "earliest date"),),
    KeeperRule.NAME: (
        _OF_SHOT,
        (lambda _, file: says_copy(file.path), "not named as a copy"),
        (lambda _, file: len(file.path), "shortest folder and file name"),
    ),
}
