"""What a file that is dragged over the window would open: its name and its curve, before it is let go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.i18n import _, ngettext, number
from gui.look.colours import faded
from gui.look.theme import current_theme
from gui.runs.start.picture import paint_curve
from gui.runs.start.small_curve import SmallCurve, of_run

MOST_BYTES = 2_000_000  # a larger file would make the pointer wait
BOX = 420, 220
GROUND_OPACITY = 0.92


class DropPreview(QWidget):
    """Covers the window while something is dragged over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.curve = SmallCurve()
        self.text = ""
        self.about = ""
        self.hide()

    def show_files(self, paths: list[Path]) -> None:
        """Say what would open, and soon after show the first one's curve."""
        count = len(paths)
        self.text = paths[0].name if count == 1 else ngettext("{n} file", "{n} files", count).format(n=number(count))
        self.curve, self.about = SmallCurve(), _("Let go to open")
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
        self.show()
        self.raise_()
        QTimer.singleShot(0, self, lambda: self._look_into(paths[0]))

    def _look_into(self, path: Path) -> None:
        from engine.logs import LogError
        from engine.logs.reading import open_log

        if not self.isVisible() or not path.is_file() or path.stat().st_size > MOST_BYTES:
            return
        try:
            runs = open_log(path)
        except (LogError, OSError):
            self.about = _("Not recognised as a log yet: let go to choose how to read it")
        else:
            self.curve = of_run(runs[0])
            rows = ngettext("{n} row", "{n} rows", len(runs[0].table)).format(n=number(len(runs[0].table)))
            self.about = f"{rows} · " + _("Let go to open")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), faded(theme.background, GROUND_OPACITY))
        width, height = min(BOX[0], self.width() - 24), min(BOX[1], self.height() - 24)
        box = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, 10, 10)
        inner = box.adjusted(16, 12, -16, -12)
        name = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideMiddle, int(inner.width()))
        painter.setPen(QColor(theme.text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, name)
        painter.setPen(QColor(theme.text_quiet))
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter, self.about)
        paint_curve(painter, inner.adjusted(0, 28, 0, -28), self.curve)
