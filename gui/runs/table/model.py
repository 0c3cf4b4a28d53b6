"""Qt table model of the open runs: a line for each, sorted, searched and grouped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.i18n import N_, _, ngettext, number
from engine.run import OriginKind, Run, Value
from engine.tasks.settings import SETTINGS
from gui.look.number_hints import hint
from gui.runs.document import Runs, Shown
from gui.runs.table.facts import Facts, RunFacts, events_text, severity_of
from gui.runs.table.names import common_folder, short_names
from gui.runs.table.settings import differing, grouped, setting_text, setting_title, settings_of, sort_key

Index = QModelIndex | QPersistentModelIndex
EYE, NAME, SPARK, VERDICT, LAST, BEST, AT, ACCURACY, ROWS = range(9)
FIRST_SETTING = 9
TITLES = ("", N_("Run"), N_("Curve"), N_("Verdict"), N_("Last loss"), N_("Best loss"), N_("at"), N_("Last accuracy"),
          N_("Rows"))  # fmt: skip
HINTS = {VERDICT: "events", LAST: "last_loss", BEST: "best_loss", AT: "best_at", ACCURACY: "last_accuracy",
         ROWS: "rows"}  # fmt: skip
SHOWN, FACTS, COLOUR, SHORT = (Qt.ItemDataRole.UserRole + place for place in range(4))


@dataclass(frozen=True)
class Heading:
    """The line above a group."""

    text: str
    count: int


class RunTableModel(QAbstractTableModel):
    """Lines of runs, under a heading each where they are grouped by a setting."""

    def __init__(self, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._runs = runs
        self.facts = Facts()
        self.keys: list[str] = []  # of the settings that differ
        self.group_key = ""
        self._words: list[str] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._lines: list[Shown | Heading] = []
        self.colours: dict[str, str] = {}
        self._names: list[str] = []
        self._common = 0  # letters of the folder that all names begin with
        self.short: dict[str, str] = {}  # from each name as shown to it without what tells no run from another
        self.update()

    # Lines

    def update(self, of: Sequence[Shown] | None = None) -> None:
        """Take over all changes of the runs, or where only the numbers and events of some can have changed, these."""
        keys = differing([shown.run for shown in self._runs.all])
        lines = self._arranged(keys)
        names = [shown.run.name for shown in self._runs.all]
        if names != self._names:
            of = None
            self._names, self._common = names, common_folder(names)
            self.short = {name[self._common :]: short for name, short in short_names(names).items()}
        if (
            keys != self.keys
            or [*map(id, self._shown(lines))] != [*map(id, self._shown(self._lines))]
            or any(isinstance(line, Heading) for line in (*lines, *self._lines))
        ):
            self.beginResetModel()
            self.keys, self._lines = keys, lines
            self.endResetModel()
        elif of is None:
            self.refresh()
        else:
            self.refresh_runs(of)

    def refresh(self) -> None:
        """Draw all cells again."""
        if self._lines:
            self._draw(0, len(self._lines) - 1)

    def _draw(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    @property
    def is_by_events(self) -> bool:
        """Whether which lines there are, or their order, depends on the events."""
        return bool(self._words) or (self._sorted is not None and self._sorted[0] == VERDICT)

    def refresh_runs(self, runs: Sequence[Shown]) -> None:
        """Draw the cells of some runs again: of a thousand that are judged, few lines are in view."""
        wanted = set(map(id, runs))
        for row, line in enumerate(self._lines):
            if id(line) in wanted:
                self._draw(row, row)

    @staticmethod
    def _shown(lines: Sequence[Shown | Heading]) -> list[Shown]:
        return [line for line in lines if isinstance(line, Shown)]

    def _arranged(self, keys: Sequence[str]) -> list[Shown | Heading]:
        found = [shown for shown in self._runs.all if self._is_found(shown, keys)]
        if self._sorted is not None and self._sorted[0] < FIRST_SETTING + len(keys):
            column, order = self._sorted
            found.sort(key=lambda shown: sort_key(self._value(shown, column, keys)))
            if order is Qt.SortOrder.DescendingOrder:
                found.reverse()
        if self.group_key not in keys:
            return list(found)
        by_id = {shown.run.id: shown for shown in found}
        lines: list[Shown | Heading] = []
        for text, ids in grouped([shown.run for shown in found], self.group_key).items():
            lines += [Heading(text, len(ids)), *(by_id[run_id] for run_id in ids)]
        return lines

    def _is_found(self, shown: Shown, keys: Sequence[str]) -> bool:
        if not self._words:
            return True
        settings = settings_of(shown.run)
        told = [shown.run.name, events_text(shown), *(f"{key}={setting_text(settings.get(key))}" for key in keys)]
        text = " ".join(told).casefold()
        return all(word in text for word in self._words)

    def search(self, text: str) -> None:
        """Show only runs whose name, events or settings have every word of a text."""
        self._words = text.casefold().split()
        self.update()

    def group_by(self, key: str) -> None:
        """Group the runs by a setting; empty for no groups."""
        self.group_key = key
        self.update()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order of opening."""
        self._sorted = (column, order) if column > EYE else None
        self.update()

    def shown_at(self, row: int) -> Shown | None:
        """The run of a line; None for a heading."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if isinstance(line, Shown) else None

    def row_of(self, shown: Shown | None) -> int:
        """The line of a run; -1 if it is not listed."""
        return next((row for row, line in enumerate(self._lines) if line is shown and shown is not None), -1)

    @property
    def headings(self) -> list[int]:
        """The lines that are headings."""
        return [row for row, line in enumerate(self._lines) if isinstance(line, Heading)]

    # Qt's interface

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return FIRST_SETTING + len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.about(section)
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def title(self, column: int) -> str:
        """The title of a column."""
        if column >= FIRST_SETTING:
            return setting_title(self.keys[column - FIRST_SETTING])
        return _(TITLES[column]) if TITLES[column] else ""

    def about(self, column: int) -> str:
        """What a column is, with its formula."""
        if column == EYE:
            return _("Click to show or hide the run's curves")
        if column < FIRST_SETTING:
            return hint(HINTS[column]) if column in HINTS else ""
        key = self.keys[column - FIRST_SETTING]
        text = _(SETTINGS[key].help) if key in SETTINGS else ""
        return "\n".join(filter(None, (text, hint(key))))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self._lines[index.row()], index.column()
        if isinstance(line, Heading):
            return self._heading(line, role) if column == EYE else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == SHOWN:
            return line
        if role == FACTS:
            return self.facts.of(line.run)
        if role == SHORT:
            return self.short.get(self._text(line, NAME), "")
        if role == COLOUR:
            return self.colours.get(line.run.id, "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line, column)
        return None

    @staticmethod
    def _heading(line: Heading, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            count = ngettext("{n} run", "{n} runs", line.count).format(n=number(line.count))
            return f"{line.text}  ·  {count}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._lines[index.row()], Heading):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _text(self, shown: Shown, column: int) -> str:
        if column == NAME:
            return shown.run.name[self._common :]
        if column == VERDICT:
            return events_text(shown)
        value = self._value(shown, column, self.keys)
        if column >= FIRST_SETTING:
            return setting_text(value)
        if value is None or column in (EYE, SPARK):
            return ""
        assert isinstance(value, int | float)
        return f"{number(100 * value)} %" if column == ACCURACY else number(value, 4)

    def _value(self, shown: Shown, column: int, keys: Sequence[str]) -> Value:
        """The value that a column is sorted by."""
        if column >= FIRST_SETTING:
            return settings_of(shown.run).get(keys[column - FIRST_SETTING])
        if column == NAME:
            return shown.run.name
        if column == VERDICT:
            severity = severity_of(shown)
            return -1 if severity is None else severity.rank
        return self._number(shown.run, column)

    def _number(self, run: Run, column: int) -> float | None:
        facts: RunFacts = self.facts.of(run)
        if column == AT:
            return None if facts.best_row is None else run.x_at(facts.best_row)
        if column == ROWS:
            return facts.rows
        return {LAST: facts.last, BEST: facts.best, ACCURACY: facts.accuracy}.get(column)

    def result(self, run: Run, column: int) -> Value:
        """The value of a run in a column, to colour by."""
        if column >= FIRST_SETTING:
            return settings_of(run).get(self.keys[column - FIRST_SETTING])
        return self._number(run, column)

    def _tip(self, shown: Shown, column: int) -> str:
        if column == EYE:
            return _("Click to hide this run's curves") if shown.is_visible else _("Click to show this run's curves")
        origin = shown.run.origin
        if column == NAME:
            path = str(origin.path) if origin.kind is OriginKind.LOG and origin.path else ""
            return "\n".join(filter(None, (shown.run.name, path)))
        return "\n".join(filter(None, (self._text(shown, column), self.about(column))))

    def _spoken(self, shown: Shown, column: int) -> str:
        if column == EYE:
            return _("shown") if shown.is_visible else _("hidden")
        if column == VERDICT and not shown.listed and shown.events is not None:
            return _("no events")
        return self._text(shown, column)


def _side(column: int) -> Qt.AlignmentFlag:
    is_number = column >= LAST
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
