"""Table of the runs: differing settings, last and best values, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from engine.i18n import N_, _, number
from engine.run import Run
from engine.tasks.settings import SETTINGS
from gui.look.language import keep_translated, set_translated
from gui.look.number_hints import hint
from gui.look.values import value_text
from gui.runs.document import Runs, Shown

LINE_HEIGHT = 26
FIRST_NUMBER = 2  # column: after the names and the events
SETTLE_MILLISECONDS = 500
NEAR_ROWS = 1000
PIECE_ROWS = 1 << 18


class RunTable(QWidget):
    """A row for each run; a click makes it the active one."""

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MILLISECONDS)
        self._settling.timeout.connect(self._fill)
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setMinimumHeight(3 * LINE_HEIGHT)
        set_translated(self.table.setAccessibleName, N_("Run table"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.setMaximumHeight(16 * LINE_HEIGHT)
        self.table.cellClicked.connect(lambda row, _column: self._runs.activate(row))
        runs.changed.connect(self.schedule_fill)
        runs.events_changed.connect(lambda _shown: self.schedule_fill())
        keep_translated(self.schedule_fill)

    def schedule_fill(self) -> None:
        """Refill the table shortly, since a live run changes often."""
        if not self._settling.isActive():
            self._settling.start()

    def sizeHint(self) -> QSize:
        return QSize(400, 5 * LINE_HEIGHT)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if not self.isVisible():
            return
        shown = self._runs.all
        keys = differing([s.run for s in shown])
        titles = heads(keys)
        self.table.setColumnCount(len(titles))
        for column, (title, about) in enumerate(titles):
            self._put_title(column, title, about, column >= FIRST_NUMBER)
        self.table.setRowCount(len(shown))
        for row, one in enumerate(shown):
            for column, text in enumerate(cells(one, keys)):
                self._put(row, column, text, titles[column][1], column >= FIRST_NUMBER)
            if one is self._runs.active:
                self.table.selectRow(row)
                self.table.scrollTo(self.table.model().index(row, 0))

    def _put_title(self, column: int, title: str, about: str, is_number: bool) -> None:
        item = QTableWidgetItem(title)
        item.setToolTip(about)
        item.setTextAlignment(side_of(is_number))
        self.table.setHorizontalHeaderItem(column, item)

    def _put(self, row: int, column: int, text: str, about: str, is_number: bool) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip("\n".join(filter(None, (text, about))))
        item.setTextAlignment(side_of(is_number))
        self.table.setItem(row, column, item)


def heads(keys: Sequence[str]) -> list[tuple[str, str]]:
    """The titles of the columns, each with its explanation and formula."""
    settings = [(key, "\n".join(filter(None, (_(SETTINGS[key].help), hint(key))))) for key in keys]
    return [
        (_("Run"), ""),
        (_("Events"), hint("events")),
        (_("Last loss"), hint("last_loss")),
        (_("Best loss"), hint("best_loss")),
        (_("at"), hint("best_at")),
        (_("Last accuracy"), hint("last_accuracy")),
        (_("Rows"), hint("rows")),
        *settings,
    ]


def side_of(is_number: bool) -> Qt.AlignmentFlag:
    """Alignment of a cell and its title."""
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def cells(shown: Shown, keys: Sequence[str]) -> list[str]:
    """The texts of a run's row."""
    run = shown.run
    settings = [value_text(run.settings[key]) if key in run.settings else "" for key in keys]
    loss = next((s.name for s in run.series if s.name in run.table), "")
    accuracy = last(run, "accuracy")
    found = best(run, loss)
    return [
        run.name,
        events_text(shown),
        _text(last(run, loss)),
        _text(found[0] if found else None),
        number(run.x_at(found[1])) if found else "",
        "" if accuracy is None else f"{number(100 * accuracy)} %",
        number(len(run.table)),
        *settings,
    ]


def _text(value: float | None) -> str:
    return "" if value is None else number(value, 4)


def differing(runs: Sequence[Run]) -> list[str]:
    """The settings that differ between runs."""
    keys = dict.fromkeys(key for run in runs for key in run.settings)
    return [key for key in keys if len({str(run.settings.get(key)) for run in runs}) > 1]


def last(run: Run, column: str) -> float | None:
    """The last value of a column."""
    if column not in run.table or not run.table.count(column):
        return None
    near = run.table.values(column, max(0, len(run.table) - NEAR_ROWS))
    return float(near[-1] if len(near) else run.table.values(column)[-1])


def best(run: Run, column: str) -> tuple[float, int] | None:
    """The smallest finite value of a column and its row."""
    found = None
    if column in run.table:
        for start in range(0, len(run.table), PIECE_ROWS):  # a copy of ten million rows would be noticed
            series = run.table.series(column, start, start + PIECE_ROWS)
            values = np.where(np.isfinite(series.values), series.values, np.inf)
            at = int(np.argmin(values)) if len(values) else 0
            if len(values) and values[at] < (np.inf if found is None else found[0]):
                found = float(values[at]), int(series.rows[at])
    return found


def events_text(shown: Shown) -> str:
    """The kinds of events with their counts, as text."""
    from engine.diagnosis.sentences import title

    if shown.events is None:
        return "…"
    counts = Counter(event.kind for event in shown.listed)
    return ", ".join(title(kind) + (f" × {n}" if n > 1 else "") for kind, n in counts.items())
