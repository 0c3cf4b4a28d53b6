"""The tab of the probes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from engine.i18n import _
from gui.look.language import keep_translated

if TYPE_CHECKING:
    from gui.training.probes.desk import ProbeDesk
    from gui.training.probes.panel import ProbesPanel


class ProbesTab(QObject):
    """The tab of the probes beside the events, created when it is first shown."""

    def __init__(
        self, tabs: QTabWidget, make_desk: Callable[[ProbesPanel, QObject], ProbeDesk], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tabs, self._make_desk = tabs, make_desk
        self.probes: ProbesPanel | None = None
        self.probe_desk: ProbeDesk | None = None
        self._page = QWidget()
        QVBoxLayout(self._page).setContentsMargins(0, 0, 0, 0)
        tabs.addTab(self._page, "")
        keep_translated(self.retranslate)
        tabs.currentChanged.connect(self._on_tab_changed)

    def retranslate(self) -> None:
        """Set the title of the tab in the current language."""
        self._tabs.setTabText(self._tabs.indexOf(self._page), _("Probes"))

    def show_probes(self) -> None:
        """Show the tab of the probes."""
        self._tabs.setCurrentWidget(self._page)

    def raise_tab(self, page: QWidget) -> None:
        """Show another tab, unless the probes are in front."""
        if self._tabs.currentWidget() is not self._page:
            self._tabs.setCurrentWidget(page)

    def _on_tab_changed(self, _index: int) -> None:
        if self._tabs.currentWidget() is not self._page or self.probes is not None:
            return
        from gui.training.probes.panel import ProbesPanel

        self.probes = ProbesPanel()
        self._page.layout().addWidget(self.probes)  # type: ignore[union-attr]
        self.probe_desk = self._make_desk(self.probes, self)
