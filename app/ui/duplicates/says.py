"""Groups and their photos in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.engine.copies import DuplicateGroup, DuplicateKind, GroupPhoto, Stays
from app.engine.types import Turn
from app.ui import words

DOT = " · "
_SAME_BYTES = 0.9  # a file of less than this share of the keeper's bytes holds visibly less


def title(group: DuplicateGroup) -> str:
    """What a group is: "Resized copies"."""
    if group.kind is DuplicateKind.IDENTICAL:
        count = len(group.photos)
        if count == 2:
            return QCoreApplication.translate("duplicates", "Same file twice")
        return QCoreApplication.translate("duplicates", "Same file %1 times").replace("%1", words.number(count))
    return {
        DuplicateKind.SAME_PIXELS: QCoreApplication.translate("duplicates", "Same picture"),
        DuplicateKind.RESIZED: _resized(group),
        DuplicateKind.EDITED: QCoreApplication.translate("duplicates", "Edited"),
        DuplicateKind.TURNED: QCoreApplication.translate("duplicates", "Turned or mirrored"),
        DuplicateKind.CROPPED: QCoreApplication.translate("duplicates", "A part of another"),
        DuplicateKind.BURST: QCoreApplication.translate("duplicates", "Burst"),
        DuplicateKind.RAW_JPEG: QCoreApplication.translate("duplicates", "RAW + JPEG"),
    }[group.kind]


def kind(which: DuplicateKind) -> str:
    """A kind as a chip names it: "Resized"."""
    return {
        DuplicateKind.IDENTICAL: QCoreApplication.translate("duplicates", "Same file"),
        DuplicateKind.SAME_PIXELS: QCoreApplication.translate("duplicates", "Same picture"),
        DuplicateKind.RESIZED: QCoreApplication.translate("duplicates", "Resized"),
        DuplicateKind.EDITED: QCoreApplication.translate("duplicates", "Edited"),
        DuplicateKind.TURNED: QCoreApplication.translate("duplicates", "Turned"),
        DuplicateKind.CROPPED: QCoreApplication.translate("duplicates", "Part"),
        DuplicateKind.BURST: QCoreApplication.translate("duplicates", "Bursts"),
        DuplicateKind.RAW_JPEG: QCoreApplication.translate("duplicates", "RAW + JPEG"),
    }[which]


def details(group: DuplicateGroup, frees: int) -> str:
    """The second line of a group in the list: "4 photos · frees 12.4 MB"."""
    count = words.photos(len(group.photos))
    if not frees:
        return count + DOT + QCoreApplication.translate("duplicates", "nothing suggested")
    return count + DOT + QCoreApplication.translate("duplicates", "frees %1").replace("%1", words.size(frees))


def summary(groups: int, frees: int, listed: int | None = None) -> str:
    """The line beside the page's title: "214 groups · 3.1 GB can be freed"; "12 of 214 groups · ..." where not all are listed."""
    count = words.groups(groups)
    if listed is not None and listed < groups:
        part = QCoreApplication.translate("duplicates", "%1 of %2")
        count = part.replace("%2", count).replace("%1", words.number(listed))
    if not frees:
        return count
    return count + DOT + QCoreApplication.translate("duplicates", "%1 can be freed").replace("%1", words.size(frees))


def progress(done: int, total: int) -> str:
    """How far a move is, beside the page's title: "12 of 300 photos moved"."""
    text = QCoreApplication.translate("duplicates", "%1 of %2 moved")
    return text.replace("%2", words.photos(total)).replace("%1", words.number(done))


def suggestion(group: DuplicateGroup) -> str:
    """Why the first photo is the one to keep; or why nothing is suggested."""
    first = group.photos[0]
    if all(photo.keep for photo in group.photos):
        return _why_nothing(group.kind)
    if not first.why:
        return ""
    return QCoreApplication.translate("duplicates", "The first is suggested: %1").replace("%1", first.why)


def _why_nothing(which: DuplicateKind) -> str:
    return {
        DuplicateKind.BURST: QCoreApplication.translate(
            "duplicates", "Nothing is suggested: different shots of one moment; you choose"
        ),
        DuplicateKind.RAW_JPEG: QCoreApplication.translate("duplicates", "Nothing is suggested: a camera wrote these together"),
        DuplicateKind.EDITED: QCoreApplication.translate(
            "duplicates", "Nothing is suggested: any of these may be the original; you choose"
        ),
        DuplicateKind.CROPPED: QCoreApplication.translate("duplicates", "Nothing is suggested: one shows more than the other"),
    }.get(which, QCoreApplication.translate("duplicates", "Nothing is suggested: these may all be worth keeping"))


def why_kept(photo: GroupPhoto) -> str:
    """Why a copy is not suggested for the trash; empty for the one that is kept by the rules, and for those that go."""
    if photo.stays is None or not photo.keep:
        return ""
    if photo.relation is not None and photo.relation.kind is DuplicateKind.BURST:
        return QCoreApplication.translate("duplicates", "kept: another shot")
    return {
        Stays.SHOT: QCoreApplication.translate("duplicates", "kept: belongs together"),
        Stays.PART: QCoreApplication.translate("duplicates", "kept: shows more or less"),
        Stays.EDITED: QCoreApplication.translate("duplicates", "kept: either may be the original"),
        Stays.TURNED: QCoreApplication.translate("duplicates", "kept: either may be the original"),
        Stays.PLACE: QCoreApplication.translate("duplicates", "kept: differs in one place"),
        Stays.ENLARGED: QCoreApplication.translate("duplicates", "kept: the larger one seems enlarged"),
        Stays.RAW: QCoreApplication.translate("duplicates", "kept: camera raw"),
        Stays.SEVERAL: QCoreApplication.translate("duplicates", "kept: may hold more pages"),
        Stays.BETTER: QCoreApplication.translate("duplicates", "kept: saved better than the first"),
        Stays.FINER: QCoreApplication.translate("duplicates", "kept: may hold finer colors"),
        Stays.UNSEEN: QCoreApplication.translate("duplicates", "kept: cannot be compared now"),
        Stays.BESIDE: QCoreApplication.translate("duplicates", "kept: belongs to a RAW photo"),
    }.get(photo.stays, "")  # the mark says that a folder is protected


def relation(photo: GroupPhoto, keeper: GroupPhoto) -> str:
    """How a photo is related to the keeper: "smaller copy"; empty for the keeper itself."""
    if photo.relation is None:
        return ""
    if photo.relation.kind is DuplicateKind.TURNED:
        return _turn(photo.relation.turn)
    if photo.relation.kind is DuplicateKind.RESIZED:
        return _recompressed(photo, keeper)
    if photo.linked and photo.linked == keeper.linked:
        return QCoreApplication.translate("duplicates", "a link to the same file, takes no space")
    return {
        DuplicateKind.IDENTICAL: QCoreApplication.translate("duplicates", "same file"),
        DuplicateKind.SAME_PIXELS: QCoreApplication.translate("duplicates", "same picture, saved again"),
        DuplicateKind.EDITED: QCoreApplication.translate("duplicates", "edited"),
        DuplicateKind.CROPPED: QCoreApplication.translate("duplicates", "a part of it"),
        DuplicateKind.BURST: QCoreApplication.translate("duplicates", "taken right before or after"),
        DuplicateKind.RAW_JPEG: QCoreApplication.translate("duplicates", "from the same shot"),
    }[photo.relation.kind]


def facts(photo: GroupPhoto, keeper: GroupPhoto) -> str:
    """The line of facts under a photo: "1600 × 1067 · 0.4 MB · smaller copy · no date"."""
    date = words.taken(photo.taken) if photo.taken else QCoreApplication.translate("duplicates", "no date")
    parts = (words.pixels(photo.width, photo.height), words.size(photo.bytes), relation(photo, keeper), why_kept(photo), date)
    return DOT.join(part for part in parts if part)


def mark(keep: bool, protected: bool = False) -> str:
    """What happens to a photo."""
    if keep and protected:
        return QCoreApplication.translate("duplicates", "Protected folder")
    return QCoreApplication.translate("duplicates", "Keep") if keep else QCoreApplication.translate("duplicates", "To the trash")


def _resized(group: DuplicateGroup) -> str:
    if len({(photo.width, photo.height) for photo in group.photos}) == 1:
        return QCoreApplication.translate("duplicates", "Saved again")
    return QCoreApplication.translate("duplicates", "Resized copies")


def _recompressed(photo: GroupPhoto, keeper: GroupPhoto) -> str:
    """A copy with as many pixels differs in how it was saved alone."""
    pixels, kept = photo.width * photo.height, keeper.width * keeper.height
    if pixels < kept:
        return QCoreApplication.translate("duplicates", "smaller copy")
    if pixels > kept:
        return QCoreApplication.translate("duplicates", "larger copy")
    if photo.bytes < _SAME_BYTES * keeper.bytes:
        return QCoreApplication.translate("duplicates", "more compressed")
    return QCoreApplication.translate("duplicates", "saved again")


def _turn(turn: Turn | None) -> str:
    return {
        Turn.ROTATE90: QCoreApplication.translate("duplicates", "turned right"),
        Turn.ROTATE180: QCoreApplication.translate("duplicates", "upside down"),
        Turn.ROTATE270: QCoreApplication.translate("duplicates", "turned left"),
        Turn.MIRROR: QCoreApplication.translate("duplicates", "mirrored"),
        Turn.FLIP: QCoreApplication.translate("duplicates", "mirrored top to bottom"),
        Turn.TRANSPOSE: QCoreApplication.translate("duplicates", "turned and mirrored"),
        Turn.TRANSVERSE: QCoreApplication.translate("duplicates", "turned and mirrored"),
    }.get(turn or Turn.NONE, QCoreApplication.translate("duplicates", "turned"))
