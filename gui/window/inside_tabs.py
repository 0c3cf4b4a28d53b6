"""The tabs that look inside a training, beside its events: probes and data; each is made when it is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from engine.i18n import _
from gui.look.language import keep_telling

if TYPE_CHECKING:
    from gui.training.data.desk import DataDesk
    from gui.training.data.panel import DataPanel
    from gui.training.probes.desk import ProbeDesk
    from gui.training.probes.panel import ProbesPanel
    from gui.window.main_window import MainWindow


class InsideTabs(QObject):
    """Adds them, and connects them with the window."""

    def __init__(self, window: MainWindow, tabs: QTabWidget) -> None:
        super().__init__(window)
        self._window, self._tabs = window, tabs
        self.probes: ProbesPanel | None = None
        self.probe_desk: ProbeDesk | None = None
        self.data: DataPanel | None = None
        self.data_desk: DataDesk | None = None
        self._pages = [QWidget(), QWidget()]
        for page in self._pages:
            QVBoxLayout(page).setContentsMargins(0, 0, 0, 0)
            tabs.addTab(page, "")
        keep_telling(self.tell)
        tabs.currentChanged.connect(self._seen)
        window.events.explain_wanted.connect(window.link.explain)

    def tell(self) -> None:
        """Name the tabs in the current language."""
        for page, text in zip(self._pages, (_("Probes"), _("Data")), strict=True):
            self._tabs.setTabText(self._tabs.indexOf(page), text)

    def show_probes(self) -> None:
        """Bring the probes to the front."""
        self._tabs.setCurrentWidget(self._pages[0])

    def show_data(self) -> None:
        """Bring the data to the front."""
        self._tabs.setCurrentWidget(self._pages[1])

    def bring(self, page: QWidget) -> None:
        """Bring another tab to the front, unless the person looks inside."""
        if self._tabs.currentWidget() not in self._pages:
            self._tabs.setCurrentWidget(page)

    def close(self) -> None:
        """End what is computed."""
        if self.data_desk is not None:
            self.data_desk.close()

    def _seen(self, _index: int) -> None:
        shown = self._tabs.currentWidget()
        if shown is self._pages[0] and self.probes is None:
            self._make_probes()
        elif shown is self._pages[1] and self.data is None:
            self._make_data()

    def _make_probes(self) -> None:
        from gui.training.probes.desk import ProbeDesk
        from gui.training.probes.panel import ProbesPanel

        window = self._window
        self.probes = ProbesPanel()
        self._pages[0].layout().addWidget(self.probes)  # type: ignore[union-attr]
        self.probe_desk = ProbeDesk(self.probes, window.training, window.desk, window.runs, window.link, self)

    def _make_data(self) -> None:
        from gui.training.data.desk import DataDesk
        from gui.training.data.panel import DataPanel

        window = self._window
        self.data = DataPanel()
        self._pages[1].layout().addWidget(self.data)  # type: ignore[union-attr]
        self.data_desk = DataDesk(self.data, window.training, window.desk, window.runs, window.themes, self)
