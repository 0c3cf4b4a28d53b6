"""A run that is made over again is the same run, bit for bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from engine.training.checkpoints import Checkpoint
from engine.training.session import CannotReplay, TrainingSession

SETTINGS = {"epochs": 4}
TURNS = {10: ("lr", 1e-4), 40: ("batch_size", 8), 90: ("lr", 3e-4)}  # the second waits for the next epoch
LAST = 130


@pytest.fixture(scope="module")
def original() -> TrainingSession:
    session = TrainingSession("explosion", 3, SETTINGS | {"lr": 2e-4}, "none")
    for step in range(LAST):
        if step in TURNS:
            session.turn(*TURNS[step])
        next(session)
    return session


def assert_same_rows(made: Run, run: Run, rows: int) -> None:
    assert len(made.table) == rows
    assert made.table.columns == run.table.columns
    for name in run.table.columns:
        if name != "time":
            assert made.table.values(name).tobytes() == run.table.values(name, 0, rows).tobytes(), name


def test_a_replayed_table_equals_the_original_turned_knobs_included(original: TrainingSession) -> None:
    run = original.run
    assert len(run.changes) == len(TURNS)
    assert len(np.unique(run.table.values("batch_size"))) > 1
    made = TrainingSession.replay(run, LAST)
    assert_same_rows(made.run, run, LAST)
    assert made.run.changes == run.changes
    assert made.settings == original.settings


def test_a_replay_goes_on_from_where_it_was_asked_to_stop(original: TrainingSession) -> None:
    made = TrainingSession.replay(original.run, 25)
    assert_same_rows(made.run, original.run, 25)
    for _ in range(LAST - 25):
        next(made)
    assert_same_rows(made.run, original.run, LAST)


def test_a_replay_ends_where_the_training_ends(original: TrainingSession) -> None:
    assert TrainingSession.replay(original.run, 10**9).is_finished
    assert TrainingSession.replay(original.run).step == 0


def test_a_log_and_a_run_without_its_start_cannot_be_replayed(original: TrainingSession) -> None:
    log = Run("log", MetricTable(("loss",)), (LossSeries("loss"),), Origin(OriginKind.LOG))
    late = MetricTable(("step",))
    late.append({"step": 7})
    for run in (log, replace(original.run, table=late)):
        with pytest.raises(CannotReplay):
            TrainingSession.replay(run)


AND_BACK = [
    ("explosion", {"optimizer": "momentum"}, "optimizer", "adam"),
    ("kick-in", {"optimizer": "adam", "amsgrad": True, "beta2": 0.5}, "amsgrad", False),
    ("explosion", {"schedule": "cosine"}, "schedule", "step"),
]


@pytest.mark.parametrize("scenario, settings, key, other", AND_BACK, ids=[row[2] for row in AND_BACK])
@pytest.mark.parametrize("is_resumed", [False, True], ids=["in one session", "resumed in between"])
def test_what_is_undone_before_the_next_step_was_never_done(
    scenario: str, settings: dict, key: str, other: object, is_resumed: bool
) -> None:
    session = TrainingSession(scenario, 3, settings, "none", 40)
    before = session.settings[key]
    for _ in range(20):
        next(session)
    session.turn("lr", 3e-4)
    session.turn(key, other)
    if is_resumed:
        kept = Checkpoint.from_bytes(session.checkpoint().to_bytes())
        session = TrainingSession.resume(kept, before=session.run)
        assert session.settings[key] == other
    session.turn("clip_norm", 1.0)
    session.turn(key, before)
    list(session)
    assert [change.key for change in session.run.changes] == ["lr", "clip_norm"]
    assert_same_rows(TrainingSession.replay(session.run, 40).run, session.run, 40)


@pytest.mark.parametrize("scenario, settings, key, other", AND_BACK, ids=[row[2] for row in AND_BACK])
def test_what_was_turned_before_a_checkpoint_and_not_yet_trained_with_stays_in_the_history(
    scenario: str, settings: dict, key: str, other: object
) -> None:
    session = TrainingSession(scenario, 3, settings, "none", 40)
    for _ in range(20):
        next(session)
    session.turn(key, other)
    resumed = TrainingSession.resume(session.checkpoint(), before=session.run)
    assert resumed.run.changes == session.run.changes != []
    list(session)
    list(resumed)
    assert resumed.run.changes == session.run.changes
    assert_same_rows(resumed.run, session.run, 40)
    assert_same_rows(TrainingSession.replay(session.run, 40).run, session.run, 40)
