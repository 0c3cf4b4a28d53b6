"""What a panel that scrolls shows."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """As high as its texts are at the width that they have.

    Its layout's minimum is that of the labels' size hints, which guess a narrower width: there would be an empty
    stretch below the last text.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)
