"""The title of a dock, with buttons that fold, float and close it; upright where its whole column is folded."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QDockWidget, QToolButton, QWidget

from engine.i18n import N_
from gui.look.controls import Elided
from gui.look.icons import icon
from gui.look.language import set_translated

NARROWEST = 256  # pixels
RAIL = 34  # pixels: the width of a column whose docks are all folded
NO_LIMIT = 16_777_215  # Qt's own largest size
ICON = QSize(12, 12)
MARGINS, UPRIGHT_MARGINS = (12, 4, 4, 0), (4, 8, 4, 8)


class DockTitle(QWidget):
    """Replaces a dock's title bar; a double click folds the dock, a click on an upright title unfolds it.

    Signals
    -------
    folded : whether it is folded now, by the person
    """

    folded = Signal(bool)

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self.is_folded = self.is_upright = False
        self._text = Elided(mode=Qt.TextElideMode.ElideRight)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.fold, self.float_, self.close_ = QToolButton(), QToolButton(), QToolButton()
        self._upright = Upright()
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(*MARGINS)
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
            dock.windowTitleChanged.connect(part.setAccessibleDescription)  # several panels have the same buttons
            part.setAccessibleDescription(dock.windowTitle())
            row.addWidget(part)
        row.addWidget(self._upright)
        self._upright.hide()
        for text in (self._text, self._upright):
            dock.windowTitleChanged.connect(text.setText)
            text.setText(dock.windowTitle())
        dock.windowTitleChanged.connect(self._limit)
        self.apply_current_theme()

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours, and give a text of another size its room."""
        for part, name in (
            (self.fold, "unfold" if self.is_folded else "fold"),
            (self.float_, "float"),
            (self.close_, "close"),
        ):
            part.setIcon(icon(name))
        self._limit()

    def set_folded(self, is_folded: bool) -> None:
        """Show only the title, or all of the dock."""
        content = self._dock.widget()
        if content is None or is_folded == self.is_folded:
            return
        self.is_folded = is_folded
        # Not hidden: a dock without content may be no wider than its title, and holds its whole column there.
        content.setMaximumHeight(0 if is_folded else NO_LIMIT)
        content.setEnabled(not is_folded)
        self.apply_current_theme()

    def set_upright(self, is_upright: bool) -> None:
        """Stand upright, with the name from top to bottom, or lie."""
        content = self._dock.widget()
        if content is None or is_upright == self.is_upright:
            return
        self.is_upright = is_upright
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if is_upright else QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(*(UPRIGHT_MARGINS if is_upright else MARGINS))
        for part in (self._text, self.float_, self.close_):
            part.setVisible(not is_upright)
        self._upright.setVisible(is_upright)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_upright else Qt.CursorShape.ArrowCursor)
        content.setMaximumWidth(RAIL if is_upright else NO_LIMIT)
        self._dock.setMaximumWidth(RAIL if is_upright else NO_LIMIT)
        self._limit()

    @Slot()
    def _limit(self) -> None:
        self._dock.setMaximumHeight(self.sizeHint().height() if self.is_folded else NO_LIMIT)

    def _on_fold(self) -> None:
        self.set_folded(not self.is_folded)
        self.folded.emit(self.is_folded)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._on_fold()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_upright and self.rect().contains(event.position().toPoint()):
            self._on_fold()
        super().mouseReleaseEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(RAIL if self.is_upright else NARROWEST, super().minimumSizeHint().height())


class Upright(QWidget):
    """A name from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def setText(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.height(), metrics.horizontalAdvance(self._text) + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.translate(self.width(), 0)
            painter.rotate(90)
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(QRect(4, 0, self.height(), self.width()), Qt.AlignmentFlag.AlignVCenter, self._text)
