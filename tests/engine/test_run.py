"""A run's marks and positions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors.watch import Watch
from engine.events import Event, EventKind, EventState, MarkKind, Severity
from engine.run import Change, Origin, OriginKind, Run
from engine.series import LossSeries, Role, pair
from engine.table import MetricTable


def make_run(x: str | None = "step", **columns: list[float]) -> Run:
    table = MetricTable()
    table.extend({name: np.array(values, float) for name, values in columns.items()})
    return Run("a run", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x=x)


def test_a_step_that_goes_back_is_a_restart() -> None:
    run = make_run(step=[1, 2, 3, 1, 2, 2, 1], loss=[1.0] * 7)
    assert [(m.kind, m.row) for m in run.marks()] == [(MarkKind.RESTART, 3), (MarkKind.RESTART, 6)]


def test_a_turned_knob_is_a_mark_in_the_order_of_rows() -> None:
    run = make_run(step=[1, 2, 3, 1], loss=[1.0] * 4)
    run.changes.append(Change(step=1, row=1, key="lr", before=0.1, after=0.2))
    assert [m.kind for m in run.marks()] == [MarkKind.KNOB, MarkKind.RESTART]


def test_positions_are_in_x_or_in_rows() -> None:
    assert make_run(step=[10, 20, 30], loss=[1.0] * 3).x_at(1) == 20.0
    assert make_run(x=None, loss=[1.0] * 3).x_at(1) == 1.0


def test_a_position_beyond_the_last_row_is_the_last_x() -> None:
    assert make_run(step=[10, 20, 30], loss=[1.0] * 3).x_at(7) == 30.0


@pytest.mark.parametrize(
    ("columns", "partners"),
    [
        (["loss", "val_loss"], [None, "loss"]),
        (["train_loss", "test_loss"], [None, "train_loss"]),
        (["trainLoss", "valLoss"], [None, "trainLoss"]),
        (
            ["train/box_loss", "train/cls_loss", "val/box_loss", "val/cls_loss"],
            [None, None, "train/box_loss", "train/cls_loss"],
        ),
        (["main/loss", "validation/main/loss"], [None, "main/loss"]),
        (["val_loss"], [None]),
        (["a_loss", "b_loss", "val_c_loss"], [None, None, None]),
    ],
)
def test_validation_finds_its_training_series(columns: list[str], partners: list[str | None]) -> None:
    assert [s.partner for s in pair(columns)] == partners


@pytest.mark.parametrize("name", ["interval_loss", "latest_loss", "retrieval loss", "contest_loss", "developed_loss"])
def test_words_that_only_contain_val_or_test_are_no_validation(name: str) -> None:
    assert pair([name])[0].role is Role.TRAINING


def test_an_absorbed_event_names_what_explains_it_and_is_not_listed() -> None:
    event = Event("a/spike/0", EventKind.SPIKE, "loss", 3, 4, 5, Severity.INFO, 0.8, {"height": 2})
    absorbed = event.absorbed("a/diverged/0")
    assert (absorbed.state, absorbed.absorbed_by, absorbed.is_listed) == (EventState.ABSORBED, "a/diverged/0", False)
    assert event.is_listed


def test_evidence_cannot_be_changed_after_the_fact() -> None:
    event = Event("a", EventKind.SPIKE, "loss", 3, 4, 5, Severity.INFO, 0.8, {"height": 2})
    with pytest.raises(TypeError):
        event.evidence["height"] = 9  # type: ignore[index]


def test_the_marks_of_a_growing_run_are_those_of_the_whole() -> None:
    steps = np.random.default_rng(0).integers(0, 9, 400).astype(float)
    steps[7] = np.nan
    run = Run("run", MetricTable(("step", "loss")), (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
    for start in range(0, 400, 37):
        run.table.extend({"step": steps[start : start + 37]})
        truth = [row for row in range(1, len(run.table)) if steps[row] < steps[row - 1]]
        assert [mark.row for mark in run.marks()] == truth


def test_training_that_begins_anew_is_marked_though_the_steps_go_on():
    age = np.concatenate([np.arange(n) for n in (60, 45, 70, 52)])
    table = MetricTable()
    table.extend({"step": np.arange(len(age), dtype=float), "loss": 0.5 + np.exp(-age / 12)})
    run = Run("folds", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
    watch = Watch(table, run.series, run.clock)
    watch.finish()
    run.begun = watch.begun
    assert [(mark.kind, mark.row) for mark in run.marks()] == [(MarkKind.RESTART, row) for row in (60, 105, 175)]
    assert not run.restarts()
    live = Run("folds", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING), x="step")
    live.begun = watch.begun
    assert not live.marks()
