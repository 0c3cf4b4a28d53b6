"""The list of demo trainings."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from engine.i18n import N_, _
from engine.scenarios.base import all_scenarios
from gui.look.language import keep_translated, set_translated

LINE_HEIGHT = 26


class ScenarioList(QListWidget):
    """Lets the user choose a scenario.

    Signals
    -------
    chosen : name of the scenario selected by the user
    start_wanted : name of the scenario that was double-clicked or activated with Enter
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
        self.setFixedHeight(self.fitting_height())  # shows all of them; the knobs get the rest
        keep_translated(self.retranslate)
        self.itemSelectionChanged.connect(self._moved)  # the current item also changes when Tab moves the focus here
        self.itemActivated.connect(self._activated)

    def retranslate(self) -> None:
        """Set the titles in the current language."""
        scenarios = all_scenarios()
        for row in range(self.count()):
            item = self.item(row)
            scenario = scenarios[item.data(Qt.ItemDataRole.UserRole)]
            item.setText(_(scenario.title))
            item.setToolTip(_(scenario.summary))

    def choose(self, name: str) -> None:
        """Select a scenario; `chosen` is not emitted if it was the current one."""
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.setCurrentRow(row)

    @property
    def current(self) -> str:
        """Name of the selected scenario; empty for none."""
        chosen = self.selectedItems()
        return str(chosen[0].data(Qt.ItemDataRole.UserRole)) if chosen else ""

    def fitting_height(self) -> int:
        """Height of all lines in pixels."""
        return LINE_HEIGHT * self.count() + 8

    def _moved(self) -> None:
        if self.current:
            self.chosen.emit(self.current)

    def _activated(self, item: QListWidgetItem) -> None:
        self.start_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
