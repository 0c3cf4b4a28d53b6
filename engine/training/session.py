"""One live training run: a plain iterator that makes one optimizer step and one table row at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping

import torch

from engine.i18n import _
from engine.probes.probing import Probing
from engine.run import Change, Origin, OriginKind, Run, Value
from engine.run_warnings import RunWarning, WarningKind
from engine.scenarios.base import scenario_named
from engine.series import LossSeries
from engine.table import MetricTable
from engine.tasks.base import Task
from engine.tasks.networks import Dropout
from engine.tasks.randomness import torch_generator
from engine.tasks.settings import Applies
from engine.training import devices
from engine.training.checkpoints import Checkpoint, copied
from engine.training.endings import ROWS_AFTER_NON_FINITE, EndReason
from engine.training.faults import corrupted, noisy_targets
from engine.training.knobs import Injections, Knobs
from engine.training.last_step import LastStep
from engine.training.loss_log import LossLog
from engine.training.naming import run_name
from engine.training.optimizers import make_optimizer, set_lr, set_options, take_step
from engine.training.order import Order, steps_in_epoch
from engine.training.restoring import continue_run
from engine.training.schedules import Schedule


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
        self.max_steps = max_steps
        self.device = devices.checked(device)
        self.settings: dict[str, Value] = self.scenario.resolved(settings or {})
        self.run = self._empty_run()
        self.knobs = Knobs(self.scenario.settings, self.settings, self.run.changes, injections)
        self.step = 0
        self.whole_epochs = 0
        self.non_finite_rows = 0
        self.seconds_before = 0.0
        self._started: float | None = None
        self._last_step: LastStep | None = None  # while something is turned before the next one
        self._make_parts()
        self.probing = Probing(self.scenario.name, self.settings, self.task, probes)

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

    def _make_parts(self) -> None:
        self.task: Task = devices.move_task(self.scenario().build(self.settings, self.seed), self.device)
        self.task.model.train()
        self._parameters = list(self.task.model.parameters())
        self.samples = len(self.task.inputs)
        self.optimizer = make_optimizer(self._parameters, self.settings)
        self.order = Order(self.samples, torch_generator(self.seed, "order"), self.device)
        self.schedule = Schedule(str(self.settings.get("schedule", "constant")))
        self.loss_log = LossLog()
        self.dropout_generator = torch_generator(self.seed, "dropout")
        self._dropouts = [m for m in self.task.model.modules() if isinstance(m, Dropout)]
        for dropout in self._dropouts:
            dropout.generator = self.dropout_generator
        self.apply_settings()

    # State

    @property
    def targets(self) -> torch.Tensor:
        """Targets of all samples as trained on, including injected label noise."""
        return self._targets

    @property
    def steps_per_epoch(self) -> int:
        """Steps in the current epoch, or in the next one between two."""
        return self.order.length or self._next_epoch_length()

    def _next_epoch_length(self) -> int:
        settings = self.settings | self.knobs.pending
        return steps_in_epoch(self.samples, settings.get("batch_size", "full"), bool(settings.get("drop_last", False)))

    @property
    def epoch(self) -> float:
        """Completed epochs plus the completed share of the current one."""
        return self.whole_epochs + (self.order.position / self.order.length if self.order.length else 0.0)

    @property
    def total_steps(self) -> int:
        """Steps of the whole run with the current settings."""
        return self._planned_steps if self.max_steps is None else min(self._planned_steps, self.max_steps)

    def _plan(self) -> None:
        under_way = 1 if self.order.length else 0
        further = max(0, int(self.settings.get("epochs", 1)) - self.whole_epochs - under_way)  # type: ignore[arg-type]
        rest = self.order.length - self.order.position
        self._planned_steps = self.step + rest + further * self._next_epoch_length()

    @property
    def end_reason(self) -> EndReason | None:
        """Why the run has ended; None if it has not."""
        if self.non_finite_rows >= ROWS_AFTER_NON_FINITE:
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
        if not self.order.length:
            self._begin_epoch()
        self._train_one_step()
        self._last_step = None
        if self.order.position == self.order.length:
            self._end_epoch()

    def _inject(self) -> None:
        for key, value in self.knobs.take_due(self.step + 1).items():
            self.turn(key, value)

    def _begin_epoch(self) -> None:
        for key, value in list(self.knobs.pending.items()):
            self._apply(key, value)
        settings = self.settings
        self.order.begin_epoch(
            settings.get("batch_size", "full"),
            bool(settings.get("shuffle")),
            bool(settings.get("drop_last")),
            bool(settings.get("replacement")),
        )
        self.loss_log.begin_epoch()
        self._plan()

    def _end_epoch(self) -> None:
        self.whole_epochs += 1
        self.order.end_epoch()
        self.schedule.end_epoch()
        self._plan()

    def _train_one_step(self) -> None:
        task, optimizer = self.task, self.optimizer
        inputs, targets = self._mini_batch()
        set_lr(optimizer, self._base_lr * self.schedule.factor(self.step, self._planned_steps))
        for parameter in self._parameters:  # what zero_grad does, without its bookkeeping: 7 % at batch size 1
            parameter.grad = None
        outputs = task.model(inputs)
        reduced = self._reduce(task.losses(outputs, targets))
        reduced.backward()
        loss = reduced.item()
        accuracy = None if task.correct is None else task.correct(outputs, targets).sum().item() / len(inputs)
        self.schedule.observe(loss, accuracy, len(inputs))
        row = self._row(loss, accuracy, len(inputs))
        due = self.probing.due(self.step + 1)
        if due:
            moment = self.probing.moment(
                self.step + 1, optimizer, inputs, targets, loss, self.settings, self._reduce, self._targets
            )
            row.update(self.probing.before(due, moment))
        self._update()
        if due:
            row.update(self.probing.after(due, moment))
        self.step += 1
        self.run.table.append(row)
        self._check_finite(loss)

    def _mini_batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        indices = self.order.next()
        inputs, targets = self.task.inputs, self._targets
        if indices is not None:
            inputs, targets = inputs.index_select(0, indices), targets.index_select(0, indices)
        if self.settings.get("corrupt_batch"):
            inputs = corrupted(inputs)
            self.settings["corrupt_batch"] = False
        return inputs, targets

    def _row(self, loss: float, accuracy: float | None, size: int) -> dict[str, float]:
        row = {
            "step": self.step + 1,
            "epoch": self.epoch,
            "time": self.seconds,
            "loss": self.loss_log.logged(loss, self._logging),
            "lr": self.optimizer.param_groups[0]["lr"],
            "batch_size": size,
        }
        if accuracy is not None:
            row["accuracy"] = accuracy
        return row

    def _update(self) -> None:
        if self._clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        take_step(self.optimizer, self._clip_update)

    def _check_finite(self, loss: float) -> None:
        self.non_finite_rows = 0 if math.isfinite(loss) else self.non_finite_rows + 1
        if self.non_finite_rows == ROWS_AFTER_NON_FINITE:
            self.run.warnings.append(RunWarning(WarningKind.NOT_FINITE))

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
        waits = setting.applies is Applies.EPOCH and self.order.length
        if waits:
            left = self.order.length - self.order.position
            change = self.knobs.defer(key, checked, self.step + 1 + left, len(self.run.table) + left)
            self._plan()
            return change
        return self._apply(key, checked)

    def _apply(self, key: str, value: Value) -> Change:
        is_new = self.settings[key] != value
        if is_new and self._last_step is None:
            self._last_step = LastStep.of(self.settings, self.optimizer, self.schedule)
        change = self.knobs.apply(key, value, self.step + 1, len(self.run.table))
        if is_new and self._last_step is not None:
            self.optimizer = self._last_step.optimizer_for(self._parameters, self.settings)
            self.schedule = self._last_step.schedule_for(self.settings, self.step)
            self.apply_settings()
            self.probing.review(self.settings)
        return change

    def apply_settings(self) -> None:
        """Apply the current settings to the loop, caching what the hot path needs."""
        settings = self.settings
        set_options(self.optimizer, settings)
        self._base_lr = float(settings.get("lr", 0.0))  # type: ignore[arg-type]
        self._logging = settings.get("loss_logging", "step")
        self._clip_norm = _limit(settings.get("clip_norm", "off"))
        self._clip_update = _limit(settings.get("clip_update", "off"))
        self._reduce: Callable[[torch.Tensor], torch.Tensor] = torch.mean
        if settings.get("reduction") == "sum_over_nominal":
            self._reduce = self._sum_over_nominal
        share = float(settings.get("label_noise", 0.0))  # type: ignore[arg-type]
        self._targets = noisy_targets(self.task.targets, share, self.seed)
        for dropout in self._dropouts:
            dropout.share = float(settings.get("dropout", 0.0))  # type: ignore[arg-type]
        self._plan()

    def _sum_over_nominal(self, losses: torch.Tensor) -> torch.Tensor:
        return losses.sum() / self.order.nominal_size

    # Rewinding

    def checkpoint(self) -> Checkpoint:
        """Everything that the next steps depend on besides scenario, settings and seed.

        It has the state after the last step: turns since then are due with the next one.
        """
        probing, knobs = self.probing, self.knobs
        last = self._last_step or LastStep.of(self.settings, self.optimizer, self.schedule)
        due = {step: dict(values) for step, values in knobs.injections.items()}
        if turned := last.turned(self.settings):
            due[self.step + 1] = turned | due.get(self.step + 1, {})
        state = {
            "model": self.task.model.state_dict(),
            "optimizer": last.optimizer_state(),
            "order": self.order.state(),
            "dropout": self.dropout_generator.get_state(),
            "schedule": last.schedule.state(),
            "loss_log": self.loss_log.state(),
            "non_finite_rows": self.non_finite_rows,
            "probes": probing.state(),
            "strides": dict(probing.strides),
        }
        return Checkpoint(
            scenario=self.scenario.name,
            seed=self.seed,
            step=self.step,
            epoch=self.whole_epochs,
            seconds=self.seconds,
            max_steps=self.max_steps,
            device=self.device,
            settings=dict(last.settings),
            pending=dict(knobs.pending),
            injections=due,
            probes=tuple(probing.probes),
            state={key: copied(part) for key, part in state.items()},
        )

    def _restore(self, checkpoint: Checkpoint) -> None:
        """Restore a checkpoint in a new session of the same scenario, settings and seed."""
        state = copied(checkpoint.state)
        self.task.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.order.restore(state["order"])
        self.dropout_generator.set_state(state["dropout"])
        self.schedule = Schedule.restored(state["schedule"])
        self.loss_log.restore(state["loss_log"])
        self.non_finite_rows = state["non_finite_rows"]
        self.probing.restore(state["probes"], state["strides"])
        self.knobs.pending.update(checkpoint.pending)
        self.step, self.whole_epochs = checkpoint.step, checkpoint.epoch
        self.seconds_before = checkpoint.seconds
        self.apply_settings()

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


def _limit(value: Value) -> float | None:
    return None if value in ("off", None) else float(value)
