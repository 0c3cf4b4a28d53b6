"""Shows new rows and events of open logs that grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.i18n import _
from gui.runs.document import Runs
from gui.shell.remembered import Remembered
from gui.threads.following import LogFollowing, News
from gui.threads.messages import Snapshot


class FollowingDesk(QObject):
    """Follows the open logs while this is switched on.

    Signals
    -------
    message_ready : a message for the user
    grew : a shown run has new rows
    """

    message_ready = Signal(str)
    grew = Signal()

    def __init__(self, following: LogFollowing, runs: Runs, remembered: Remembered, parent: QObject) -> None:
        super().__init__(parent)
        self._following, self._runs, self._remembered = following, runs, remembered
        self._is_on = remembered.flag("follows_logs", True)
        runs.changed.connect(self._on_runs_changed)
        following.replaced.connect(self._replace)
        following.grew.connect(self.grew)
        following.events_found.connect(self._on_events_found)

    @property
    def is_on(self) -> bool:
        """Whether growing logs are followed."""
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        """Switch following on or off."""
        self._is_on = is_on
        self._remembered.set_flag("follows_logs", is_on)
        if is_on:
            self._on_runs_changed()
        else:
            self._following.rest()

    def _on_runs_changed(self) -> None:
        if not self._is_on:
            return
        paths = [shown.run.origin.path for shown in self._runs.all]
        wanted = dict.fromkeys(path for path in paths if path is not None)
        stamps = {shown.run.origin.path: shown.run.stamp for shown in self._runs.all}
        choices = {path: self._remembered.choices_for(path) for path in wanted}
        self._following.watch(choices, {path: stamps[path] for path in wanted})

    def _replace(self, news: Sequence[News]) -> None:
        pairs = []
        for log in news:
            if log.is_another_file and not self._is_recomputed(log.path):
                self.message_ready.emit(
                    _("{name} was truncated or replaced and is read again from the start.").format(name=log.path.name)
                )
            olds = [shown.run for shown in self._runs.all if shown.run.origin.path == log.path]
            for old in olds:
                old.stamp = None  # so that this is no new reading
            for old, new in zip(olds, log.runs):
                new.id, new.name = old.id, old.name
                new.tell(old.told())
                pairs.append((old, new))
        self._runs.replace(pairs)
        self.grew.emit()

    def _is_recomputed(self, path: Path) -> bool:
        """Whether new rows change the last point, as for the mean of an unfinished epoch."""
        choices = self._remembered.choices_for(path)
        return choices is not None and choices.derive == "epochs"

    def _on_events_found(self, snapshot: Snapshot) -> None:
        self._runs.set_events(snapshot.run, snapshot.events, snapshot.perhaps)
