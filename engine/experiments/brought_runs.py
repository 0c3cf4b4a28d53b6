"""Records a brought training up to its event, and makes the reference of its proof."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from threading import Event as Signal

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
    worker = CREW.worker(source)
    first = min(turns or {0: {}})
    first = 0 if first == 1 else first
    known: dict[str, object] = {}
    changes: list[Change] = []
    table = MetricTable(COLUMNS)
    watch = Watch(table, [LossSeries("loss")], clock="step")
    wanted: Event | None = None
    until = steps or 0
    job = {
        "do": "train",
        "seed": seed,
        "knobs": dict(knobs or {}),
        "turns": {str(step): dict(values) for step, values in (turns or {}).items()},
        "steps": steps,
        "checkpoints": None if folder is None else str(folder),
        "until": steps or 0,
    }
    looked = 0
    enough = Signal()
    for answer in worker.answers(job, lambda: enough.is_set() or is_cancelled()):
        known |= answer.get("described", {})
        until = until or int(known.get("total_steps") or 0)  # type: ignore[call-overload]
        if "change" in answer:
            turn = answer["change"]
            changes.append(Change(turn["step"], turn["step"] - 1, turn["key"], turn["before"], turn["after"]))
        if "rows" in answer:
            add_rows(table, answer["rows"])
        known |= {"checkpoints": answer.get("checkpoints", {})} if "done" in answer else {}
        if len(table) - looked >= CHECK_EVERY:
            looked = len(table)
            watch.advance()
            wanted = choose(watch.events, kind, "", first) or wanted
            if wanted is not None:
                is_far = len(table) >= enough_of(wanted, until or 1 << 60)
                if is_far and choose(events_of(columns_of(table, len(table))), kind, "", first) is not None:
                    enough.set()
            yield Recording(len(table), until, None if wanted is None else wanted.kind)
    if is_cancelled():
        raise CannotProve(_("it was cancelled"))
    training = worker.describe(seed, knobs or {})
    checkpoints = {int(s): Path(p) for s, p in dict(known.get("checkpoints", {})).items()}  # type: ignore[call-overload]
    brought = Brought(source, training, dict(knobs or {}))
    return reference_of(brought, seed, table, changes, turns or {}, checkpoints, kind, first)


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
    found = None if event is None else first_reported(table, event, len(table))
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
