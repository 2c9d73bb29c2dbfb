"""What is said of a plan and of its being carried out."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.engine.removals import RemovalPlan, TrashReport
from app.ui import words


def planning() -> str:
    """While the plan is made."""
    return QCoreApplication.translate("duplicates", "Working out what would happen… Nothing moves before you say so.")


def nothing(left_out: int = 0) -> str:
    """Where nothing is suggested, or so many groups of which something would go are not chosen."""
    if left_out:
        return QCoreApplication.translate("duplicates", "Nothing is chosen. Choose above what shall go.") + " " + edited()
    return QCoreApplication.translate("duplicates", "Nothing would go: all photos of these groups are marked to stay.")


def edited() -> str:
    """Why edited photos are not chosen from the start."""
    return QCoreApplication.translate("duplicates", "Edited photos stay unless you choose them: first see which is the original.")


def plan(made: RemovalPlan, *, edited_stay: bool = False) -> str:
    """What goes, what that frees, what stays: "12 photos go to the trash and free 8.1 MB. 5 photos stay in their places."."""
    if not made.files:
        return QCoreApplication.translate("duplicates", "None of these photos can go; see below why.")
    text = QCoreApplication.translate("duplicates", "%1 to the trash, %2 freed. %3 kept where they are.")
    text = text.replace("%1", words.photos(len(made.files))).replace("%2", words.size(made.frees))
    text = text.replace("%3", words.photos(len(made.stays)))
    gifts = sum(file.gift is not None for file in made.files)
    if gifts:
        more = QCoreApplication.translate("duplicates", "Keywords, titles or ratings of %1 go over to the kept ones.")
        text = f"{text} {more.replace('%1', words.photos(gifts))}"
    return f"{text} {edited()}" if edited_stay else text


def where(made: RemovalPlan) -> str:
    """To where the photos go."""
    if made.own_folders:
        text = QCoreApplication.translate("duplicates", "Where a drive has no trash they go to %1.")
        return text.replace("%1", ", ".join(made.own_folders))
    return QCoreApplication.translate("duplicates", "They go to the system's trash; all can be brought back.")


def moving(done: int, total: int, paused: bool = False) -> str:
    """How far it is."""
    text = QCoreApplication.translate("duplicates", "%1 of %2 moved to the trash")
    if paused:
        text = QCoreApplication.translate("duplicates", "Held: %1 of %2 moved to the trash")
    return text.replace("%2", words.photos(total)).replace("%1", words.number(done))


def done(report: TrashReport) -> str:
    """What came of it."""
    text = QCoreApplication.translate("duplicates", "%1 moved to the trash, %2 freed. Undo brings all of them back.")
    text = text.replace("%2", words.size(report.freed)).replace("%1", words.photos(len(report.moved)))
    if not report.moved:
        text = QCoreApplication.translate("duplicates", "Nothing was moved.")
    if report.left:
        more = QCoreApplication.translate("duplicates", "It was stopped: %1 left in their places.")
        text += " " + more.replace("%1", words.photos(len(report.left)))
    if report.refused:
        more = QCoreApplication.translate("duplicates", "%1 could not go; see below why.")
        text += " " + more.replace("%1", words.photos(len(report.refused)))
    return text
