"""A knob turned while a run trains: when it takes effect, and what the run remembers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.run import Change
from engine.tasks.settings import SettingError
from engine.training.endings import EndReason
from engine.training.session import TrainingSession
from tests.engine.training.rows import assert_equal, cells, trained


def _session(**arguments) -> TrainingSession:
    return TrainingSession("late-rise", 1, probes="none", **arguments)


def _train(session: TrainingSession, steps: int) -> None:
    for _step in range(steps):
        next(session)


def test_a_rate_holds_from_the_next_row_on() -> None:
    session = _session()
    _train(session, 4)
    change = session.turn("lr", "0.01")
    _train(session, 2)
    assert change == Change(5, 4, "lr", 3e-3, 0.01)
    assert session.run.changes == [change]
    assert list(session.run.table.values("lr")) == [3e-3] * 4 + [0.01] * 2
    assert list(session.run.table.values("step")) == [1, 2, 3, 4, 5, 6]


def test_a_batch_size_waits_for_the_epoch() -> None:
    session = _session()
    _train(session, 3)  # of seven
    change = session.turn("batch_size", 100)
    assert session.settings["batch_size"] == 32
    assert session.run.changes == []
    _train(session, 6)
    assert list(session.run.table.values("batch_size")) == [32] * 6 + [8] + [100] * 2
    assert change == Change(8, 7, "batch_size", 32, 100)
    assert session.run.changes == [change]
    assert session.steps_per_epoch == 2
    assert session.epoch == 2.0
    assert session.run.table.values("epoch")[6:].tolist() == [1.0, 1.5, 2.0]


def test_total_steps_follow_the_batch_size() -> None:
    session = _session(settings={"epochs": 3})
    assert session.total_steps == 21
    _train(session, 7)
    session.turn("batch_size", "full")
    for _row in session:
        pass
    assert session.step == session.total_steps == 7 + 2


def test_a_run_is_finished_with_its_last_step_and_goes_on_when_epochs_are_added() -> None:
    session = _session(settings={"epochs": 1})
    _train(session, 6)
    assert not session.is_finished
    next(session)
    assert session.is_finished
    assert session.end_reason is EndReason.COMPLETE
    assert next(session, "over") == "over"
    session.turn("epochs", 2)
    assert not session.is_finished
    assert len(list(session)) == 7


def test_several_turns_before_one_row_are_one_change() -> None:
    session = _session()
    _train(session, 2)
    for lr in (0.1, 0.2, 0.3):
        session.turn("lr", lr)
    session.turn("beta1", 0.7)
    session.turn("beta1", 0.5)
    assert session.run.changes == [Change(3, 2, "lr", 3e-3, 0.3)]


def test_what_needs_a_new_run_is_refused() -> None:
    session = _session()
    for key, value in {"init": "kaiming", "lr": "fast", "nothing": 1}.items():
        with pytest.raises(SettingError):
            session.turn(key, value)
    assert session.run.changes == []
    with pytest.raises(SettingError):
        _session(injections={3: {"init": "kaiming"}})


def test_another_optimizer_starts_with_fresh_state() -> None:
    session = _session()
    _train(session, 3)
    assert session.optimizer.state
    session.turn("optimizer", "adam")
    assert session.optimizer.state  # the one it has: nothing was changed
    session.turn("optimizer", "rmsprop")
    assert not session.optimizer.state
    assert type(session.optimizer).__name__ == "RMSprop"


def test_an_injection_is_a_turn_at_that_step() -> None:
    injected = _session(injections={5: {"lr": 0.05}, 9: {"shuffle": "off"}}, max_steps=20)
    turned = _session(max_steps=20)
    for _row in injected:
        pass
    _train(turned, 4)
    turned.turn("lr", 0.05)
    _train(turned, 4)
    turned.turn("shuffle", False)
    for _row in turned:
        pass
    assert_equal(cells(injected.run.table), cells(turned.run.table))
    assert injected.run.changes == turned.run.changes
    assert [c.step for c in injected.run.changes] == [5, 15]  # the third epoch starts with step 15


def test_the_recorded_changes_replay_the_run() -> None:
    session = _session(max_steps=30)
    for steps, key, value in ((3, "lr", 0.01), (8, "batch_size", 16), (4, "clip_norm", 0.5)):
        _train(session, steps)
        session.turn(key, value)
    for _row in session:
        pass
    replay: dict = {}
    for change in session.run.changes:
        replay.setdefault(change.step, {})[change.key] = change.after
    assert_equal(
        cells(session.run.table), cells(trained("late-rise", 30, seed=1, probes="none", injections=replay).run.table)
    )


def test_a_corrupted_batch_is_one_batch() -> None:
    plain = trained("explosion", 8, seed=1, settings={"lr": 0.0}, probes="none").run.table.values("loss")
    session = TrainingSession("explosion", 1, {"lr": 0.0}, "none", 8, {4: {"corrupt_batch": "on"}})
    for _row in session:
        pass
    faulty = session.run.table.values("loss")
    differs = np.flatnonzero(plain != faulty)
    assert list(differs) == [3]
    assert faulty[3] > 1e3 * plain[3]
    assert session.settings["corrupt_batch"] is False


def test_a_clipped_gradient_bounds_the_move() -> None:
    session = trained("explosion", 1, seed=1, settings={"clip_norm": 1.0}, probes="norms")
    assert session.run.table.values("grad_norm")[0] > 1e3
    assert session.run.table.values("update_norm")[0] == pytest.approx(1e-3, rel=1e-3)


def test_dropout_and_label_noise_take_effect_and_can_be_taken_back() -> None:
    session = _session()
    original = session.targets
    session.turn("label_noise", 0.5)
    share = float((session.targets != original).float().mean())
    assert 0.2 < share < 0.5  # a quarter of the random labels is right by chance
    session.turn("label_noise", 0.0)
    assert session.targets is original
    session.turn("dropout", 0.5)
    assert [d.share for d in session.trainee.dropouts] == [0.5]


def test_knobs_may_go_to_the_ends_of_their_ranges_while_it_trains() -> None:
    settings = {"normalization": "batch", "batch_size": 999}  # leaves a last mini-batch of one sample
    session = TrainingSession("kick-in", 0, settings, "none", 30)
    turns = [("optimizer", "momentum"), ("momentum", 0), ("momentum", 0.9), ("optimizer", "rmsprop"), ("rho", 0)]
    turns += [("optimizer", "adam"), ("beta1", 0), ("beta2", 0), ("amsgrad", True), ("amsgrad", False)]
    turns += [("eps", 0), ("lr", 0), ("dropout", 0.95), ("label_noise", 1), ("batch_size", "full"), ("lr", 1000)]
    for key, value in turns:
        session.turn(key, value)
        next(session)
    assert session.step == len(turns)
