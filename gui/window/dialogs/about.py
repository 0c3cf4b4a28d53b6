"""The About dialog: versions, and the path of the error log."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.home import home
from engine.i18n import N_, _
from engine.report.versions import versions
from gui.look.controls import button, label, selectable
from gui.look.icons import application_icon
from gui.shell.errors import log_path


class About(QDialog):
    """Shows name, versions and folders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About Overshoot"))
        self.setMinimumWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(self._head())
        column.addLayout(self._facts())
        column.addLayout(self._buttons())

    @staticmethod
    def _head() -> QHBoxLayout:
        picture = label(wraps=False)
        picture.setPixmap(application_icon().pixmap(56, 56))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(label("Overshoot", "title", wraps=False))
        words.addWidget(label(_("Shows on a training curve what happened, when and why, and what to change."), "quiet"))
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(picture)
        row.addLayout(words, 1)
        return row

    @staticmethod
    def _facts() -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(16)
        for row, (name, value) in enumerate(facts().items()):
            grid.addWidget(label(name, "quiet", wraps=False), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(selectable(label(value)), row, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        copying = button(N_("Copy"), N_("Copy the versions to the clipboard as text"))
        copying.clicked.connect(
            lambda: QApplication.clipboard().setText("\n".join(f"{name}: {value}" for name, value in facts().items()))
        )
        folder = button(N_("Open folder"), N_("Open the folder with settings and error log"))
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(home()))))
        closing = button(N_("Close"), "", "primary")
        closing.clicked.connect(self.accept)
        closing.setDefault(True)
        closing.setFocus()
        row = QHBoxLayout()
        row.addWidget(copying)
        row.addWidget(folder)
        row.addStretch(1)
        row.addWidget(closing)
        return row


def facts() -> dict[str, str]:
    """Versions and paths, by title."""
    return {**versions(), "Qt": qVersion(), _("Error log"): str(log_path())}
