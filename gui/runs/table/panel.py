"""The runs panel: what happened in all runs, a search, and one table in place of tabs, list and legend."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import N_, _
from engine.run import OriginKind
from gui.look.controls import WidthsByHand, button, label
from gui.look.language import keep_translated, set_translated
from gui.runs.document import Runs, RunsChange, Shown
from gui.runs.table.cells import LINE_HEIGHT, RunCells
from gui.runs.table.colouring import RunColours
from gui.runs.table.facts import summary
from gui.runs.table.model import (
    ACCURACY,
    AT,
    BEST,
    EYE,
    FIRST_SETTING,
    LAST,
    NAME,
    ROWS,
    SHORT,
    SHOWN,
    SPARK,
    VERDICT,
    RunTableModel,
)

SETTLE_MILLISECONDS = 500
WIDTHS = {EYE: 26, NAME: 116, SPARK: 50, VERDICT: 140, LAST: 84, BEST: 84, AT: 76, ACCURACY: 96, ROWS: 76}
SETTING_WIDTH = 96
LEAST_NAME, WIDEST_NAME, LEAST_VERDICT = 72, 280, 72
LEAST_BESIDE_NAMES = 92  # of the verdicts, where names would be cut otherwise: the gravest kind, with its shape
VERDICT_MARGIN, NAME_MARGIN = 6, 2
TITLE_MARGIN = 10
FIT_ROWS = 50  # whose verdicts set the width of their column
SEEN_RUNS = 3  # visible at least, if there are as many


class RunsTable(QTableView):
    """A line for each run; the current line is the active run.

    Signals
    -------
    lit : Shown under the pointer, or None
    menu_wanted : Shown, position on the screen
    """

    lit = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, lines: RunTableModel, runs: Runs) -> None:
        super().__init__()
        self._lines, self._runs = lines, runs
        self._widths: dict[tuple, int] = {}  # that show a cell in full
        self.setModel(lines)
        self.setItemDelegate(RunCells(lines, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setProperty("role", "plain")
        set_translated(self.setAccessibleName, N_("Runs"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        self._set_up_header()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        lines.modelReset.connect(self._on_reset)
        self.selectionModel().currentChanged.connect(self._on_moved)
        self._on_reset()

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._lines.sort)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setMinimumSectionSize(EYE_WIDTH)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        self._by_hand = WidthsByHand(header, self._name_of)

    def _name_of(self, column: int) -> int | str:
        """What tells a column from others: those of settings come and go with the runs."""
        return column if column < FIRST_SETTING else self._lines.keys[column - FIRST_SETTING]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widths.clear()
        self.fit_names()

    def fit_names(self) -> None:
        """Give verdicts what they need and names the rest, at least `WIDTHS[NAME]` if they need it."""
        if any(map(self._by_hand.has, (NAME, SPARK, VERDICT))):
            return
        verdict = min(max(self._wanted(VERDICT) + VERDICT_MARGIN, LEAST_VERDICT), WIDTHS[VERDICT])
        titled = self.horizontalHeader().fontMetrics().horizontalAdvance(self._lines.title(SPARK)) + 2 * TITLE_MARGIN
        spark = max(titled, WIDTHS[SPARK])
        rest = self.viewport().width() - WIDTHS[EYE] - spark - verdict
        names = min(self._wanted(NAME) + NAME_MARGIN, WIDTHS[NAME])
        if rest < names:
            taken = min(names - max(rest, LEAST_NAME), verdict - min(verdict, LEAST_BESIDE_NAMES))
            verdict, rest = verdict - taken, max(rest, LEAST_NAME) + taken
        with self._by_hand.kept():
            self.setColumnWidth(SPARK, spark)
            self.setColumnWidth(VERDICT, verdict)
            self.setColumnWidth(NAME, min(max(rest, LEAST_NAME), WIDEST_NAME))

    def _wanted(self, column: int) -> int:
        """The width that shows every cell of a column in full, as far as the first lines tell."""
        cells = (self._lines.index(row, column) for row in range(min(self._lines.rowCount(), FIT_ROWS)))
        return max(map(self._width_of, cells), default=0)

    def _width_of(self, cell: QModelIndex) -> int:
        """The width that shows a cell in full; remembered, for all are asked again whenever a run was judged."""
        key = cell.column(), cell.data(), cell.data(SHORT), cell.data(SHOWN) is None
        if key not in self._widths:
            self._widths[key] = self.sizeHintForIndex(cell).width()
        return self._widths[key]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widths.clear()
        super().changeEvent(event)

    def _on_reset(self) -> None:
        self.clearSpans()
        self.fit_names()
        for row in self._lines.headings:
            self.setSpan(row, 0, 1, self._lines.columnCount())
        with self._by_hand.kept():
            for column in range(FIRST_SETTING, self._lines.columnCount()):
                self.setColumnWidth(column, SETTING_WIDTH)
        self.show_active()

    def show_active(self) -> None:
        """Make the active run's line the current one."""
        row = self._lines.row_of(self._runs.active)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self._lines.index(row, NAME))

    def _on_moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        shown = self._lines.shown_at(now.row()) if now.isValid() else None
        if shown is not None and shown is not self._runs.active:
            self._runs.activate(self._runs.all.index(shown))

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = self.indexAt(event.position().toPoint())
        self.lit.emit(self._lines.shown_at(at.row()) if at.isValid() else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        if at.isValid() and at.column() == EYE and event.button() is Qt.MouseButton.LeftButton:
            self.toggle(self._lines.shown_at(at.row()))
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle(self._lines.shown_at(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def toggle(self, shown: Shown | None) -> None:
        """Show or hide a run."""
        if shown is not None:
            self._runs.set_visible(self._runs.all.index(shown), not shown.is_visible)

    def _ask_menu(self, at: QPoint) -> None:
        shown = self._lines.shown_at(self.indexAt(at).row())
        if shown is not None:
            self.menu_wanted.emit(shown, self.viewport().mapToGlobal(at))


EYE_WIDTH = WIDTHS[EYE]


class RunsPanel(QWidget):
    """All open runs.

    Signals
    -------
    rename_wanted : Run
    remove_wanted : Run
    share_wanted : show the share of the run on x
    group_wanted : key of a setting; empty for none
    """

    rename_wanted = Signal(object)
    remove_wanted = Signal(object)
    share_wanted = Signal()
    group_wanted = Signal(str)

    def __init__(self, runs: Runs, colours: RunColours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs, self._colours = runs, colours
        self.lines = RunTableModel(runs, self)
        self.table = RunsTable(self.lines, runs)
        self.search, self._options = QLineEdit(), QToolButton()
        self._said, self._state, self._units = label(role="heading"), label(role="quiet"), label(role="quiet")
        self._share = button(N_("Share of the run"), N_("Show each run from 0 to 100 % of its length"), "link")
        self._colour_column = -1
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MILLISECONDS)
        self._settling.timeout.connect(self._show_judged)
        self._judged: dict[int, Shown] = {}  # since the table was drawn
        self._lay_out()
        self._connect()
        keep_translated(self.retranslate)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self._options.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._options.setMenu(self._menu)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.search, 1)
        row.addWidget(self._options)
        head = QVBoxLayout()
        head.setContentsMargins(8, 2, 4, 2)
        head.setSpacing(4)
        for part in (self._said, self._units):
            head.addWidget(part)
        head.addWidget(self._share, 0, Qt.AlignmentFlag.AlignLeft)
        head.addLayout(row)
        head.addWidget(self._state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self._runs.observers.connect(self._on_runs_changed)
        self._colours.changed.connect(self._show_colours)
        self.search.textChanged.connect(self.lines.search)
        self.table.lit.connect(lambda shown: self._colours.light(shown.run.id if self._can_light(shown) else ""))
        self.table.menu_wanted.connect(self._open_menu)
        self._menu.aboutToShow.connect(self._fill_options)
        self._share.clicked.connect(self.share_wanted)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.search.setPlaceholderText(_("Search runs"))
        self.search.setAccessibleName(_("Search runs"))
        self._options.setText(_("Group, colour"))
        self._options.setToolTip(_("Group the runs by a setting, colour them by a value"))
        self._show_texts()
        self.lines.refresh()
        self.table.fit_names()  # verdicts of another length want another width

    def _can_light(self, shown: Shown | None) -> bool:
        return shown is not None and shown.is_visible and len(self._runs.visible) > 1

    # What it shows

    def _on_runs_changed(self, change: RunsChange) -> None:
        if change.lines or change.appearance:
            self._update()
        elif change.events is not None:
            self._judged[id(change.events)] = change.events
            if self.isVisible() and not self._settling.isActive():
                self._fit(self._judged.values())  # at once, or a first verdict is cut off until then
                self._settling.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_judged()

    def _show_judged(self) -> None:
        """Show the verdicts that have come; numbers too, of a run that grows."""
        judged, self._judged = list(self._judged.values()), {}
        if self.lines.is_by_events or any(may_grow(shown) for shown in judged):
            self._show_colours()
            self.lines.update(judged)
        else:
            self.lines.refresh_runs(judged)
        self._fit(judged)
        self._show_texts()

    def _fit(self, judged: Iterable[Shown]) -> None:
        """Give the verdicts of the first lines their room, if any of them is new."""
        wanted = set(map(id, judged))
        if any(id(self.lines.shown_at(row)) in wanted for row in range(min(self.lines.rowCount(), FIT_ROWS))):
            self.table.fit_names()

    def _update(self) -> None:
        self._judged = {}
        self.lines.colours = dict(self._colours.in_table())
        self.lines.update()
        self.table.fit_names()
        self.table.show_active()
        lines = LINE_HEIGHT * (1 + min(SEEN_RUNS, len(self._runs))) + 4
        self.table.setMinimumHeight(lines + self.table.horizontalScrollBar().sizeHint().height())
        self._show_texts()

    def _show_colours(self) -> None:
        colours = dict(self._colours.in_table())
        if colours != self.lines.colours:
            self.lines.colours = colours
            self.lines.refresh()

    def _show_texts(self) -> None:
        runs = self._runs.all
        self._said.setText(summary(runs) if len(runs) > 1 else "")
        self._said.setVisible(len(runs) > 1)
        units = mixed_units([shown for shown in runs if shown.is_visible])
        self._units.setText(units)
        for part in (self._units, self._share):
            part.setVisible(bool(units))
        parts = [] if runs else [_("The runs and logs that are open stand here, a line each.")]
        if self.lines.group_key in self.lines.keys:
            title = self.lines.title(FIRST_SETTING + self.lines.keys.index(self.lines.group_key))
            parts.append(_("Grouped by {name}").format(name=title))
        if 0 <= self._colour_column < self.lines.columnCount():
            title = self.lines.title(self._colour_column)
            parts.append(_("Coloured by {name}, from dark to bright").format(name=title))
        self._state.setText(" · ".join(parts))
        self._state.setVisible(bool(parts))

    # Group and colour

    def _fill_options(self) -> None:
        menu = self._menu
        menu.clear()
        group, colour = menu.addMenu(_("Group by")), menu.addMenu(_("Colour by"))
        keys = [(key, self.lines.title(FIRST_SETTING + place)) for place, key in enumerate(self.lines.keys)]
        _fill(group, [("", _("Nothing")), *keys], self.lines.group_key, self.group_by)
        columns = [LAST, BEST, AT, ACCURACY, ROWS, *range(FIRST_SETTING, self.lines.columnCount())]
        titles = [(column, self.lines.title(column)) for column in columns]
        _fill(colour, [(-1, _("The run")), *titles], self._colour_column, self.colour_by)
        menu.addSeparator()
        menu.addAction(_("Show all"), self._runs.show_all)
        active = self._runs.active
        if active is not None:
            menu.addAction(_("Show only the active run"), partial(self._runs.show_only, active.run))

    def group_by(self, key: str) -> None:
        """Group the runs by a setting; empty for no groups."""
        self.lines.group_by(key)
        self._show_texts()
        self.group_wanted.emit(key)

    def colour_by(self, column: int) -> None:
        """Colour the runs by the values of a column; -1 gives each a colour of its own."""
        self._colour_column = column
        self._colours.colour_by(None if column < 0 else lambda run: self.lines.result(run, column))
        self._show_texts()

    # A run's menu

    def _open_menu(self, shown: Shown, at: QPoint) -> None:
        menu, run = QMenu(self), shown.run
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = _("Hide") if shown.is_visible else _("Show")
        menu.addAction(text, partial(self.table.toggle, shown))
        menu.addAction(_("Show only this run"), partial(self._runs.show_only, run))
        menu.addAction(_("Show all"), self._runs.show_all)
        menu.addSeparator()
        menu.addAction(_("Rename…"), partial(self.rename_wanted.emit, run))
        menu.addAction(_("Copy name"), partial(QApplication.clipboard().setText, run.name))
        if run.origin.path is not None:
            menu.addAction(_("Copy path"), partial(QApplication.clipboard().setText, str(run.origin.path)))
        menu.addSeparator()
        menu.addAction(_("Remove run"), partial(self.remove_wanted.emit, run))
        menu.popup(at)


def may_grow(shown: Shown) -> bool:
    """Whether the numbers of a run may have changed with its events."""
    return shown.is_live or shown.run.origin.kind is not OriginKind.LOG


def _fill(menu: QMenu, choices: list[tuple], current: object, choose) -> None:
    group = QActionGroup(menu)
    for value, text in choices:
        action = QAction(text.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _checked=False, wanted=value: choose(wanted))
        group.addAction(action)
        menu.addAction(action)


def mixed_units(shown: list[Shown]) -> str:
    """A warning where runs counted in epochs and in steps share one axis; else empty."""
    units = {one.run.x or "row" for one in shown}
    names = {"step": _("steps"), "epoch": _("epochs"), "time": _("seconds"), "row": _("rows")}
    if len(units) < 2 or not units <= set(names):
        return ""
    return _("Some runs count {one}, others {other}: one axis does not suit both.").format(
        **dict(zip(("one", "other"), sorted(names[unit] for unit in units)))
    )
