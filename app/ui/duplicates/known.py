"""What is known of photos that are compared, as rows: which values differ is seen at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.engine.copies import GroupPhoto
from app.engine.types import Metadata, PhotoInfo
from app.ui import words


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known of some of the photos, in words; empty where it is not known of one."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the photos are not all the same in this."""
        return len(set(self.values)) > 1


def known_of(photos: Sequence[GroupPhoto], infos: Sequence[PhotoInfo | None]) -> tuple[Known, ...]:
    """The rows, those that differ first; what is known of no photo has none."""
    columns = [_values(photo, info) for photo, info in zip(photos, infos, strict=True)]
    rows = [Known(label, tuple(column[label] for column in columns)) for label in (columns[0] if columns else ())]
    return tuple(sorted((row for row in rows if any(row.values)), key=lambda row: not row.differs))


def _values(photo: GroupPhoto, info: PhotoInfo | None) -> dict[str, str]:
    metadata = info.metadata if info else Metadata()
    tags = [tag.name for tag in info.tags] if info else []
    date = metadata.date_taken or photo.taken
    return {
        QCoreApplication.translate("duplicates", "Pixels"): words.pixels(photo.width, photo.height),
        QCoreApplication.translate("duplicates", "File size"): words.size(photo.bytes),
        QCoreApplication.translate("duplicates", "Format"): (metadata.format or "").upper(),
        QCoreApplication.translate("duplicates", "Taken"): words.taken(date, offset=True) if date else "",
        QCoreApplication.translate("duplicates", "Camera"): words.camera(metadata),
        QCoreApplication.translate("duplicates", "Lens"): words.lens(metadata),
        QCoreApplication.translate("duplicates", "Exposure"): words.exposure(metadata),
        QCoreApplication.translate("duplicates", "Place"): _place(metadata),
        QCoreApplication.translate("duplicates", "Title"): metadata.title or "",
        QCoreApplication.translate("duplicates", "Description"): metadata.description or "",
        QCoreApplication.translate("duplicates", "Keywords"): ", ".join(metadata.keywords),
        QCoreApplication.translate("duplicates", "Tags"): ", ".join(tags),
        QCoreApplication.translate("duplicates", "Rating"): "★" * (metadata.rating or 0),
        QCoreApplication.translate("duplicates", "Rights"): metadata.copyright or "",
        QCoreApplication.translate("duplicates", "Colors"): metadata.color_space or "",
        QCoreApplication.translate("duplicates", "Folder"): words.folder(photo.path, parts=3),
    }


def _place(metadata: Metadata) -> str:
    if metadata.gps_lat is None or metadata.gps_lon is None:
        return ""
    return words.place(metadata.gps_lat, metadata.gps_lon)
