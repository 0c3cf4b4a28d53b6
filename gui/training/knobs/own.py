"""A person's own training that is open and alive: paused, stepped, stopped and turned like a demo's."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from engine.brought.live import LiveRun
from engine.run import Run, Value
from engine.tasks.settings import Setting
from gui.threads.messages import Phase

POLL_MILLISECONDS = 1000


class OwnTraining(QObject):
    """Sends the wishes of buttons and knobs to the process of the run that is shown.

    Signals
    -------
    phase_changed : Phase
    looked : the run shown may have gone on; once a second
    failed : why an order could not be sent
    """

    phase_changed = Signal(object)
    looked = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.live: LiveRun | None = None
        self.phase = Phase.IDLE
        self._run: Run | None = None
        self._paused: set[str] = set()  # ids of runs
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def is_live(self) -> bool:
        """Whether the run shown is a person's own and its process can be asked for something."""
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The knobs of the run shown."""
        return self.live.settings if self.live is not None else ()

    def show(self, run: Run | None) -> None:
        """Turn to another run; None for none."""
        if run is self._run:
            return
        self._run = run
        self.live = LiveRun.of(run) if run is not None else None
        if self.live is None:
            self._timer.stop()
        else:
            self._timer.start()
        self._look()

    def _look(self) -> None:
        phase = Phase.IDLE
        if self.live is not None and self._run is not None:
            is_paused = self._run.id in self._paused
            phase = (Phase.PAUSED if is_paused else Phase.RUNNING) if self.live.is_alive else Phase.ENDED
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)
        self.looked.emit()

    # Requests

    def pause(self) -> None:
        self._set_paused(True)
        self._order("pause")

    def resume(self) -> None:
        self._set_paused(False)
        self._order("resume")

    def step(self) -> None:
        """Make one step, and pause."""
        self._set_paused(True)
        self._order("step")

    def stop(self) -> None:
        self._set_paused(False)
        self._order("stop")

    def turn(self, key: str, value: Value) -> None:
        """Change a setting; the run's file says from which step on."""
        self._order("turn", key=key, value=value)

    def _set_paused(self, is_paused: bool) -> None:
        if self._run is not None:
            (self._paused.add if is_paused else self._paused.discard)(self._run.id)

    def _order(self, what: str, **more: Value) -> None:
        if self.live is None:
            return
        try:
            self.live.order(what, **more)
        except OSError as error:
            self.failed.emit(str(error))
        self._look()
