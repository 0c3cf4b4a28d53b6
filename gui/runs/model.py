"""The runs in the window: which there are, which is active, which are hidden, and what happened in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap

from engine.events import Event
from engine.run import OriginKind, Run
from gui.look.colours import run_colour
from gui.look.theme import current_theme

SWATCH = 12
LINE_HEIGHT = 26
Index = QModelIndex | QPersistentModelIndex


@dataclass
class Shown:
    """A run and how the window shows it; `events` is None until the detectors have read it."""

    run: Run
    events: tuple[Event, ...] | None = None
    is_visible: bool = True
    is_live: bool = False

    @property
    def listed(self) -> tuple[Event, ...]:
        """The events that are shown."""
        return tuple(event for event in self.events or () if event.is_listed)


class Runs(QAbstractListModel):
    """All runs, in the order in which they came.

    Signals
    -------
    changed : which runs there are, or are visible, or which is active
    """

    changed = Signal()
    events_changed = Signal(object)  # Shown

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Shown] = []
        self._active: Shown | None = None
        self._removed: list[tuple[int, Shown]] = []

    # What there is

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def all(self) -> tuple[Shown, ...]:
        """Every run, visible or not."""
        return tuple(self._shown)

    @property
    def active(self) -> Shown | None:
        """The run that the panel speaks of."""
        return self._active

    @property
    def visible(self) -> list[Run]:
        """The runs to draw."""
        return [s.run for s in self._shown if s.is_visible]

    # What may be asked of it

    def add(self, run: Run, is_alone: bool = False) -> Shown:
        """Put a run in and make it active; runs of another kind, or all others where it is alone, are hidden."""
        self.beginResetModel()
        for other in self._shown:
            if is_alone or other.run.origin.kind is not run.origin.kind:
                other.is_visible = False
        shown = Shown(run)
        self._shown.append(shown)
        self._active = shown
        self.endResetModel()
        self.changed.emit()
        return shown

    def add_beside(self, run: Run, other: Run) -> None:
        """Put a run in that was made of another one, which stays where it is drawn."""
        self.add(run)
        for shown in self._shown:
            if shown.run is other:
                shown.is_visible = True
        self._tell_rows()
        self.changed.emit()

    def put_log(self, runs: Sequence[Run]) -> None:
        """Put the runs of one log in; what was shown of that log before makes room for them."""
        path = runs[0].origin.path if runs else None
        shown = [s for s in self._shown if path is not None and s.run.origin.path == path]
        for old, new in zip(shown, runs):
            self._renew(old, new)
        for run in runs[len(shown) :]:
            self.add(run)
        for old in shown[len(runs) :]:
            self._take_out(old)
        if shown:
            self.changed.emit()

    def _renew(self, shown: Shown, run: Run) -> None:
        shown.run, shown.events, shown.is_visible = run, None, True
        self._active = shown
        self._tell_rows()

    def _take_out(self, gone: Shown) -> None:
        self.beginResetModel()
        self._shown.remove(gone)
        self.endResetModel()

    def activate(self, row: int) -> None:
        """Let the panel speak of another run."""
        if 0 <= row < len(self._shown) and self._shown[row] is not self._active:
            self._active = self._shown[row]
            self._active.is_visible = True
            self._tell_rows()
            self.changed.emit()

    def remove_active(self) -> Run | None:
        """Take the active run out; it can be restored."""
        if self._active is None:
            return None
        gone, row = self._active, self._shown.index(self._active)
        self.beginResetModel()
        self._shown.remove(gone)
        self._removed.append((row, gone))
        self._active = self._shown[min(row, len(self._shown) - 1)] if self._shown else None
        self.endResetModel()
        self.changed.emit()
        return gone.run

    def restore(self) -> None:
        """Bring back what was removed last."""
        if not self._removed:
            return
        row, shown = self._removed.pop()
        again = next((i for i, other in enumerate(self._shown) if other.run.id == shown.run.id), None)
        if again is not None:  # was opened again meanwhile
            self.activate(again)
            self.changed.emit()
            return
        self.beginResetModel()
        self._shown.insert(row, shown)
        self._active = shown
        self.endResetModel()
        self.changed.emit()

    def replace(self, old: Run, new: Run) -> None:
        """Show a run in the place of another one: its log was read anew."""
        shown = next((s for s in self._shown if s.run is old), None)
        if shown is not None:
            shown.run, shown.is_live = new, True
            self._tell_rows()
            self.changed.emit()

    def judge(self, run: Run, events: tuple[Event, ...]) -> None:
        """Keep what the detectors say of a run."""
        shown = next((s for s in self._shown if s.run is run), None)
        if shown is not None and shown.events is not events:
            shown.events = events
            self.events_changed.emit(shown)

    def _tell_rows(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    # Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown.run.name
        if role == Qt.ItemDataRole.ToolTipRole:
            origin = shown.run.origin
            return str(origin.path) if origin.kind is OriginKind.LOG and origin.path else shown.run.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._colour(shown)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, LINE_HEIGHT)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if shown.is_visible else Qt.CheckState.Unchecked
        return None

    def _colour(self, shown: Shown) -> QIcon | None:
        visible = self.visible
        return _swatch(run_colour(visible.index(shown.run), current_theme())) if shown.run in visible else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._shown[index.row()].is_visible = Qt.CheckState(value) is Qt.CheckState.Checked
        self._tell_rows()
        self.changed.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable


def _swatch(colour: str) -> QIcon:
    """A square of a colour; a plain colour would be tinted where its line is the selected one."""
    square = QPixmap(SWATCH, SWATCH)
    square.fill(QColor(colour))
    made = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        made.addPixmap(square, mode)
    return made
