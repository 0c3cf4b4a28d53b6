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


def turned(*changes: tuple[int, str, object]) -> Run:
    """A training of six steps with settings lr 0.1 and width 8, turned at steps; its first row is step 1."""
    run = make_run(step=[1, 2, 3, 4, 5, 6], loss=[1.0] * 6)
    run.settings = {"lr": 0.1, "width": 8}
    for step, key, after in changes:
        before = run.settings_at().get(key)
        run.changes.append(Change(step, step - 1, key, before, after))  # type: ignore[arg-type]
    return run


def test_a_change_holds_from_its_own_step_on() -> None:
    run = turned((3, "lr", 0.2))
    assert [run.settings_at(step)["lr"] for step in (2, 3, 4)] == [0.1, 0.2, 0.2]
    assert run.settings_at(3) == {"lr": 0.2, "width": 8}
    assert run.settings == {"lr": 0.1, "width": 8}


def test_before_the_first_change_and_without_any_the_settings_are_those_of_the_start() -> None:
    assert turned((3, "lr", 0.2)).settings_at(0) == {"lr": 0.1, "width": 8}
    assert turned().settings_at(5) == turned().settings_at() == {"lr": 0.1, "width": 8}


def test_of_several_changes_of_one_setting_the_last_one_until_then_holds() -> None:
    run = turned((2, "lr", 0.2), (4, "lr", 0.4), (5, "width", 16), (6, "lr", None))
    assert [run.settings_at(step)["lr"] for step in range(1, 7)] == [0.1, 0.2, 0.2, 0.4, 0.4, None]
    assert run.settings_at() == {"lr": None, "width": 16}


def test_turns_are_by_step_and_keep_the_last_value_of_a_key() -> None:
    run = turned((2, "lr", 0.2), (2, "width", 16), (4, "lr", 0.3), (4, "lr", 0.4))
    assert run.turns() == {2: {"lr": 0.2, "width": 16}, 4: {"lr": 0.4}}
    assert turned().turns() == {}


def test_a_run_that_takes_another_s_turns_has_its_settings_at_every_step() -> None:
    run = turned((2, "lr", 0.2), (3, "width", 16), (5, "lr", 0.5))
    standing = dict(run.settings)
    for step in range(1, 7):
        standing |= run.turns().get(step, {})
        assert run.settings_at(step) == standing


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


def test_training_that_restarts_is_marked_though_the_steps_go_on():
    age = np.concatenate([np.arange(n) for n in (60, 45, 70, 52)])
    table = MetricTable()
    table.extend({"step": np.arange(len(age), dtype=float), "loss": 0.5 + np.exp(-age / 12)})
    run = Run("folds", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
    watch = Watch(table, run.series, run.clock)
    watch.finish()
    run.restart_rows = watch.restarts
    assert [(mark.kind, mark.row) for mark in run.marks()] == [(MarkKind.RESTART, row) for row in (60, 105, 175)]
    assert not run.restarts()
    live = Run("folds", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING), x="step")
    live.restart_rows = watch.restarts
    assert not live.marks()
