"""View of samples as small pictures with their predictions, or of a scatter plot."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.events import Severity
from engine.i18n import N_, _, number
from engine.table import Floats, Rows
from engine.training.sheet import Form, Sheet
from gui.look.colours import blend
from gui.look.fonts import plot_font
from gui.look.language import set_translated
from gui.look.number_hints import hint
from gui.look.theme import Theme, current_theme
from gui.training.data.cloud import paint_cloud

TILE, GAP, CAPTION = 92, 8, 32


class SamplesView(QWidget):
    """Draws as many samples as fit, or one scatter plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self._sheet: Sheet | None = None
        self._choice = 0
        self.setMinimumSize(200, 160)
        set_translated(self.setAccessibleName, N_("Samples"))
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(312, 400)

    def show_sheet(self, sheet: Sheet | None, choice: int) -> None:
        """Draw a sheet: for classes the wrong samples first (choice 0) or in their order, else a plot by its choice."""
        self._sheet, self._choice = sheet, choice
        self.setToolTip(hint("sample") if self.shown().size else "")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.theme = theme
        self.update()

    def shown(self) -> Rows:
        """Indices of the samples that fit, in the order drawn."""
        sheet = self._sheet
        if sheet is None or sheet.form not in (Form.SEQUENCES, Form.IMAGES):
            return np.empty(0, np.int64)
        columns, rows = self._grid()
        order = np.arange(len(sheet.targets))
        if self._choice == 0:
            order = np.r_[sheet.wrong, np.setdiff1d(order, sheet.wrong)]
        return order[: columns * rows]

    def _grid(self) -> tuple[int, int]:
        columns = max(1, (self.width() + GAP) // (TILE + GAP))
        return columns, max(1, (self.height() + GAP) // (TILE + CAPTION + GAP))

    def paintEvent(self, _event: QPaintEvent) -> None:
        sheet = self._sheet
        if sheet is None or sheet.form is Form.POINT:
            return
        with QPainter(self) as painter:  # left active by an error, it would crash the window
            self._paint(painter, sheet)

    def _paint(self, painter: QPainter, sheet: Sheet) -> None:
        painter.setFont(plot_font())
        if sheet.form is Form.CLOUD:
            painter.fillRect(self.rect(), QColor(self.theme.surface))
            paint_cloud(painter, sheet, self._choice - 1, self.width(), self.height(), self.theme)
            return
        for place, sample in enumerate(self.shown()):
            self._paint_tile(painter, sheet, int(sample), self._tile(place))

    def _tile(self, place: int) -> QRectF:
        columns, _rows = self._grid()
        width = (self.width() - (columns - 1) * GAP) / columns
        row, column = divmod(place, columns)
        return QRectF(column * (width + GAP), row * (TILE + CAPTION + GAP), width, TILE)

    def _paint_tile(self, painter: QPainter, sheet: Sheet, sample: int, box: QRectF) -> None:
        is_wrong = bool(sheet.predicted[sample] != sheet.targets[sample])
        critical = QColor(self.theme.severity[Severity.CRITICAL])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.fillRect(box, QColor(self.theme.surface))
        if sheet.form is Form.IMAGES:
            side = box.height()
            painter.drawImage(QRectF(box.center().x() - side / 2, box.top(), side, side), grey(sheet.inputs[sample]))
        else:
            _paint_sequence(painter, sheet.inputs[sample], box, self.theme)
        painter.setPen(QPen(critical if is_wrong else QColor(self.theme.border), 2 if is_wrong else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_caption(painter, sheet, sample, box, is_wrong)

    def _paint_caption(self, painter: QPainter, sheet: Sheet, sample: int, box: QRectF, is_wrong: bool) -> None:
        metrics = QFontMetricsF(painter.font())
        said = class_name(sheet, int(sheet.targets[sample]))
        if is_wrong:
            said = f"✕ {said} → {class_name(sheet, int(sheet.predicted[sample]))}"
        painter.setPen(QColor(self.theme.text))
        base = box.bottom() + metrics.ascent() + 2
        painter.drawText(QPointF(box.left(), base), metrics.elidedText(said, Qt.TextElideMode.ElideRight, box.width()))
        painter.setPen(QColor(self.theme.text_quiet))
        loss = _("loss {loss}").format(loss=number(float(sheet.losses[sample]), 2))
        painter.drawText(QPointF(box.left(), base + metrics.height()), loss)


def class_name(sheet: Sheet, index: int) -> str:
    """The name of a class, or its number if it has none."""
    return _(sheet.names[index]) if index < len(sheet.names) else str(index)


def grey(image: Floats) -> QImage:
    """A greyscale image, its lowest value black and its highest white."""
    low, high = float(image.min()), float(image.max())
    shades = np.ascontiguousarray((255 * (image - low) / max(high - low, 1e-12)).astype(np.uint8))
    height, width = shades.shape
    return QImage(shades.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def _paint_sequence(painter: QPainter, values: Floats, box: QRectF, theme: Theme) -> None:
    inner = box.adjusted(4, 8, -4, -8)
    low, high = float(values.min()), float(values.max())
    x = inner.left() + np.linspace(0, inner.width(), len(values))
    y = inner.bottom() - (values - low) / max(high - low, 1e-12) * inner.height()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(blend(theme.curves[0], theme.surface, 1.0)), 1.4))
    painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
