"""Table of a proof's arms with their counts against placebo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from engine.experiments.records import Arm, Stage
from engine.experiments.wording import change_text, difference_text, interval_text
from engine.i18n import N_, _, number
from gui.look.controls import WidthsByHand
from gui.look.language import keep_translated

COLUMNS = (
    (N_("Changed"), N_("The one thing in which these forks differ from the run")),
    (N_("Clean"), N_("Forks without the event and with at least placebo's progress, out of all forks")),
    (N_("Placebo"), N_("Clean forks among those that were only nudged, out of all of them")),
    (N_("Difference"), N_("Share of clean forks minus placebo's, with its 95 % confidence interval")),
    (N_("Cost"), N_("Computing time of the arm's forks, all workers together")),
    (N_("p"), N_("Exact, one-sided, against placebo, corrected for the number of factors tried")),
    (N_("Steps before"), N_("How many steps before the onset the forks start")),
    (N_("Stage"), N_("Screening selects what is then confirmed with new nudges")),
)


class VerdictTable(QTableWidget):
    """A row for each arm."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self.arms: tuple[Arm, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setMinimumHeight(76)
        header = self.horizontalHeader()
        # Fitted once after several changes: the header's own fitting measures every row for every cell.
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(40)
        self._by_hand = WidthsByHand(header)
        self.itemSelectionChanged.connect(self.chosen)
        keep_translated(self.retranslate)

    @property
    def arm(self) -> Arm | None:
        """The arm of the selected row; None for placebo."""
        row = self.currentRow()
        arm = self.arms[row] if self.selectedItems() and 0 <= row < len(self.arms) else None
        return None if arm is None or arm.is_placebo else arm

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        for place, (title, about) in enumerate(COLUMNS):
            item = QTableWidgetItem(_(title))
            item.setToolTip(_(about))
            self.setHorizontalHeaderItem(place, item)
        arms, self.arms = self.arms, ()
        self.show_arms(arms)
        self.fit()

    def fit(self) -> None:
        """Give the columns the widths of their texts, except those whose width a person has set."""
        if self.arms:
            with self._by_hand.kept():
                self.resizeColumnsToContents()

    def show_arms(self, arms: Sequence[Arm], top: Arm | None = None) -> None:
        """Show the arms and select the one that the verdict is about."""
        before, self.arms = self.arms, tuple(arms)
        self.setRowCount(len(self.arms))
        is_wider = False
        for row, arm in enumerate(self.arms):
            if before[row : row + 1] != (arm,) or self.item(row, 0) is None:
                is_wider |= self._show_arm(row, arm)
            if top is not None and arm is top:
                self.selectRow(row)
        if is_wider:
            self.fit()

    def _show_arm(self, row: int, arm: Arm) -> bool:
        """Fill a row, skipping unchanged cells; return whether a text is longer than the one before."""
        is_wider = False
        for place, text in enumerate(_cells(arm)):
            item = self.item(row, place)
            if item is None:
                item = QTableWidgetItem()
                if place:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, place, item)
            if item.text() != text:
                is_wider |= len(text) > len(item.text())
                item.setText(text)
                item.setToolTip(text)
        return is_wider


def _cells(arm: Arm) -> tuple[str, ...]:
    stage = _("confirmed") if arm.stage is Stage.CONFIRM else _("screened")
    counts = _("{clean} of {forks}")
    seconds = _("{seconds} s").format(seconds=number(arm.seconds, 2))
    name = change_text(arm)
    own = counts.format(clean=arm.clean, forks=arm.forks)
    if arm.is_placebo or not arm.placebo.forks:
        return name, own, "–", "–", seconds, "–", number(arm.distance), stage
    low, high = arm.interval
    difference = f"{difference_text(arm.count.share - arm.placebo.share)} {interval_text(low, high)}"
    placebo = counts.format(clean=arm.placebo.clean, forks=arm.placebo.forks)
    p = "–" if arm.p is None else number(arm.p, 2)
    return name, own, placebo, difference, seconds, p, number(arm.distance), stage
