"""The parts of a plan as tables: what goes, what stays, from which folders, what cannot go, what should be known."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from app.engine.removals import RemovalPlan
from app.engine.types import Unreadable
from app.ui import words
from app.ui.duplicates.rows_table import Row

Table = tuple[Row, list[Row], list[str]]
"""Headings, rows, and the tip of each row: its path in full."""


class Part(StrEnum):
    """A part of a plan."""

    GOES = "goes"
    STAYS = "stays"
    FOLDERS = "folders"
    REFUSED = "refused"
    NOTES = "notes"


def count_of(plan: RemovalPlan, part: Part) -> int:
    """How many rows a part has."""
    whole: dict[Part, Sequence[object]] = {
        Part.GOES: plan.files,
        Part.STAYS: plan.stays,
        Part.FOLDERS: plan.folders,
        Part.REFUSED: plan.refused,
        Part.NOTES: plan.notes,
    }
    return len(whole[part])


def name_of(part: Part) -> str:
    """A part as its chip names it."""
    return {
        Part.GOES: QCoreApplication.translate("duplicates", "To the trash"),
        Part.STAYS: QCoreApplication.translate("duplicates", "Stays"),
        Part.FOLDERS: QCoreApplication.translate("duplicates", "From these folders"),
        Part.REFUSED: QCoreApplication.translate("duplicates", "Cannot go"),
        Part.NOTES: QCoreApplication.translate("duplicates", "Frees nothing"),
    }[part]


def table_of(plan: RemovalPlan, part: Part) -> Table:
    """A part as a table."""
    name = QCoreApplication.translate("duplicates", "Photo")
    folder = QCoreApplication.translate("duplicates", "Folder")
    frees = QCoreApplication.translate("duplicates", "Frees")
    if part is Part.GOES:
        stays = QCoreApplication.translate("duplicates", "Stays instead")
        files = plan.files
        rows: list[Row] = [
            (*_where(f.path), words.size(f.frees), PurePath(f.stays[0].path).name if f.stays else "") for f in files
        ]
        return (name, folder, frees, stays), rows, [file.path for file in files]
    if part is Part.STAYS:
        return (name, folder), [_where(path) for path in plan.stays], list(plan.stays)
    if part is Part.FOLDERS:
        photos = QCoreApplication.translate("duplicates", "Photos")
        shares = plan.folders
        lines: list[Row] = [(words.folder(s.folder + "/x"), words.number(s.files), words.size(s.frees)) for s in shares]
        return (folder, photos, frees), lines, [share.folder for share in shares]
    return reasons(plan.refused if part is Part.REFUSED else plan.notes)


def reasons(files: Sequence[Unreadable]) -> Table:
    """Files with a sentence each."""
    heads = (
        QCoreApplication.translate("duplicates", "Photo"),
        QCoreApplication.translate("duplicates", "Folder"),
        QCoreApplication.translate("duplicates", "Why"),
    )
    return heads, [(*_where(file.path), file.reason) for file in files], [f"{file.path}\n{file.reason}" for file in files]


def _where(path: str) -> tuple[str, str]:
    return PurePath(path).name, words.folder(path)
