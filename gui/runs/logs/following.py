"""Shows new rows and events of open logs that grow."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.i18n import _
from engine.run import Run
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk
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

    def __init__(
        self, following: LogFollowing, runs: Runs, library: LibraryDesk, remembered: Remembered, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._following, self._runs, self._library, self._remembered = following, runs, library, remembered
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
        from engine.library.links import log_id

        pairs: list[tuple[Run, Run]] = []
        added: list[tuple[Run | None, Run]] = []
        for log in news:
            if log.is_another_file and not self._is_recomputed(log.path):
                self.message_ready.emit(
                    _("{name} was truncated or replaced and is read again from the start.").format(name=log.path.name)
                )
            olds = [shown.run for shown in self._runs.all if shown.run.origin.path == log.path]
            if not olds:
                continue  # closed meanwhile
            for old in olds:
                old.stamp = None  # so that this is no new reading
            found = self._matched(log, olds)
            for old, new in found:
                if old.id != log_id(log.path, old.name):  # a person has named it
                    new.name = old.name
                new.id = old.id
                new.tell(old.told())
            pairs += found
            added += self._added(log, {id(run) for pair in found for run in pair} | set(map(id, olds)))
        self._runs.replace(pairs, added)
        self.grew.emit()

    @staticmethod
    def _matched(log: News, olds: Sequence[Run]) -> list[tuple[Run, Run]]:
        """The shown runs of a log that others take the place of, with those."""
        from engine.library.links import log_id
        from engine.logs.following import matched

        news = [run for run in log.runs if not any(run is old for old in olds)]
        rest = [run for run in olds if not any(run is new for new in log.runs)]
        by_id = {run.id: run for run in rest}
        names = {run.name: by_id[name] for run in news if (name := log_id(log.path, run.name)) in by_id}
        return matched(rest, news, names)

    def _added(self, log: News, known: Container[int]) -> list[tuple[Run | None, Run]]:
        """The runs that a log has now and had not before, each behind the one that it follows."""
        from engine.library.links import log_id

        added: list[tuple[Run | None, Run]] = []
        before: Run | None = None
        for run in log.runs:
            if id(run) not in known:
                if self._runs.was_removed(log_id(log.path, run.name)):
                    continue
                added.append((before, run))
            before = run
        if added:
            self._library.remember(log.path, [run for _before, run in added], self._remembered.choices_for(log.path))
        return added

    def _is_recomputed(self, path: Path) -> bool:
        """Whether new rows change the last point, as for the mean of an unfinished epoch."""
        choices = self._remembered.choices_for(path)
        return choices is not None and choices.derive == "epochs"

    def _on_events_found(self, snapshot: Snapshot) -> None:
        self._runs.set_events(snapshot.run, snapshot.events, snapshot.perhaps)
