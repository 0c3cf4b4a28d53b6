"""Parts of the import dialog: its choices, the list of loss columns, the first rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
)

from engine.i18n import _, number
from engine.logs.base import all_formats
from engine.logs.options import Derive, Restarts
from gui.look.controls import WidthsByHand

Choice = tuple[str, object]
LINE_HEIGHT = 24
LONGEST_LINE = 200
WIDEST = 160
NAME = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Offered:
    """The choices that are the same for every file."""

    yes_no: list[Choice]
    formats: list[Choice]
    delimiters: list[Choice]
    restarts: list[Choice]
    derived: list[Choice]


def choices_of() -> Offered:
    """The choices in the current language."""
    automatic: Choice = (_("Automatic"), None)
    kinds = sorted(((_(kind.title), name) for name, kind in all_formats().items()), key=lambda choice: choice[0])
    return Offered(
        yes_no=[automatic, (_("Yes"), True), (_("No"), False)],
        formats=[automatic, *kinds],
        delimiters=[
            automatic,
            (_("Comma"), ","),
            (_("Semicolon"), ";"),
            (_("Tab"), "\t"),
            (_("Spaces"), " "),
            (_("Bar"), "|"),
        ],
        restarts=[(_("Keep one run"), Restarts.ONE), (_("Split into runs"), Restarts.SPLIT)],
        derived=[
            (_("Used as they are"), Derive.NOTHING),
            (_("Running means: take single steps"), Derive.STEPS),
            (_("Averaged over each epoch"), Derive.EPOCHS),
            (_("Perplexities: take ln"), Derive.LOSS),
            (_("Shown as perplexity: take exp"), Derive.PERPLEXITY),
        ],
    )


def combo(name: str, choices: Iterable[Choice], current: object) -> QComboBox:
    """Create a combo box that may be narrower than its longest text."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    refill(made, choices, current)
    return made


def refill(box: QComboBox, choices: Iterable[Choice], current: object) -> None:
    """Replace the choices of a combo box and select `current` if it is among them."""
    box.clear()
    for text, value in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(current)))


class ColumnList(QListWidget):
    """A list of columns to tick and to name.

    Signals
    -------
    ticked : a column was ticked, or is no longer
    named : the name a column had, the text that a person typed in its place
    """

    ticked = Signal()
    named = Signal(str, str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.found: tuple[str, ...] = ()
        self.itemChanged.connect(self._on_changed)

    def show_columns(self, names: Sequence[str], found: Sequence[str]) -> None:
        """List columns, with those in `found` ticked."""
        self.clear()
        self.found = tuple(found)
        for name in names:
            item = QListWidgetItem(name)
            item.setData(NAME, name)
            item.setToolTip(name)
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
            item.setCheckState(_tick(name in found))  # before it is in the list, so that no signal is emitted
            self.addItem(item)

    def check(self, names: Sequence[str]) -> None:
        """Tick exactly these columns."""
        for item in self.items_():
            item.setCheckState(_tick(item.text() in names))

    def name(self, row: int) -> None:
        """Let a person type a name for a column."""
        self.setCurrentRow(row)
        self.editItem(self.item(row))

    def _on_changed(self, item: QListWidgetItem) -> None:
        before, typed = item.data(NAME), item.text()
        if typed == before:
            self.ticked.emit()
            return
        item.setText(before)
        self.named.emit(before, typed.strip())

    def items_(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    @property
    def checked(self) -> tuple[str, ...]:
        """The ticked columns."""
        return tuple(item.text() for item in self.items_() if item.checkState() is Qt.CheckState.Checked)


def _tick(is_ticked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked


class FirstRows(QTableWidget):
    """The first rows as parsed; the raw lines if the file could not be parsed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._by_hand = WidthsByHand(self.horizontalHeader(), self._title)

    def _title(self, x: int) -> str:
        return str(self.model().headerData(x, Qt.Orientation.Horizontal))

    def show_rows(self, names: Sequence[str], rows: Sequence[Sequence[float | None]], lines: str) -> None:
        """Show parsed rows, or raw lines if there are none."""
        self.clear()
        if not names:
            names, texts = [_("Text")], [[line[:LONGEST_LINE]] for line in lines.splitlines()]
        else:
            texts = [["" if value is None else number(value, 6) for value in row] for row in rows]
        self.setColumnCount(len(names))
        side = Qt.AlignmentFlag.AlignLeft if not rows else Qt.AlignmentFlag.AlignRight
        self.horizontalHeader().setDefaultAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderLabels(list(names))
        self.setRowCount(len(texts))
        for y, row in enumerate(texts):
            for x, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(y, x, item)
        with self._by_hand.kept():
            self.resizeColumnsToContents()
            for x in range(self.columnCount()):
                self.setColumnWidth(x, min(self.columnWidth(x), WIDEST))
