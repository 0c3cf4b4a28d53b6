"""Optional desktop notifications of critical events in live runs."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from engine.events import Severity
from engine.i18n import N_
from gui.runs.document import Runs, Shown
from gui.shell.remembered import Remembered

SETTING = "notifies_critical"
TEXT = N_("Notify me on the desktop when something critical happens")


class Notifying(QObject):
    """Notifies once of each critical event."""

    def __init__(self, runs: Runs, remembered: Remembered, window: QWidget) -> None:
        super().__init__(window)
        self._remembered, self._window = remembered, window
        self._tray: QSystemTrayIcon | None = None
        self._notified: set[tuple[str, str]] = set()
        runs.events_changed.connect(self.check)

    def check(self, shown: Shown) -> None:
        """Notify of new critical events in a live run; those present when a log was opened do not count as new."""
        found = {(shown.run.id, event.id) for event in shown.listed if event.severity is Severity.CRITICAL}
        new = found - self._notified
        self._notified |= new
        if new and shown.is_live and self._remembered.flag(SETTING, False):
            from engine.diagnosis.sentences import title

            kinds = [event.kind for event in shown.listed if (shown.run.id, event.id) in new]
            self.notify(", ".join(title(kind) for kind in kinds), shown.run.name)

    def notify(self, title: str, text: str) -> None:
        """Show a desktop notification, or only request attention where there is no tray."""
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            if self._tray is None:
                self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.show()
            self._tray.showMessage(title, text, self._window.windowIcon())
