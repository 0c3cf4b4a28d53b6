"""The start page: what to go on with, demos with their curves, and samples, one click each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.i18n import N_, _
from engine.scenarios.base import all_scenarios
from gui.look.controls import button, label
from gui.look.icons import application_icon
from gui.look.language import on_language_change, set_translated
from gui.runs.start.cards import Card, DemoCard, OwnCard, RecentCard
from gui.runs.start.continuing import Recent
from gui.runs.start.samples import shown_samples

WIDTH, WIDTH_OF_TALL = 960, 1120
MOST_RECENT = 3  # of a row
NARROW = 540  # pixels; below them a name has no room beside its curve in a row of as many
TALL = 820  # pixels; from here on there is room for larger pictures and a second row of what to go on with


class StartPage(QScrollArea):
    """Shows what was opened last, demos and samples.

    Signals
    -------
    open_wanted : the user wants to choose a file
    files_wanted : list of paths to open
    run_wanted : id of a run in the library
    demo_wanted : name of a scenario to start
    bring_wanted : the user wants to bring a training of their own
    back_wanted : back to the curves
    """

    open_wanted = Signal()
    files_wanted = Signal(object)
    run_wanted = Signal(str)
    demo_wanted = Signal(str)
    bring_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Start page"))
        self._recent: list[Recent] = []
        self._has_runs = self._is_tall = self._is_narrow = self._tells = False
        self._was_shown = self._is_stale = False
        self._crowded_below = 0  # pixels of height up to which the page was seen not to fit
        self._rebuild()
        # Queued: the page is replaced, and not while it is laid out.
        self.verticalScrollBar().rangeChanged.connect(self._say_less_if_crowded, Qt.ConnectionType.QueuedConnection)
        on_language_change(self._retranslate)

    def show_back(self, has_runs: bool) -> None:
        """Offer the way back to the curves if there are any."""
        if has_runs != self._has_runs:
            self._has_runs = has_runs
            self._rebuild()

    def show_recent(self, recent: Sequence[Recent]) -> None:
        """Show what was opened last."""
        if list(recent) != self._recent:
            self._recent = list(recent)
            self._is_stale = self._was_shown and not self.isVisible()
            if not self._is_stale:
                self._rebuild()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._was_shown = True
        if self._is_stale:
            self._rebuild()

    @staticmethod
    def load() -> None:
        """Import what `tell_verdicts` needs, nearly all of its time; callable from any thread."""
        from engine.detectors.claims.kind import all_kinds
        from engine.diagnosis import sentences  # noqa: F401

        all_kinds()

    def tell_verdicts(self) -> None:
        """Say what was found in each run and file, from now on at once."""
        self._tells = True
        for card in self.findChildren(RecentCard):
            card.tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport()
        shape = room.height() >= TALL, room.width() < NARROW
        if shape != (self._is_tall, self._is_narrow) or self._is_crowded != (room.height() <= self._crowded_below):
            self._is_tall, self._is_narrow = shape
            self._rebuild()

    @Slot()
    def _say_less_if_crowded(self) -> None:
        """Say less where the page does not fit, as in a script whose lines are taller."""
        height = self.viewport().height()
        if self.verticalScrollBar().maximum() and height > self._crowded_below:
            self._crowded_below = height
            if not self._is_brief:
                self._rebuild()

    def _retranslate(self) -> None:
        self._crowded_below = 0
        self._rebuild()

    def _rebuild(self) -> None:
        self._is_stale = False
        self._is_crowded = self.viewport().height() <= self._crowded_below
        self._is_brief = not self._is_tall and (bool(self._recent) or self._is_crowded)
        page = QWidget()
        outer = QHBoxLayout(page)
        above = 4 if self._is_brief else 12
        outer.setContentsMargins(20, above, 20, above)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH_OF_TALL if self._is_tall else WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10 if self._is_tall else 4 if self._is_brief else 8)
        column.addStretch(1)
        self._head(column)
        self._continue(column)
        self._demos(column)
        self._files(column)
        column.addStretch(1 if self._is_tall else 2)
        outer.addStretch(1)
        outer.addWidget(middle, 100)
        outer.addStretch(1)
        self.setWidget(page)

    def _head(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        picture = label(wraps=False)
        is_brief = self._is_brief
        side = 24 if is_brief else 40
        picture.setPixmap(application_icon().pixmap(side, side))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(_("See what your curve did, when and why"), "heading" if is_brief else "title"))
        dropping = label(
            _("Drop a log anywhere on this window: what happened is marked on the curve and explained."), "quiet"
        )
        dropping.setHidden(is_brief)
        words.addWidget(dropping)
        opening = button(N_("Open a log…"), N_("CSV, JSON lines, TensorBoard, printed logs and more"), "primary")
        opening.clicked.connect(self.open_wanted)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter if is_brief else Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if self._has_runs:
            back = button(N_("Back to the curves"))
            back.clicked.connect(self.back_wanted)
            row.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(opening, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)

    def _continue(self, column: QVBoxLayout) -> None:
        if not self._recent:
            return
        column.addWidget(label(_("Continue"), "heading"))
        cards: list[Card] = []
        for recent in self._recent[: 2 * MOST_RECENT if self._is_tall else MOST_RECENT]:
            cards.append(self._card(recent))
        column.addLayout(_grid(cards, self._columns(MOST_RECENT)))

    def _columns(self, most: int) -> int:
        """Cards side by side."""
        return most - self._is_narrow

    def _card(self, recent: Recent) -> Card:
        card = RecentCard(recent, self._is_tall)
        if self._tells:
            card.tell()
        card.clicked.connect(lambda: self._open(recent))
        return card

    def _open(self, recent: Recent) -> None:
        if recent.path is not None:
            self.files_wanted.emit([recent.path])
        else:
            self.run_wanted.emit(recent.run_id)

    def _demos(self, column: QVBoxLayout) -> None:
        column.addWidget(label(_("Or watch a training go wrong"), "heading"))
        cards: list[Card] = []
        for name in all_scenarios():
            card = DemoCard(name, self._is_tall)
            card.clicked.connect(lambda wanted=name: self.demo_wanted.emit(wanted))
            cards.append(card)
        own = OwnCard(self._is_tall)
        own.clicked.connect(self.bring_wanted)
        column.addLayout(_grid([*cards, own], self._columns(2)))

    def _files(self, column: QVBoxLayout) -> None:
        column.addWidget(label(_("Sample logs"), "heading", wraps=False))
        column.addLayout(_grid([self._card(sample) for sample in shown_samples()], self._columns(MOST_RECENT)))


def _grid(cards: Sequence[Card], columns: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(6)
    for place, card in enumerate(cards):
        grid.addWidget(card, place // columns, place % columns)
    for place in range(columns):
        grid.setColumnStretch(place, 1)
        grid.setColumnMinimumWidth(place, 10)
    return grid
