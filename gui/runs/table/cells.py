"""Draws the cells that are pictures: the eye in the run's colour, the small curve, the verdict's shape."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.look.icons import paint_severity
from gui.look.theme import current_theme
from gui.runs.document import Shown
from gui.runs.table.facts import RunFacts, severity_of
from gui.runs.table.model import COLOUR, EYE, FACTS, NAME, SHOWN, SPARK, VERDICT, RunTableModel
from gui.runs.table.names import told_apart

Index = QModelIndex | QPersistentModelIndex
LINE_HEIGHT = 26
DOT = 10.0
SHAPE = 10.0
MARGIN = 5
PAD = 8  # beside a text in its cell: five of the style sheet and three of the style


class NamesInRoom:
    """What a list shows of its names, remembered while the names, the room and the font are the same."""

    def __init__(self) -> None:
        self._of: tuple = ()
        self._shown: Mapping[str, str] = {}

    def shown(self, name: str, short: Mapping[str, str], room: int, option: QStyleOptionViewItem) -> str:
        """A name as a cell shows it, with what tells it from the others where it does not fit.

        Parameters
        ----------
        name : str
        short : mapping
            From every name of the list to it without what all share; the same object until a name changes.
        room : pixels
            None or less where only the size of a cell is asked for: what all share need not fit.
        option : QStyleOptionViewItem
            Whose font it is written in.
        """
        metrics = option.fontMetrics
        if metrics.horizontalAdvance(name) <= room:
            return name
        if room <= 0:
            return short[name]
        of = room, option.font.key()
        if self._of[:2] != of or self._of[2] is not short:
            self._of = (*of, short)
            first = {one: cut(one, brief, room, metrics) for one, brief in short.items()}
            self._shown = told_apart(first, lambda text: metrics.horizontalAdvance(text) <= room)
        return self._shown[name]


def cut(name: str, short: str, room: int, metrics: QFontMetrics) -> str:
    """A name that keeps in view what all do not share, cut in one place where it does not fit."""
    if metrics.horizontalAdvance(name) <= room:
        return name
    mode = Qt.TextElideMode.ElideMiddle
    is_cut_at_start, is_cut_at_end = short.startswith("…"), short.endswith("…")
    if is_cut_at_end and metrics.horizontalAdvance(short) > room:
        short = short.strip("…")
    if "/" in short or (is_cut_at_start and not is_cut_at_end):
        mode = Qt.TextElideMode.ElideLeft
    elif is_cut_at_end and not is_cut_at_start:
        mode = Qt.TextElideMode.ElideRight
    return metrics.elidedText(short, mode, room)


class RunCells(QStyledItemDelegate):
    """Paints a line of the run table."""

    def __init__(self, lines: RunTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines, self._names = lines, NamesInRoom()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        wanted = super().sizeHint(option, index)
        if index.column() == VERDICT:
            return QSize(wanted.width() + int(SHAPE) + MARGIN, LINE_HEIGHT)
        return QSize(wanted.width(), LINE_HEIGHT)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        is_verdict = index.column() == VERDICT
        option.textElideMode = Qt.TextElideMode.ElideRight if is_verdict else Qt.TextElideMode.ElideMiddle
        shown = index.data(SHOWN)
        if shown is None:
            option.font.setBold(True)
        elif index.column() == NAME:
            room = option.rect.width() - 2 * PAD
            option.text = self._names.shown(option.text, self._lines.short, room, option)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = index.data(SHOWN)
        if shown is None or index.column() not in (EYE, SPARK, VERDICT):
            super().paint(painter, option, index)
            return
        box = QRectF(option.rect)
        if index.column() == VERDICT:
            self._paint_verdict(painter, option, index, shown)
            return
        super().paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = current_theme().text_quiet
        colour = QColor(index.data(COLOUR) or quiet)
        if index.column() == EYE:
            paint_eye(painter, box, colour, shown.is_visible)
        else:
            # What is not drawn has no colour, or it would be taken for the curve that is.
            drawn = colour if shown.is_visible else QColor(quiet)
            paint_spark(painter, box.adjusted(4, 4, -4, -4), drawn, index.data(FACTS))
        painter.restore()

    def _paint_verdict(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, shown: Shown) -> None:
        box = QRectF(option.rect)
        moved = QStyleOptionViewItem(option)
        moved.rect = option.rect.adjusted(int(SHAPE) + MARGIN, 0, 0, 0)
        severity = severity_of(shown)
        super().paint(painter, moved if severity is not None else option, index)
        if severity is not None:
            painter.save()
            at = QRectF(box.left() + MARGIN, box.center().y() - SHAPE / 2, SHAPE, SHAPE)
            paint_severity(painter, severity, at)
            painter.restore()


def paint_eye(painter: QPainter, box: QRectF, colour: QColor, is_visible: bool) -> None:
    """A disc in the run's colour; a ring for a run that is hidden."""
    at = QRectF(box.center().x() - DOT / 2, box.center().y() - DOT / 2, DOT, DOT)
    painter.setPen(QPen(colour if is_visible else QColor(current_theme().text_quiet), 1.5))
    painter.setBrush(colour if is_visible else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at)


def paint_spark(painter: QPainter, box: QRectF, colour: QColor, facts: RunFacts | None) -> None:
    """A band from the lowest to the highest loss of each stretch."""
    if facts is None or not len(facts.spark):
        return
    spark = facts.spark
    there = np.isfinite(spark[:, 0])
    x = (box.left() + box.width() * (np.arange(len(spark)) + 0.5) / len(spark)).tolist()
    low, high = (box.bottom() - box.height() * spark.T).tolist()  # numbers of Python's own are read faster one by one
    painter.setPen(QPen(colour, 1.2))
    painter.setBrush(colour)
    for run in np.split(np.flatnonzero(there), np.flatnonzero(np.diff(np.flatnonzero(there)) > 1) + 1):
        if len(run):
            first, stop = int(run[0]), int(run[-1]) + 1
            upper = list(map(QPointF, x[first:stop], high[first:stop]))
            lower = list(map(QPointF, x[first:stop], low[first:stop]))
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
    for i in np.flatnonzero(~there):  # not finite: it left the picture upwards
        painter.drawLine(QPointF(x[i], box.top()), QPointF(x[i], box.top() + 2))
