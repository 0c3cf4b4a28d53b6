"""The central pages of the window: the start page, or the plots once there is a run."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget


class Pages(QStackedWidget):
    """Shows the start page, or the plots below the choice of views and the headline, or what stands in its place."""

    def __init__(
        self, start_page: QWidget, views: QWidget, headline: QWidget, marking: QWidget, plots: QWidget
    ) -> None:
        super().__init__()
        self._start_page, self._plots = start_page, QWidget()
        column = QVBoxLayout(self._plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(views)
        column.addWidget(headline)
        column.addWidget(marking)
        column.addWidget(plots, 1)
        self._has_runs = False
        self.addWidget(start_page)
        self.addWidget(self._plots)

    def update_page(self, has_runs: bool) -> None:
        """Show the plots if there are runs, else the start page."""
        self._has_runs = has_runs
        self.setCurrentWidget(self._plots if has_runs else self._start_page)

    def show_plots(self) -> None:
        """Show the plots, though there may be no run yet."""
        self.setCurrentWidget(self._plots)

    def show_start_page(self) -> None:
        """Toggle between the start page and the plots."""
        is_back = self.currentWidget() is self._start_page and self._has_runs
        self.setCurrentWidget(self._plots if is_back else self._start_page)
