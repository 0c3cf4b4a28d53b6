"""The metric browser: every column of the active run with a small curve, to plot by a tick, a drag or Return."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import N_, number
from engine.run import Run
from gui.look.language import on_language_change, set_translated
from gui.look.theme import current_theme
from gui.plots.panes.quantities import explained, title
from gui.runs.table.cells import LINE_HEIGHT, paint_spark
from gui.runs.table.facts import RunFacts, last, spark

MIME = "application/x-overshoot-column"
NAME, CURVE, VALUE = range(3)
WIDTHS = {CURVE: 46, VALUE: 56}
COLUMN = Qt.ItemDataRole.UserRole
FAMILY = "/*"
LONGEST = 2_000_000  # rows; a copy of longer columns would be noticed


class ColumnsPanel(QWidget):
    """A tree by ``/`` with a search.

    Signals
    -------
    plot_wanted : name of a column, whether it is to be plotted
    """

    plot_wanted = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._columns: tuple[str, ...] = ()
        self._plotted: tuple[str, ...] = ()
        self._rows = -1
        self._is_filling = False
        self.search, self.tree = QLineEdit(), _Tree()
        self.search.setClearButtonEnabled(True)
        set_translated(self.search.setPlaceholderText, N_("Search columns"))
        set_translated(self.search.setAccessibleName, N_("Search columns"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 4, 2)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        self.search.textChanged.connect(self._filter)
        self.tree.itemChanged.connect(self._on_changed)
        self.tree.itemActivated.connect(self._on_activated)
        on_language_change(self._fill)

    def show_columns(self, run: Run | None, columns: Sequence[str], plotted: Sequence[str]) -> None:
        """Show the columns of a run, with those that are plotted ticked."""
        known = (self._run, self._columns)
        self._run, self._plotted = run, tuple(plotted)
        self._columns = tuple(columns) if run is not None else ()
        if (self._run, self._columns) != known:
            self._fill()
        elif self.isVisible():
            self._refresh()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._refresh()

    def _fill(self) -> None:
        self._is_filling = True
        self.tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for column in self._columns:
            parent: QTreeWidget | QTreeWidgetItem = self.tree
            *path, name = [column] if column.endswith(FAMILY) else column.split("/")
            for depth in range(len(path)):
                key = "/".join(path[: depth + 1])
                if key not in groups:
                    groups[key] = QTreeWidgetItem(parent, [path[depth]])
                    groups[key].setExpanded(True)
                parent = groups[key]
            item = QTreeWidgetItem(parent, [title(column) if not path else name])
            item.setData(NAME, COLUMN, column)
            item.setToolTip(NAME, "\n".join(dict.fromkeys((column, explained(column)))))
            item.setTextAlignment(VALUE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled)
        self.tree.expandAll()
        self._rows = -1
        self._is_filling = False
        self._refresh()
        self._filter(self.search.text())

    def _refresh(self) -> None:
        """Update ticks, small curves and last values."""
        self._is_filling = True
        rows = len(self._run.table) if self._run is not None else 0
        for item in self.items():
            column = item.data(NAME, COLUMN)
            is_plotted = column in self._plotted
            item.setCheckState(NAME, Qt.CheckState.Checked if is_plotted else Qt.CheckState.Unchecked)
            if self.isVisible() and rows != self._rows and self._run is not None and column in self._run.table:
                value = last(self._run, column)
                item.setText(VALUE, "" if value is None else number(value, 2))
                if rows <= LONGEST:
                    item.setData(CURVE, COLUMN, RunFacts(spark=spark(self._run.table.values(column))))
        if self.isVisible():
            self._rows = rows
        self._is_filling = False

    def items(self) -> list[QTreeWidgetItem]:
        """The lines that are columns."""
        found: list[QTreeWidgetItem] = []
        waiting = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            if item is None:
                continue
            if item.data(NAME, COLUMN):
                found.append(item)
            waiting = [item.child(row) for row in range(item.childCount())] + waiting
        return found

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self.items():
            told = f"{item.data(NAME, COLUMN)} {item.text(NAME)}".casefold()
            item.setHidden(not all(word in told for word in words))
        self._hide_empty(self.tree.invisibleRootItem())

    def _hide_empty(self, item: QTreeWidgetItem | None) -> bool:
        """Hide the groups without a column that is found, and return whether there is any."""
        if item is None:
            return False
        if not item.childCount():
            return not item.isHidden()
        found = [self._hide_empty(item.child(row)) for row in range(item.childCount())]
        item.setHidden(not any(found))
        return any(found)

    def _on_changed(self, item: QTreeWidgetItem, place: int) -> None:
        if not self._is_filling and place == NAME and item.data(NAME, COLUMN):
            self.plot_wanted.emit(item.data(NAME, COLUMN), item.checkState(NAME) is Qt.CheckState.Checked)

    def _on_activated(self, item: QTreeWidgetItem, _place: int) -> None:
        column = item.data(NAME, COLUMN)
        if column:
            self.plot_wanted.emit(column, column not in self._plotted)


class _Tree(QTreeWidget):
    """Its columns can be dragged onto the plots."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "plain")
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Cells(self))
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(20)
        self.setRootIsDecorated(True)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        set_translated(self.setAccessibleName, N_("Columns"))

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        made = QMimeData()
        made.setData(MIME, str(items[0].data(NAME, COLUMN) or "").encode())
        return made

    def mimeTypes(self) -> list[str]:
        return [MIME]


class _Cells(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), LINE_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        facts = index.data(COLUMN) if index.column() == CURVE else None
        if isinstance(facts, RunFacts):
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_spark(painter, QRectF(option.rect).adjusted(4, 4, -4, -4), QColor(current_theme().curves[0]), facts)
            painter.restore()


class ColumnDrops(QObject):
    """Lets columns be dropped on a widget.

    Signals
    -------
    dropped : name of a column
    """

    dropped = Signal(str)

    def __init__(self, target: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            if not event.mimeData().hasFormat(MIME):
                event.ignore()
                return True  # a file is for the window
            event.acceptProposedAction()
            if event.type() is QEvent.Type.Drop:
                self.dropped.emit(bytes(event.mimeData().data(MIME).data()).decode())
            return True
        return super().eventFilter(watched, event)
