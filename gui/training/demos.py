"""The demo trainings there are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from engine.i18n import N_, _
from engine.scenarios.base import all_scenarios
from gui.look.language import keep_translated, set_translated

LINE_HEIGHT = 26


class ScenarioList(QListWidget):
    """A list to choose from.

    Signals
    -------
    chosen : name of the scenario that the person moved to
    start_wanted : the one that was double-clicked, or Enter was pressed on
    """

    chosen = Signal(str)
    start_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Demo trainings"))
        for name in all_scenarios():
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            self.addItem(item)
        self.setFixedHeight(self.fitting_height())  # all of them are seen; what room is left belongs to the knobs
        keep_translated(self.retranslate)
        self.itemSelectionChanged.connect(self._moved)  # the current item also changes when focus comes by Tab
        self.itemActivated.connect(self._activated)

    def retranslate(self) -> None:
        """Write the titles."""
        scenarios = all_scenarios()
        for row in range(self.count()):
            item = self.item(row)
            scenario = scenarios[item.data(Qt.ItemDataRole.UserRole)]
            item.setText(_(scenario.title))
            item.setToolTip(_(scenario.summary))

    def choose(self, name: str) -> None:
        """Move to a scenario; `chosen` is not emitted when it was the current one."""
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.setCurrentRow(row)

    @property
    def current(self) -> str:
        """Name of the current scenario; empty when there is none."""
        chosen = self.selectedItems()
        return str(chosen[0].data(Qt.ItemDataRole.UserRole)) if chosen else ""

    def fitting_height(self) -> int:
        """As high as all its lines."""
        return LINE_HEIGHT * self.count() + 8

    def _moved(self) -> None:
        if self.current:
            self.chosen.emit(self.current)

    def _activated(self, item: QListWidgetItem) -> None:
        self.start_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
