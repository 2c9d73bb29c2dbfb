"""The platform's own dialog for choosing a picture to ask about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

PICTURES = "*.jpg *.jpeg *.png *.webp *.gif *.tif *.tiff *.bmp *.heic *.heif *.avif"


def choose_picture(parent: QWidget, title: str, chosen: Callable[[str], None]) -> None:
    """Open the dialog; `chosen` gets the path, and nothing is called when it is given up."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    pictures = QCoreApplication.translate("choosing", "Pictures (%1)").replace("%1", PICTURES)
    dialog.setNameFilters([pictures, QCoreApplication.translate("choosing", "All files (*)")])
    dialog.fileSelected.connect(chosen)
    dialog.open()
