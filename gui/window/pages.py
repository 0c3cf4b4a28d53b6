"""The middle of the window: the start page, or the plots as soon as there is a run."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget


class Pages(QStackedWidget):
    """Shows one of the two."""

    def __init__(self, start_page: QWidget, plots: QWidget) -> None:
        super().__init__()
        self._start_page, self._plots = start_page, plots
        self._has_runs = False
        self.addWidget(start_page)
        self.addWidget(plots)

    def follow(self, has_runs: bool) -> None:
        """Show the plots if there are runs to draw."""
        self._has_runs = has_runs
        self.setCurrentWidget(self._plots if has_runs else self._start_page)

    def show_start_page(self) -> None:
        """Show the start page; once more, and the plots are back."""
        is_back = self.currentWidget() is self._start_page and self._has_runs
        self.setCurrentWidget(self._plots if is_back else self._start_page)
