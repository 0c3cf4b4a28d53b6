"""Watches a person's own training: a few lines in their script, a file that the window and the command line read."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import perf_counter as now
from typing import Any

from overshoot import control, rerun
from overshoot.given import as_dict, inner_optimizer, named
from overshoot.heading import header, own_name
from overshoot.home import runs_folder
from overshoot.lending import NEEDS, CurvatureReadings, Lent
from overshoot.numbers import number
from overshoot.plain_rows import PlainRows
from overshoot.ranks import rank as own_rank
from overshoot.readings import Readings, layer_names
from overshoot.strides import Pace
from overshoot.writer import Writer

TAKEN = frozenset(("step", "time"))  # columns that every row has; a script's own are told from them
_open: dict[tuple, Run] = {}
_runs: weakref.WeakSet[Run] = weakref.WeakSet()
_written: set[Path] = set()  # files of all runs of this process, ended ones too


class Run:
    """A watched run; made by `watch`.

    Nothing of it raises into the training, except that a stop asked for in the window ends it as Ctrl-C does.
    A failure of its own is printed once, and watching ends.

    Attributes
    ----------
    path : Path or None
        The run's file; None if this process does not write one.
    """

    def __init__(
        self,
        models: Mapping[str, Any],
        optimizers: Mapping[str, Any],
        name: str | None,
        all_ranks: bool = False,
        settings: Mapping[str, Any] | None = None,
        counts_steps: bool = True,
    ) -> None:
        self._plain: PlainRows | None = None  # for rows like the last one, while a row needs nothing else
        self._own_step: float = 0  # rows, or what `log_all` says
        self._first: Readings | None = None  # those of the optimizer whose steps are counted
        self.name = name or own_name()
        self.id = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
        self._counts = False
        self.path: Path | None = None
        self._is_on = os.environ.get("OVERSHOOT", "").lower() not in ("off", "0", "false")
        self._all_ranks, self._settings = all_ranks, dict(settings or {})
        self._writer: Writer | None = None
        self._has_plain = False
        self._tensor: Any = None  # torch's class
        self._process = os.getpid()
        self._began = now()
        self._row: dict[str, Any] | None = None
        self._row_step = -1.0
        self._lock = threading.RLock()  # for whoever logs from several threads
        self._refused: set[str] = set()
        self._has_refused_number = False
        self._has_refused = False
        self._due: control.Inbox | None = None
        self._is_called = False  # by orders in the inbox, or by a pause
        self._models, self._optimizers = models, {key: inner_optimizer(o) for key, o in optimizers.items()}
        self._readings: list[Readings] = []
        self._rerun = rerun.Change.asked()
        self.turner: Callable[[str, Any], Any] | None = None  # what turns a knob of a brought training
        self.brought: Mapping[str, Any] | None = None  # file, hash and seed of a brought training
        _runs.add(self)
        if self._is_on:
            self._guarded(self._attach)
        self._first = self._readings[0] if self._readings else None
        self._counts = self._first is not None and counts_steps

    @property
    def step(self) -> float:
        """Updates of the first optimizer, or rows without an optimizer."""
        return self._first.updates if self._counts and self._first is not None else self._own_step

    @step.setter
    def step(self, step: float) -> None:
        self._own_step = step

    # What a script calls

    def log(self, given: Any = None, /, **numbers: Any) -> None:
        """Write numbers of the present step: a loss, an accuracy, anything. They share a row.

        Tensors are allowed; those on another device are read later, without waiting for it. A dict of numbers may be
        given too, and a number without a name is the loss.
        """
        plain = self._plain
        if plain is not None and given is None and len(numbers) == plain.count:
            # A row like the last one, as in nearly every step: spelled out, since in a training, which leaves the
            # caches to nobody else, each look-up costs several times what it does by itself.
            try:
                first = self._first
                if first is None:
                    step, rate = self._own_step + 1, None
                else:
                    step, rate = first.updates, first.rate
                if plain.name is not None:
                    value = numbers[plain.name]
                    if type(value) is plain.tensor and value.is_cpu:
                        value = value.item()
                    row = (step, now() - plain.began, rate, value) if type(value) is float else None
                else:
                    row = self._row_of(plain.names, numbers, step, rate)
                if row is not None and (rate is not None) is plain.has_rate:
                    plain.add(row)
                    if first is None:
                        self._own_step = step
                    return
            except Exception:  # such as another name, or more than one number: told below
                pass
        if self._is_on:
            if given is not None:
                numbers = {**named(given), **numbers}
            self._take(numbers, not self._counts)

    def _row_of(
        self, names: Iterable[str], numbers: Mapping[str, Any], step: float, rate: float | None
    ) -> tuple[Any, ...] | None:
        """The row of several numbers, in the order of `names`; None if one has to be looked at."""
        values = []
        for name in names:
            value = numbers[name]
            if type(value) is self._tensor and value.is_cpu:
                value = value.item()
            if type(value) is not float:
                return None
            values.append(value)
        return (step, now() - self._began, rate, *values)

    def log_all(self, numbers: Mapping[str, Any], step: float | None = None) -> None:
        """`log` for names that are no words of Python; `step` counts what no optimizer of torch counts."""
        if not self._is_on:
            return
        if step is not None:
            self._own_step = int(step) if step == int(step) else step
        self._take(dict(numbers), step is None and not self._counts)

    def probe(self, loss: Callable[[], Any], optimizer: str = "", **more: Any) -> Lent:
        """Lend the loss of a batch, from which curvature is read now and then: ``run.probe(loss=lambda: f(model))``.

        Gives sharpness with its limit, the second-order check of the step, and, if the loss is one number a sample,
        the noise scale. Generators, buffers, modes and gradients are as before afterwards. Each call replaces the loss
        lent before; in a ``with`` block around the step it is lent for as long as the block.

        Parameters
        ----------
        loss : callable
            Returns a number, or one number a sample.
        optimizer : str
            Whose weights are meant if there are several; by default the first one's.
        """
        lent = Lent(loss, **more)
        reading = next((r for r in self._readings if r.suffix == optimizer or not optimizer), None)
        if not self._models:
            self._refuse_probe(NEEDS)
        elif reading is not None:
            reading.lend(lent, None if self._has_refused else self._curvature_of(reading))
        return lent

    def _curvature_of(self, reading: Readings) -> CurvatureReadings:
        return reading.curvature or CurvatureReadings(self._models)

    def _refuse_probe(self, reason: str) -> None:
        if not self._has_refused:
            self._has_refused = True
            self.note(text := f"curvature is not read: {reason}")
            say(text)

    def close(self, reason: str = "complete") -> None:
        """End the run; called by itself at the end of the script."""
        for reading in self._readings:
            reading.remove()
        self._readings = []
        for key in [key for key, run in _open.items() if run is self]:
            del _open[key]
        if self._writer is not None and os.getpid() == self._process:
            self._finish_row()
            self._writer.put({"end": reason})
            self._writer.close()
            self._writer = None
        self._is_on = False
        self._choose_way()

    def note(self, text: str) -> None:
        """Write a remark into the run's file."""
        if self._start():
            assert self._writer is not None
            self._finish_row()
            self._writer.put({"note": {"step": self.step, "text": text}})

    def change(self, key: str, before: Any, after: Any) -> None:
        """Record that a setting was turned: the next step is the first with it."""
        if self._start():
            assert self._writer is not None
            self._finish_row()
            self._writer.put({"change": {"step": self.step + 1, "key": key, "before": before, "after": after}})

    def __enter__(self) -> Run:
        return self

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        self.close("complete" if error is None else f"exception: {type(error).__name__}: {error}")

    # Rows

    def _take(self, numbers: dict[str, Any], is_counted: bool) -> None:
        """Take numbers, in a dict that is the run's from now on; each row is a step of its own if `is_counted`.

        Called in every step of the training, so that the usual case is short.
        """
        try:
            for name, value in numbers.items():
                if type(value) is not float:
                    numbers[name] = number(value)
                    if numbers[name] is None:
                        self._refuse(name, value)
            if self._has_refused_number:
                numbers = {name: value for name, value in numbers.items() if value is not None}
            if not TAKEN.isdisjoint(numbers):
                numbers = {f"own_{name}" if name in TAKEN else name: value for name, value in numbers.items()}
            with self._lock:
                if numbers and self._start():
                    row = self._last()
                    if is_counted and (row is None or not row.keys().isdisjoint(numbers)):
                        self._own_step += 1
                    self._put(numbers)
        except Exception as error:
            self._fail(error)
        if self._is_called:
            self._obey()

    def _put(self, numbers: dict[str, Any]) -> None:
        """Add numbers to the last row, as `_last` has found it, or as a row of their own."""
        writer, first = self._writer, self._first
        assert writer is not None
        step = first.updates if self._counts else self._own_step  # type: ignore[union-attr]
        if self._row_step == step and self._row is not None and self._joined(numbers, writer):
            self._plain = None
            return
        self._row, self._row_step = numbers, step
        rate = None if first is None else first.rate
        writer.rows.append((step, now() - self._began, rate, numbers))
        is_plain = self._has_plain and all(type(value) is float for value in numbers.values())
        self._plain = plain = writer.plain_like(tuple(numbers), rate is not None) if is_plain else None
        if plain is not None:
            plain.began, plain.tensor = self._began, self._tensor

    def _last(self) -> dict[str, Any] | None:
        """The numbers of the last row, which more of its step may join."""
        if self._writer is not None and self._writer.plain:
            row = self._writer.unfold()
            if row is not None:
                self._row, self._row_step = row[3], row[0]  # type: ignore[assignment]
        return self._row

    def _joined(self, plain: dict[str, Any], writer: Writer) -> bool:
        """Whether numbers of the same step could join the last row, which the writing thread may just have taken."""
        with writer.taking:
            row = self._row
            if row is None or not row.keys().isdisjoint(plain):
                return False
            row.update(plain)
            return True

    def _finish_row(self) -> None:
        self._row = None

    def _refuse(self, name: str, value: Any) -> None:
        if name not in self._refused:
            self._refused.add(name)
            self._has_refused_number = True
            self._choose_way()
            say(f"“{name}” is not one number but {type(value).__name__}; it is left out")

    # Steps of an optimizer

    def _on_step(self, found: dict[str, float]) -> None:
        """Behind a step of an optimizer that has readings, or with orders; the reading catches what fails here."""
        if self._is_on and found:
            with self._lock:
                if self._start():
                    self._put_readings(found)
        if self._is_on and self._is_called:
            self._obey()

    def _put_readings(self, found: dict[str, float]) -> None:
        row = self._last()
        if row is not None and self._row_step == self.step:
            found = {name: value for name, value in found.items() if name not in row}  # what the script says itself
        if found:
            self._put(found)

    def _on_stride(self, suffix: str, pace: Pace) -> None:
        if self._writer is not None:
            known = {"every": pace.stride, "share": round(pace.measured_share, 4)}
            self._writer.put({"stride": {"step": self.step, "optimizer": suffix, **known}}, is_ordered=False)

    # Beginning and failing

    def _attach(self) -> None:
        several = len(self._optimizers) > 1
        names = layer_names(self._models, has_keys=not several)
        for key, optimizer in self._optimizers.items():
            if hasattr(optimizer, "register_step_post_hook"):
                suffix = key if several else ""
                calls = self._on_step, self._on_stride, self._fail, self._refuse_probe
                self._readings.append(Readings(optimizer, names, suffix, *calls))
                if self._rerun is not None:
                    self._rerun.leave, self._rerun.reopen = self._flush, self._reopen
                    self._rerun.attach(optimizer, suffix)

    def _flush(self) -> None:
        if self._writer is not None:
            self._writer.flush()

    def _reopen(self, folder: str) -> None:
        """Go on in a fork of the process, with a file of its own."""
        os.environ["OVERSHOOT_RUN"] = folder
        self._process, self._lock = os.getpid(), threading.RLock()
        self._writer = self._row = None
        self._is_on, self._is_called = True, False

    @property
    def folder(self) -> Path:
        """The run's folder, which is there once a row is."""
        return Path(os.environ.get("OVERSHOOT_RUN") or runs_folder() / self.id)

    def _start(self) -> bool:
        """Open the file at the first row, since ranks are known only then."""
        if self._writer is not None:
            return True
        with self._lock:
            return self._writer is not None or (self._is_on and self._open_file())

    def _open_file(self) -> bool:
        rank = own_rank()
        if rank and not self._all_ranks:
            self._is_on = False
            return False
        folder = self.folder
        self.path = folder / ("run.jsonl" if not rank else f"run.{rank}.jsonl")
        if os.environ.get("OVERSHOOT_RUN") and self.path.exists():
            self._is_on = False  # a second training of a script that is run again for a proof of its first
            return False
        self._due = control.Inbox(folder / "control.jsonl")
        _written.add(self.path)
        self._writer = Writer(self.path, self._look, self._finish_row, self._lose)
        self._writer.put(header(self.id, self.name, self._optimizers, self._settings, self.brought))
        self._tensor = getattr(sys.modules.get("torch"), "Tensor", None)
        self._choose_way()
        return True

    def _choose_way(self) -> None:
        """Let plain rows go straight to the writer as long as nothing else is to be looked at; also after any of it."""
        has_steps = self._first is None or self._counts
        self._has_plain = has_steps and self._is_on and not self._is_called and not self._has_refused_number
        if not self._has_plain:
            self._plain = None

    def _guarded(self, action: Any) -> None:
        try:
            action()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._lose(f"{type(error).__name__}: {error}")

    def _lose(self, reason: str) -> None:
        """End watching, with a word; the training goes on."""
        if self._is_on:
            self._is_on = False
            self._choose_way()
            say(f"watching has ended, the training goes on: {reason}")
        for reading in self._readings:
            reading.remove()

    # What the window asks for

    def _look(self) -> None:
        assert self._due is not None
        self._due.look()
        self._call()

    def _call(self) -> None:
        """Have the training's thread carry out what waits, at its next step or row."""
        assert self._due is not None
        self._is_called = self._due.is_new or self._due.is_paused
        self._choose_way()
        for reading in self._readings:
            reading.has_orders = self._is_called

    def _obey(self) -> None:
        assert self._due is not None
        for order in self._due.take():
            control.obey(order, self)
        while self._due.is_paused:
            if self._due.granted:
                self._due.granted -= 1
                break
            time.sleep(0.05)
            for order in self._due.take():
                control.obey(order, self)
        if self._due.is_stopped:
            self.close("stopped")
            raise KeyboardInterrupt("stopped in the window")
        self._call()

    @property
    def optimizers(self) -> Mapping[str, Any]:
        return self._optimizers

    @property
    def readings(self) -> tuple[Readings, ...]:
        return tuple(self._readings)

    @property
    def inbox(self) -> control.Inbox | None:
        return self._due


def watch(
    model: Any = None,
    optimizer: Any = None,
    name: str | None = None,
    *,
    ranks: str | None = None,
    settings: Mapping[str, Any] | None = None,
    counts_steps: bool = True,
) -> Run:
    """Watch a training; the run lies in the program's folder, or in that of ``OVERSHOOT_HOME``, below ``runs``.

    Parameters
    ----------
    model : torch.nn.Module or dict of str to Module, optional
        Names the layers; `Run.probe` needs it.
    optimizer : torch.optim.Optimizer or dict of str to Optimizer, optional
        Its steps are counted, and norms are read at some of them. With several, the first one's steps are counted.
    name : str, optional
        By default that of the script.
    ranks : str, optional
        ``all`` writes a file for each rank of a distributed training; by default only rank 0 writes.
    settings : mapping, optional
        Further settings that the run's file tells.
    counts_steps : bool
        Whether the first optimizer's steps are counted; if not, rows are.

    Returns
    -------
    Run
        Watching the same optimizers again ends the earlier run.

    Examples
    --------
    >>> import os; os.environ["OVERSHOOT"] = "off"  # everything below then does nothing
    >>> run = watch()
    >>> run.log(loss=0.5)
    >>> run.close(); del os.environ["OVERSHOOT"]
    """
    models, optimizers = as_dict(model), as_dict(optimizer)
    if any(hasattr(m, "param_groups") for m in models.values()):
        models, optimizers = optimizers, models
        say("watch(model, optimizer) was given the optimizer first; it is taken as such")
    key = tuple(id(inner_optimizer(o)) for o in optimizers.values()) or ("", name)
    earlier = _open.get(key)
    if earlier is not None:
        earlier.close("watched again")
    run = Run(models, optimizers, name, ranks == "all", settings, counts_steps)
    _open[key] = run
    return run


def _leave_in_child() -> None:
    """Write nothing in a forked process, such as a worker that loads data."""
    for run in _runs:
        run._is_on = False
        run._choose_way()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_in_child)


def has_watched() -> bool:
    """Whether this process has written a run, ended or not."""
    return bool(_written)


def close_all() -> None:
    """End all open runs at the end of the process, with what ended it."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    for run in list(_open.values()):
        run.close("complete" if error is None else f"exception: {type(error).__name__}: {error}")


atexit.register(close_all)


def say(text: str) -> None:
    """Print a line for the person at the terminal."""
    print(f"overshoot: {text}", file=sys.stderr, flush=True)
