"""Looking back: all that shows a training shows the step chosen on the timeline; another run can branch from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.i18n import _, number
from engine.run import Run, Value
from gui.plots.stack import PlotStack
from gui.runs.document import Runs
from gui.threads.messages import Order
from gui.threads.training import Training
from gui.training.desk import TrainingDesk

if TYPE_CHECKING:
    from engine.brought.live import LiveRun
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

REST_MILLISECONDS = 150


class LookingBack(QObject):
    """Follows the timeline of the plots.

    Signals
    -------
    message_ready : a sentence for the person
    looked : int or None
        The step that the person looks back at; None for the present.
    settled : int or None
        The same once the head has come to rest, for what takes a while to compute.
    own_branch_wanted : LiveRun, step, values
        A person's own training to go on from a checkpoint with these knobs.
    """

    message_ready = Signal(str)
    looked = Signal(object)
    settled = Signal(object)
    own_branch_wanted = Signal(object, int, object)

    def __init__(
        self,
        stack: PlotStack,
        training: Training,
        desk: TrainingDesk,
        runs: Runs,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stack, self._training, self._desk, self._runs = stack, training, desk, runs
        self.step: int | None = None  # looked back at
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._rest.timeout.connect(lambda: self.settled.emit(self.step))
        stack.scrubbed.connect(self._look)
        stack.branch_wanted.connect(self.branch)

    def show_checkpoints(self) -> None:
        """Mark the checkpoints of the active run on the timeline."""
        live = self._desk.own.live
        if live is not None:
            self._stack.show_checkpoints(tuple(live.checkpoints))
            return
        run = self._run()
        ring = self._training.rewind_points_of(run) if run is not None else None
        self._stack.show_checkpoints(ring.steps if ring is not None else ())

    def _run(self) -> Run | None:
        """The active run, if the knobs are those of its demo."""
        active = self._runs.active
        if active is not None and self._desk.own.live is not None:
            return active.run
        is_demo = active is not None and active.run.origin.scenario == self._desk.scenario
        return active.run if active is not None and is_demo else None

    def _look(self, row: int | None) -> None:
        """Show the step of a row; None for the present."""
        run = self._run()
        if run is None:
            return
        step = None if row is None else int(run.table.values("step", row, row + 1)[0])
        self._desk.knobs.show_values(run.settings_at(step))
        self.step = step
        self.looked.emit(step)
        self._rest.start()

    def _checkpoint(self, run: Run, step: int) -> Checkpoint | None:
        ring = self._training.rewind_points_of(run)
        return ring.at_or_before(step) if ring is not None else None

    def branch(self, row: int) -> None:
        """Train another run from the last checkpoint before a row, with the knobs as they are."""
        run = self._run()
        step = int(run.table.values("step", row, row + 1)[0]) if run is not None else 0
        if run is not None and self._desk.own.live is not None:
            self._branch_own(run, self._desk.own.live, step)
            return
        checkpoint = self._checkpoint(run, step) if run is not None else None
        if run is None or checkpoint is None:
            self.message_ready.emit(_("There is no checkpoint to branch from: only runs of this session have some."))
            return
        turned = self._turned(run, checkpoint.step)
        scenario, seed, name = str(run.origin.scenario), run.origin.seed or 0, run.name

        def make() -> TrainingSession:
            from engine.training.session import TrainingSession

            session = TrainingSession.resume(checkpoint, turned, probes=self._desk.measuring.probes(scenario))
            text = _("{run} from step {step}")
            session.run.name = text.format(run=name, step=number(checkpoint.step))
            return session

        self._stack.stop_looking_back()
        self._desk.start_beside(Order(scenario, seed, run.settings, make=make))

    def _branch_own(self, run: Run, live: LiveRun, step: int) -> None:
        """Ask for a run from the last checkpoint before a step, with the knobs as they are."""
        begin = max((at for at in live.checkpoints if at <= step), default=None)
        if begin is None or live.brought is None:
            self.message_ready.emit(_("There is no checkpoint to branch from before this step."))
            return
        shown = {setting.key: self._desk.knobs.value_of(setting.key) for setting in live.settings}
        start = run.settings
        self._stack.stop_looking_back()
        self.own_branch_wanted.emit(live, begin, {k: v for k, v in shown.items() if k in start and v != start[k]})

    def _turned(self, run: Run, step: int) -> dict[str, Value]:
        """The knobs that differ from those at a step and can be turned in a run."""
        then, fixed = run.settings_at(step), self._desk.fixed_keys
        return {k: v for k, v in self._desk.knobs.values.items() if k not in fixed and k in then and then[k] != v}
