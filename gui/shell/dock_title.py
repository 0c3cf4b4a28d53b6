"""The title of a dock, with buttons that fold, float and close it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from engine.i18n import N_
from gui.look.controls import Elided
from gui.look.icons import icon
from gui.look.language import set_translated

NARROWEST = 256  # pixels; a column of folded docks keeps it, since it asks for nothing else
NO_LIMIT = 16_777_215  # Qt's own largest size
ICON = QSize(12, 12)


class DockTitle(QWidget):
    """Replaces a dock's title bar; a double click folds the dock.

    Signals
    -------
    folded : whether it is folded now, by the person
    """

    folded = Signal(bool)

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self.is_folded = False
        self._text = Elided(mode=Qt.TextElideMode.ElideRight)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.fold, self.float_, self.close_ = QToolButton(), QToolButton(), QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 0)
        row.setSpacing(0)
        row.addWidget(self._text, 1)
        for part, about, act in (
            (self.fold, N_("Fold or unfold"), self._on_fold),
            (self.float_, N_("Float or dock"), lambda: dock.setFloating(not dock.isFloating())),
            (self.close_, N_("Close"), dock.close),
        ):
            part.setProperty("role", "small")
            part.setAutoRaise(True)
            part.setIconSize(ICON)
            set_translated(part.setToolTip, about)
            set_translated(part.setAccessibleName, about)
            part.clicked.connect(act)
            row.addWidget(part)
        dock.windowTitleChanged.connect(self._text.setText)
        self._text.setText(dock.windowTitle())
        self.apply_current_theme()

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours."""
        for part, name in (
            (self.fold, "unfold" if self.is_folded else "fold"),
            (self.float_, "float"),
            (self.close_, "close"),
        ):
            part.setIcon(icon(name))

    def set_folded(self, is_folded: bool) -> None:
        """Show only the title, or all of the dock."""
        content = self._dock.widget()
        if content is None or is_folded == self.is_folded:
            return
        self.is_folded = is_folded
        # Not hidden: a dock without content may be no wider than its title, and holds its whole column there.
        content.setMaximumHeight(0 if is_folded else NO_LIMIT)
        content.setEnabled(not is_folded)
        self._dock.setMaximumHeight(self.sizeHint().height() if is_folded else NO_LIMIT)
        self.apply_current_theme()

    def _on_fold(self) -> None:
        self.set_folded(not self.is_folded)
        self.folded.emit(self.is_folded)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._on_fold()
        event.accept()

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, super().minimumSizeHint().height())
