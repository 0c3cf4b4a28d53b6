"""One live training run: a plain iterator that makes one optimizer step and one table row at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

import torch

from engine.i18n import _
from engine.probes.probing import Probing
from engine.run import Change, Origin, OriginKind, Run, Value
from engine.run_warnings import RunWarning, WarningKind
from engine.scenarios.base import scenario_named
from engine.series import LossSeries
from engine.table import MetricTable
from engine.tasks.base import Task
from engine.tasks.settings import Applies
from engine.training import devices
from engine.training.checkpoints import Checkpoint, copied
from engine.training.demo_trainee import DemoTrainee
from engine.training.endings import EndReason
from engine.training.knobs import Injections, Knobs
from engine.training.loss_log import LossLog
from engine.training.naming import run_name
from engine.training.restoring import continue_run
from overshoot.loop import ROWS_AFTER_NON_FINITE, Loop


class CannotReplay(ValueError):
    """The run cannot be replayed."""


class TrainingSession:
    """Trains a scenario; each `next` is one optimizer step and one row of ``run.table``.

    A row holds loss and accuracy of its mini-batch before the update. ``epoch`` counts the row's own step as done: the
    last row of the first epoch has 1. A loss that is not finite is data; after 20 such rows in a row the run ends.
    Equal arguments give equal tables, bit for bit, the column ``time`` excepted.

    Parameters
    ----------
    scenario : str
    seed : int
        Determines data, initial weights, order of the samples and dropout, each by its own generator.
    settings : mapping, optional
        Values other than the scenario's defaults.
    probes : str or iterable of str
        ``default``, ``none``, ``all``, or names.
    max_steps : int, optional
        End after this many steps, even within an epoch.
    injections : mapping, optional
        ``{step: {key: value}}``: the row of that step is the first with the value; a setting that waits for an epoch
        holds from the first epoch that begins then or later.
    device : str
        ``cpu``, or another of `engine.training.devices.available`; numbers differ between devices.

    Attributes
    ----------
    run : Run
    task : Task
    optimizer : torch.optim.Optimizer
    settings : dict
        Current values.
    step : int
        Optimizer updates made so far.
    probing : Probing

    Raises
    ------
    SettingError
        If scenario, setting, probe or device does not exist, or a value is refused.
    """

    def __init__(
        self,
        scenario: str,
        seed: int = 0,
        settings: Mapping[str, object] | None = None,
        probes: Iterable[str] | str = "default",
        max_steps: int | None = None,
        injections: Injections | None = None,
        device: str = devices.CPU,
    ) -> None:
        # One thread per run: sums do not depend on the number of cores, and forks run on one core each.
        torch.set_num_threads(1)
        self.scenario = scenario_named(scenario)
        self.seed = seed
        self.device = devices.checked(device)
        self.settings: dict[str, Value] = self.scenario.resolved(settings or {})
        self.run = self._empty_run()
        self.knobs = Knobs(self.scenario.settings, self.settings, self.run.changes, injections)
        self.seconds_before = 0.0
        self._started: float | None = None
        self.loss_log = LossLog()
        task = devices.move_task(self.scenario().build(self.settings, seed), self.device)
        self.trainee = DemoTrainee(task, self.settings, self.knobs.pending, seed, self.device)
        self.loop = Loop(self.trainee, max_steps)
        self.probing = Probing(self.scenario.name, self.settings, task, probes)

    def _empty_run(self) -> Run:
        name = self.scenario.name
        return Run(
            name=run_name(self.scenario, self.seed, self.settings),
            table=MetricTable(("step", "epoch", "time", "loss")),
            series=(LossSeries("loss"),),
            origin=Origin(OriginKind.TRAINING, scenario=name, seed=self.seed, device=self.device),
            x="step",
            settings=dict(self.settings),
        )

    # State

    @property
    def step(self) -> int:
        """Optimizer updates made so far."""
        return self.loop.step

    @property
    def task(self) -> Task:
        return self.trainee.task

    @property
    def samples(self) -> int:
        """Samples in the data."""
        return self.trainee.samples

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        return self.trainee.optimizer

    @property
    def targets(self) -> torch.Tensor:
        """Targets of all samples as trained on, including injected label noise."""
        return self.trainee.targets

    @property
    def steps_per_epoch(self) -> int:
        """Steps in the current epoch, or in the next one between two."""
        return self.trainee.order.length or self.trainee.next_epoch_length

    @property
    def epoch(self) -> float:
        """Completed epochs plus the completed share of the current one."""
        return self.loop.epoch

    @property
    def total_steps(self) -> int:
        """Steps of the whole run with the current settings."""
        total = self.loop.total_steps
        assert total is not None
        return total

    def parameters(self) -> list[torch.nn.Parameter]:
        """What the steps move."""
        return self.trainee.parameters()

    def look(self) -> float:
        """The mean loss over all samples, with nothing of the run changed."""
        return self.trainee.look()

    def skip(self, count: int) -> None:
        """Skip mini-batches, except for the last of an epoch, which ends the epoch."""
        self.trainee.skip(count)

    @property
    def end_reason(self) -> EndReason | None:
        """Why the run has ended; None if it has not."""
        if self.loop.non_finite_rows >= ROWS_AFTER_NON_FINITE:
            return EndReason.NON_FINITE
        return EndReason.COMPLETE if self.step >= self.total_steps else None

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended."""
        return self.end_reason is not None

    @property
    def seconds(self) -> float:
        """Seconds since the first step, including those before a checkpoint."""
        return self.seconds_before + (0.0 if self._started is None else time.perf_counter() - self._started)

    # The loop

    def __iter__(self) -> TrainingSession:
        return self

    def __next__(self) -> None:
        if self.is_finished:
            raise StopIteration
        if self._started is None:
            self._started = time.perf_counter()
        if self.knobs.injections:
            self._inject()
        if not self.trainee.is_under_way:
            self._begin_epoch()
        row = self.loop.next(self.probing)
        assert row is not None
        row["loss"] = self.loss_log.logged(row["loss"], self.settings.get("loss_logging", "step"))
        row["time"] = self.seconds
        self.run.table.append(row)
        if self.loop.non_finite_rows == ROWS_AFTER_NON_FINITE:
            self.run.warnings.append(RunWarning(WarningKind.NOT_FINITE))

    def _inject(self) -> None:
        for key, value in self.knobs.take_due(self.step + 1).items():
            self.turn(key, value)

    def _begin_epoch(self) -> None:
        for key, value in list(self.knobs.pending.items()):
            self._apply(key, value)
        self.loss_log.begin_epoch()

    # Turning knobs

    def turn(self, key: str, value: object) -> Change:
        """Turn a knob, effective now or from the next epoch on as its setting declares; the run records the change.

        Raises
        ------
        SettingError
            If there is no such setting, the value is refused, or it needs a new run.
        """
        setting = self.knobs.turnable(key)
        checked = setting.check(value)
        if setting.applies is Applies.EPOCH and self.trainee.is_under_way:
            left = self.trainee.order.length - self.trainee.order.position
            change = self.knobs.defer(key, checked, self.step + 1 + left, len(self.run.table) + left)
            self.loop.plan()
            return change
        return self._apply(key, checked)

    def _apply(self, key: str, value: Value) -> Change:
        before = self.settings[key]
        self.trainee.turn(key, value)
        change = self.knobs.record(key, before, value, self.step + 1, len(self.run.table))
        if before != value:
            self.loop.plan()
            self.probing.review(self.settings)
        return change

    # Rewinding

    def checkpoint(self) -> Checkpoint:
        """Everything that the next steps depend on besides scenario, settings and seed.

        It has the state after the last step: turns since then are due with the next one.
        """
        probing, knobs, last = self.probing, self.knobs, self.trainee.at_last_step()
        due = {step: dict(values) for step, values in knobs.injections.items()}
        if turned := last.turned(self.settings):
            due[self.step + 1] = turned | due.get(self.step + 1, {})
        state = self.loop.state()
        step, epoch = state.pop("step"), state.pop("epochs")
        rest = {"loss_log": self.loss_log.state(), "probes": probing.state(), "strides": dict(probing.strides)}
        return Checkpoint(
            scenario=self.scenario.name,
            seed=self.seed,
            step=step,
            epoch=epoch,
            seconds=self.seconds,
            max_steps=self.loop.max_steps,
            device=self.device,
            settings=dict(last.settings),
            pending=dict(knobs.pending),
            injections=due,
            probes=tuple(probing.probes),
            state=state | copied(rest),
        )

    def _restore(self, checkpoint: Checkpoint) -> None:
        """Restore a checkpoint in a new session of the same scenario, settings and seed."""
        rest = copied({key: checkpoint.state[key] for key in ("loss_log", "probes", "strides")})
        self.loss_log.restore(rest["loss_log"])
        self.probing.restore(rest["probes"], rest["strides"])
        self.knobs.pending.update(checkpoint.pending)
        self.loop.restore({**checkpoint.state, "step": checkpoint.step, "epochs": checkpoint.epoch})
        self.seconds_before = checkpoint.seconds

    @classmethod
    def resume(
        cls,
        checkpoint: Checkpoint,
        settings: Mapping[str, object] | None = None,
        probes: Iterable[str] | str | None = None,
        max_steps: int | None = None,
        before: Run | None = None,
    ) -> TrainingSession:
        """Create a session that continues from a checkpoint bit for bit; its table starts empty with the next step.

        Parameters
        ----------
        settings : mapping, optional
            Knobs to turn before the first step.
        probes : optional
            By default those of the checkpoint.
        max_steps : int, optional
            Counted from the start of the original run; by default its own.
        before : Run, optional
            The run that the checkpoint was taken from. The new run continues it: it has the same id, name and
            initial settings, starts with its rows and changes up to the checkpoint, and repeats later turns at their
            steps.
        """
        session = cls(
            checkpoint.scenario,
            checkpoint.seed,
            checkpoint.settings,
            checkpoint.probes if probes is None else probes,
            checkpoint.max_steps if max_steps is None else max_steps,
            checkpoint.injections,
            checkpoint.device,
        )
        session._restore(checkpoint)
        if before is not None:
            continue_run(session.run, session.knobs, before, session.step)
        session._inject()
        for key, value in (settings or {}).items():
            session.turn(key, value)
        return session

    @classmethod
    def replay(cls, run: Run, until: int = 0) -> TrainingSession:
        """Create a session that has replayed a run, bit for bit, up to and including step `until`.

        It continues as the run did, with later turns repeated at their steps, but without probes.

        Raises
        ------
        CannotReplay
            If the run is not a demo training, or was not recorded from its first step.
        """
        origin = run.origin
        is_late = bool(len(run.table)) and run.x_at(0) > 1
        if origin.scenario is None or is_late:
            raise CannotReplay(_("Only a demo training recorded from its first step can be repeated"))
        session = cls(origin.scenario, origin.seed or 0, run.settings, "none", None, run.turns(), origin.device)
        while session.step < until and not session.is_finished:
            next(session)
        return session
