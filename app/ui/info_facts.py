"""What is known about a photo, as lines for the info panel; what is not known has no line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.engine.types import Metadata, PhotoInfo, PhotoRow
from app.ui import words

Line = tuple[str, str]  # label, value


def lines(row: PhotoRow, info: PhotoInfo | None) -> tuple[Line, ...]:
    """The lines in their order; without `info` those that the gallery's row can tell."""
    metadata = info.metadata if info else Metadata()
    found = (
        (QCoreApplication.translate("info", "Title"), metadata.title or ""),
        (QCoreApplication.translate("info", "Taken"), _taken(row, metadata)),
        (QCoreApplication.translate("info", "Camera"), words.camera(metadata)),
        (QCoreApplication.translate("info", "Lens"), words.lens(metadata)),
        (QCoreApplication.translate("info", "Exposure"), words.exposure(metadata)),
        (QCoreApplication.translate("info", "Size"), _size(row, metadata)),
        (QCoreApplication.translate("info", "Place"), _place(metadata)),
        (QCoreApplication.translate("info", "Rights"), metadata.copyright or ""),
    )
    return tuple((label, value) for label, value in found if value)


def _taken(row: PhotoRow, metadata: Metadata) -> str:
    """The camera's date with its offset; else the file's, said to be that."""
    taken = metadata.date_taken or row.taken
    if taken:
        return words.taken(taken, offset=True)
    return QCoreApplication.translate("info", "%1 (the file's date)").replace("%1", words.file_time(row.modified))


def _size(row: PhotoRow, metadata: Metadata) -> str:
    width, height = metadata.width or row.width, metadata.height or row.height
    parts = (words.pixels(width, height) if width and height else "", words.size(row.size), (metadata.format or "").upper())
    return " · ".join(part for part in parts if part)


def _place(metadata: Metadata) -> str:
    if metadata.gps_lat is None or metadata.gps_lon is None:
        return ""
    where = words.place(metadata.gps_lat, metadata.gps_lon)
    if metadata.gps_alt is None:
        return where
    height = QCoreApplication.translate("info", "%1 m").replace("%1", words.number(round(metadata.gps_alt)))
    return f"{where} · {height}"
