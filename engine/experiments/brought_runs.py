"""Records a brought training up to its event, and makes the reference of its proof."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.brought.command import Rerun
from engine.brought.source import Brought, BroughtFile, Place, Source
from engine.detectors.watch import Watch
from engine.events import Event, EventKind
from engine.experiments.brought_forks import CREW
from engine.experiments.fork_jobs import COLUMNS
from engine.experiments.records import Recording
from engine.experiments.reference import (
    CHECK_EVERY,
    CannotProve,
    Reference,
    choose,
    columns_of,
    enough_of,
    events_of,
    first_reported,
    gradient_norm,
    no_event,
)
from engine.i18n import _
from engine.run import Change, Value
from engine.series import LossSeries
from engine.table import MetricTable, Sparse
from overshoot.blocks import decode

UNKNOWN_SAMPLES = 1_000_000_000
WHOLE = 1.0  # of a run whose loss stands still: a slow one that is sound leaves its first level late


def record_brought(
    source: Source,
    seed: int = 0,
    knobs: Mapping[str, Value] | None = None,
    turns: Mapping[int, Mapping[str, Value]] | None = None,
    kind: EventKind | None = None,
    steps: int | None = None,
    folder: Path | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Recording, None, Reference]:
    """Train until the event is reported and on to the horizon, yielding the progress.

    Parameters
    ----------
    steps : int, optional
        Train at most so many.
    folder : Path, optional
        For states on the way, to rewind to.

    Raises
    ------
    CannotProve
        If there is no such event, or it was cancelled before.
    BroughtError
        If the person's code fails.
    """
    first = min(turns or {0: {}})
    recorder = Recorder(kind, 0 if first == 1 else first, steps)
    job = {
        "do": "train",
        "seed": seed,
        "knobs": dict(knobs or {}),
        "turns": {str(step): dict(values) for step, values in (turns or {}).items()},
        "steps": steps,
        "checkpoints": None if folder is None else str(folder),
        "until": steps or 0,
    }
    worker = CREW.worker(source)
    for answer in worker.answers(job, lambda: recorder.is_enough or is_cancelled()):
        if (progress := recorder.take(answer)) is not None:
            yield progress
    if is_cancelled():
        raise CannotProve(_("it was cancelled"))
    brought = Brought(source, worker.describe(seed, knobs or {}), dict(knobs or {}))
    return recorder.reference(brought, seed, turns or {})


class Recorder:
    """Collects what a training answers, until its event was reported and a horizon can be chosen.

    Attributes
    ----------
    is_enough : bool
        Whether the training need not go on; asked by the thread that talks to it.
    """

    def __init__(self, kind: EventKind | None, first: int, steps: int | None) -> None:
        self._kind, self._first, self._until = kind, first, steps or 0
        self._table = MetricTable(COLUMNS)
        self._watch = Watch(self._table, [LossSeries("loss")], clock="step")
        self._changes: list[Change] = []
        self._checkpoints: dict[int, Path] = {}
        self._wanted: Event | None = None
        self._looked = 0
        self.is_enough = False

    def take(self, answer: Mapping[str, Any]) -> Recording | None:
        """Take an answer; the progress if the detectors have looked."""
        self._until = self._until or int(answer.get("described", {}).get("total_steps") or 0)
        if "change" in answer:
            turn = answer["change"]
            self._changes.append(Change(turn["step"], turn["step"] - 1, turn["key"], turn["before"], turn["after"]))
        self._checkpoints |= {int(step): Path(path) for step, path in answer.get("checkpoints", {}).items()}
        if "rows" in answer:
            add_rows(self._table, answer["rows"])
        if len(self._table) - self._looked < CHECK_EVERY:
            return None
        return self._look()

    def _look(self) -> Recording:
        self._looked = rows = len(self._table)
        self._watch.advance()
        self._wanted = choose(self._watch.events, self._kind, "", self._first) or self._wanted
        if self._wanted is not None and rows >= enough_of(self._wanted, self._until or 1 << 60):
            whole = events_of(columns_of(self._table, rows))
            self.is_enough = choose(whole, self._kind, "", self._first) is not None
        return Recording(rows, self._until, None if self._wanted is None else self._wanted.kind)

    def reference(self, brought: Brought, seed: int, turns: Mapping[int, Mapping[str, Value]]) -> Reference:
        """The reference of what was recorded; see `reference_of`."""
        return reference_of(
            brought, seed, self._table, self._changes, turns, self._checkpoints, self._kind, self._first
        )


def source_of(path: Path) -> tuple[Source, int, dict[str, Value]]:
    """How to run the training of a watched or brought run again: source, seed, arguments of ``build``.

    Raises
    ------
    CannotProve
        If its file does not say.
    """
    file = path / "run.jsonl" if path.is_dir() else path
    try:
        with file.open(encoding="utf-8") as stream:
            head = json.loads(stream.readline())
        if brought := head.get("brought"):
            source = BroughtFile(Path(brought["file"]), head["python"], brought["sha256"])
            return source, int(brought["seed"]), dict(brought.get("knobs", {}))
        return Rerun(shlex.join([head["python"], *head["argv"]]), Path(head["cwd"])), 0, {}
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotProve(_("{path} does not say how the training was started").format(path=path)) from None


def add_rows(table: MetricTable, block: Mapping[str, list]) -> None:
    """Append a block of rows."""
    count, columns = decode(block)
    table.extend(
        {
            name: np.array(values, np.float64)
            if at is None
            else Sparse(np.array(at, np.int64), np.array(values, float))
            for name, (at, values) in columns.items()
        },
        count,
    )


def reference_of(
    brought: Brought,
    seed: int,
    table: MetricTable,
    changes: list[Change],
    turns: Mapping[int, Mapping[str, Value]],
    checkpoints: Mapping[int, Path],
    kind: EventKind | None,
    first: int,
) -> Reference:
    """The reference of a recorded run.

    Raises
    ------
    CannotProve
        If there is no such event, or the loss was not logged at every step.
    """
    whole = columns_of(table, len(table))
    if "loss" not in whole or not np.array_equal(whole["step"], np.arange(1, len(table) + 1)):
        raise CannotProve(_("a proof needs the loss of every step"))
    event = choose(events_of(whole), kind, "", first)
    found = None if event is None else first_reported(table, event, len(table), WHOLE)
    if found is None:
        raise CannotProve(no_event(kind))
    reported, last = found
    declared = {key: knob["default"] for key, knob in brought.training.declared.items()}
    settings = {**declared, **brought.training.settings, **brought.knobs}
    kept = tuple(Place(step, path) for step, path in sorted(checkpoints.items()) if step <= reported.start + 1)
    return Reference(
        scenario=brought.source.name,
        seed=seed,
        settings=settings,
        turns=turns,
        changes=tuple(changes),
        columns={name: values[:last] for name, values in whole.items()},
        event=reported,
        checkpoints=(),
        horizon=last,
        samples=brought.training.samples or UNKNOWN_SAMPLES,
        gradient_norm=gradient_norm(table, reported.start),
        brought=brought,
        places=kept,
    )
