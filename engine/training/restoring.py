"""Take the state of a training session and give it to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.run import Run
from engine.table import Floats, MetricTable, Sparse
from engine.training.checkpoints import Checkpoint, copied
from engine.training.schedules import Schedule

if TYPE_CHECKING:
    from engine.training.session import TrainingSession


def captured(session: TrainingSession) -> Checkpoint:
    """Everything that the coming steps depend on and that does not follow from scenario, settings and seed."""
    state = {
        "model": session.task.model.state_dict(),
        "optimizer": session.optimizer.state_dict(),
        "order": session.order.state(),
        "dropout": session.dropout_generator.get_state(),
        "schedule": session.schedule.state(),
        "loss_log": session.loss_log.state(),
        "non_finite_rows": session.non_finite_rows,
        "probes": session.probing.state(),
        "strides": dict(session.probing.strides),
    }
    return Checkpoint(
        scenario=session.scenario.name,
        seed=session.seed,
        step=session.step,
        epoch=session.whole_epochs,
        seconds=session.seconds,
        max_steps=session.max_steps,
        device=session.device,
        settings=dict(session.settings),
        pending=dict(session.knobs.pending),
        injections={step: dict(due) for step, due in session.knobs.injections.items()},
        probes=tuple(session.probing.probes),
        state={key: copied(part) for key, part in state.items()},
    )


def restore(session: TrainingSession, checkpoint: Checkpoint) -> None:
    """Put a fresh session of the same scenario, settings and seed where the checkpoint was taken."""
    state = copied(checkpoint.state)
    session.task.model.load_state_dict(state["model"])
    session.optimizer.load_state_dict(state["optimizer"])
    session.order.restore(state["order"])
    session.dropout_generator.set_state(state["dropout"])
    session.schedule = Schedule.restored(state["schedule"])
    session.loss_log.restore(state["loss_log"])
    session.non_finite_rows = state["non_finite_rows"]
    for name, stride in state["strides"].items():
        if name in session.probing.probes:
            session.probing.stretch(name, stride)
    session.probing.restore(state["probes"])
    session.knobs.pending.update(checkpoint.pending)
    session.step, session.whole_epochs = checkpoint.step, checkpoint.epoch
    session.seconds_before = checkpoint.seconds
    session.reread_settings()


def continue_run(session: TrainingSession, before: Run) -> None:
    """Let a restored session's run be the one that its checkpoint was taken from, up to the checkpoint."""
    run = session.run
    run.id, run.name, run.settings = before.id, before.name, dict(before.settings)
    rows = int(np.searchsorted(before.table.values("step"), session.step, "right"))
    prepend(run.table, before.table, rows)
    run.changes.extend(change for change in before.changes if change.row < rows)
    for step, turned in before.turns().items():
        later = {key: value for key, value in turned.items() if key not in session.knobs.pending}
        if step > session.step and later:
            session.knobs.injections.setdefault(step, {}).update(later)


def prepend(table: MetricTable, old: MetricTable, rows: int) -> None:
    """Give an empty table the first rows of another one."""
    if not rows:
        return
    chunk: dict[str, Floats | Sparse] = {}
    for name in old.columns:
        series = old.series(name, 0, rows)
        chunk[name] = series.values.copy() if len(series) == rows else Sparse(series.rows, series.values)
    table.extend(chunk, rows)
