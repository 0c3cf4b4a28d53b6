"""The header of a pane: title, notes, and a legend with the values at the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from gui.look.fonts import PlotFont, in_plots
from gui.look.theme import Theme

HEIGHT = 24.0
SWATCH = 14.0
GAP = 18.0
NOTES_SHARE = 0.5  # of the line at most; the notes take precedence over the last values


@dataclass(frozen=True)
class Entry:
    """A curve in the legend; `aside` is shown less prominently behind its value."""

    colour: QColor
    name: str
    value: str = ""
    aside: str = ""
    is_dashed: bool = False


def fitting(entries: Sequence[Entry], room: float, width: Callable[[Entry], float]) -> tuple[Sequence[Entry], float]:
    """Shorten entries until they fit: first without asides, then without the last entries, the first one's name last.

    A value without a name would say nothing where two curves have one colour; the table of runs lists every run.

    Returns
    -------
    entries, their width in pixels
    """
    brief = [replace(entry, aside="") for entry in entries]
    for tried in (entries, brief):
        needed = sum(map(width, tried)) + GAP * max(len(tried) - 1, 0)
        if needed <= room:
            return tried, needed
    count, needed = 0, 0.0
    while count < len(brief) and needed + width(brief[count]) + GAP * bool(count) <= room:
        needed += width(brief[count]) + GAP * bool(count)
        count += 1
    if count:
        return brief[:count], needed
    bare = [replace(entry, name="") for entry in brief[:1] if width(replace(entry, name="")) <= room]
    return bare, sum(map(width, bare))


def _width(entry: Entry, font: PlotFont) -> float:
    texts = [text for text in (entry.name, entry.value, entry.aside) if text]
    return SWATCH + sum(map(font.advance, texts)) + 6 * len(texts)


class Header(pg.GraphicsWidget):
    """Paints title and notes on the left, entries on the right; dragging it moves the border above its pane.

    Signals
    -------
    dragged : pixels
    """

    dragged = Signal(float)

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme = theme
        self.title = title
        self.notes: Sequence[str] = ()
        self.entries: Sequence[Entry] = ()
        self.setFixedHeight(HEIGHT)

    def show_texts(self, notes: Sequence[str], entries: Sequence[Entry]) -> None:
        if (tuple(notes), tuple(entries)) != (tuple(self.notes), tuple(self.entries)):
            self.notes, self.entries = tuple(notes), tuple(entries)
            self.update()

    def mouseDragEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.dragged.emit(ev.scenePos().y() - ev.lastScenePos().y())

    def paint(self, painter: QPainter, *_: Any) -> None:
        base = HEIGHT - 8
        strong, plain = in_plots(is_strong=True), in_plots()
        painter.setFont(strong.font)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(QPointF(0, base), self.title)
        left = strong.advance(self.title) + GAP
        painter.setFont(plain.font)
        notes = " · ".join(self.notes)
        wanted = min(plain.advance(notes) + 2, (self.size().width() - left) * NOTES_SHARE) if notes else 0.0
        right = self._paint_entries(painter, plain, left + wanted + GAP, base)
        room = max(right - left - GAP, 0.0)
        is_short = plain.advance(notes) <= room
        note = notes if is_short else plain.metrics.elidedText(notes, Qt.TextElideMode.ElideRight, room)
        if len(note) > 1:
            painter.setPen(QColor(self.theme.text_quiet))
            painter.drawText(QPointF(left, base), note)

    def _paint_entries(self, painter: QPainter, font: PlotFont, left: float, base: float) -> float:
        """Paint the entries that fit and return their left edge in pixels."""
        entries, needed = fitting(self.entries, self.size().width() - left, lambda entry: _width(entry, font))
        start = x = self.size().width() - needed
        for entry in entries:
            self._paint_entry(painter, font, entry, x, base)
            x += _width(entry, font) + GAP
        return start

    def _paint_entry(self, painter: QPainter, font: PlotFont, entry: Entry, x: float, base: float) -> None:
        middle = base - font.metrics.xHeight() / 2
        style = Qt.PenStyle.DashLine if entry.is_dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(entry.colour, 2, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(x, middle), QPointF(x + SWATCH - 2, middle))
        x += SWATCH + 4
        for text, colour in ((entry.name, self.theme.text_quiet), (entry.value, self.theme.text)):
            if text:
                painter.setPen(QColor(colour))
                painter.drawText(QPointF(x, base), text)
                x += font.advance(text) + 6
        if entry.aside:
            painter.setPen(QColor(self.theme.text_quiet))
            painter.drawText(QPointF(x, base), entry.aside)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.size().width(), self.size().height())
