"""An event becomes a plain sentence, ranked causes and remedies that do not contradict the rest of the run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.diagnosis.advice import contradicts
from engine.diagnosis.explanation import explain
from engine.diagnosis.facts import Facts
from engine.diagnosis.remedies import REMEDIES, Way
from engine.events import EventKind as K
from engine.events import EventState
from engine.run import Change
from tests.engine.diagnosis.builders import make_event, make_run

ADAM = {"lr": 1e-3, "optimizer": "adam", "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "batch_size": 32}


def keys(things):
    return [thing.key for thing in things]


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_is_explained_for_a_bare_log(kind):
    found = explain(make_event(kind, some_new_number=3.5), make_run())
    assert found.title and found.where and found.severity_text
    assert 20 < len(found.sentence) < 200
    assert "!" not in found.sentence and "?" not in found.sentence
    assert found.causes and found.remedies
    assert sum(c.weight for c in found.causes) <= 1
    assert [c.weight for c in found.causes] == sorted((c.weight for c in found.causes), reverse=True)


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_is_explained_where_there_is_almost_nothing_to_read(kind):
    run = make_run(loss=np.array([1.0, np.nan]))
    assert explain(make_event(kind, start=0, end=1), run).sentence


def test_an_unknown_number_of_the_evidence_is_shown_plainly():
    line = explain(make_event(K.SPIKE, odd_new_measure=2.5), make_run()).evidence[0]
    assert (line.name, line.label, line.value_text) == ("odd_new_measure", "odd new measure", "2.5")


def test_a_loss_that_becomes_nan_is_told_with_its_step():
    loss = np.full(200, 1.0)
    loss[45:] = np.nan
    found = explain(make_event(K.DIVERGED, start=45, end=199), make_run(loss))
    assert found.sentence == "Loss became NaN at step 46"


def test_a_loss_that_grew_first_is_told_with_its_onset():
    loss = np.full(200, 1.0)
    loss[40:45] = 10.0 ** np.arange(1, 6)
    loss[45:] = np.inf
    found = explain(make_event(K.DIVERGED, start=40, end=199), make_run(loss))
    assert found.sentence == "Loss became infinite at step 46 after growing since step 41"


def test_a_nan_without_growth_points_to_the_range_of_numbers():
    loss = np.full(200, 1.0)
    loss[45:] = np.nan
    assert keys(explain(make_event(K.DIVERGED, start=45, end=199), make_run(loss)).causes)[0] == "number_range"


def test_a_knob_turned_just_before_the_onset_ranks_first():
    change = Change(step=95, row=94, key="lr", before=1e-4, after=1e-2)
    run = make_run(settings=ADAM, changes=[change])
    found = explain(make_event(K.OVERSHOOT), run)
    assert found.causes[0].key == "knob_turned"
    assert "Learning rate" in found.causes[0].text and "step 95" in found.causes[0].text
    assert found.causes[0].factors == ("lr",)
    assert found.remedies[0].key == "undo_knob" and found.remedies[0].setting == {"lr": 1e-4}


def test_a_knob_turned_long_before_or_after_is_no_cause():
    for row in (20, 120):
        run = make_run(settings=ADAM, changes=[Change(step=row, row=row, key="lr", before=1e-4, after=1e-2)])
        assert "knob_turned" not in keys(explain(make_event(K.OVERSHOOT), run).causes)


def test_a_remedy_speaks_in_this_runs_own_numbers():
    lower = explain(make_event(K.OVERSHOOT), make_run(settings=ADAM)).remedies[0]
    assert lower.text == "Lower the learning rate from 0.001 to 0.0001"
    assert lower.setting == {"lr": 1e-4}


def test_the_settings_are_those_that_stood_at_the_onset():
    run = make_run(settings=ADAM, changes=[Change(step=10, row=9, key="lr", before=1e-3, after=1e-2)])
    lower = explain(make_event(K.OVERSHOOT), run).remedies[0]
    assert lower.setting == {"lr": pytest.approx(1e-3)}


def test_a_log_with_a_learning_rate_column_is_advised_in_its_numbers_but_has_no_knobs():
    run = make_run(lr=np.full(200, 0.5))
    lower = next(r for r in explain(make_event(K.OVERSHOOT), run).remedies if r.key == "lower_lr")
    assert lower.text == "Lower the learning rate from 0.5 to 0.05"
    assert lower.setting is None


@pytest.mark.parametrize("kind", [K.PLATEAU, K.STALLED, K.KICK_IN])
@pytest.mark.parametrize("other", [K.OVERSHOOT, K.DIVERGED, K.LATE_RISE, K.SPIKE])
def test_nothing_makes_steps_longer_beside_an_event_of_steps_too_long(kind, other):
    advised = keys(explain(make_event(kind), make_run(settings=ADAM), [make_event(other, start=160)]).remedies)
    assert not {"raise_lr", "lower_eps"} & set(advised)


def test_a_plateau_alone_may_ask_for_longer_steps():
    assert "raise_lr" in keys(explain(make_event(K.PLATEAU), make_run(settings=ADAM)).remedies)


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize(("last", "is_advised"), [(2.0, True), (0.9, True), (0.1, False)])
def test_to_stop_early_is_advised_only_where_nothing_better_came_later(last, is_advised, noise):
    held = np.interp(np.arange(200), (0, 30, 120, 150, 199), (2.0, 0.6, 2.0, last, last))
    held = held + noise * np.random.default_rng(0).standard_normal(200)
    run = make_run(np.linspace(2.0, 0.01, 200) ** 2, val_loss=held)
    event = replace(make_event(K.OVERFITTING, 30, 149), series="val_loss")
    assert ("early_stopping" in keys(explain(event, run).remedies)) is is_advised


@pytest.mark.parametrize("key", [entry.key for entry in REMEDIES.values() if entry.way is not Way.ANY])
def test_a_setting_that_is_further_that_way_already_is_not_turned_back(key):
    entry = REMEDIES[key]
    ((setting, new),) = entry.changes
    event = make_event(K.OVERFITTING)
    for times, is_of_no_use in ((10.0, entry.way is Way.UP), (0.1, entry.way is Way.DOWN)):
        run = make_run(settings={**ADAM, setting: new * times})
        assert contradicts(entry, Facts(event, run, [event])) is is_of_no_use


def test_what_is_set_already_is_not_advised():
    settings = {**ADAM, "shuffle": True, "drop_last": True, "loss_logging": "step"}
    advised = keys(explain(make_event(K.EPOCH_BOUNDARY), make_run(settings=settings)).remedies)
    assert not {"shuffle", "drop_last", "log_each_step"} & set(advised)


def test_full_batch_has_no_noise_of_mini_batches():
    full = make_run(settings={**ADAM, "batch_size": "full"})
    assert "small_batch_noise" not in keys(explain(make_event(K.FLUCTUATION), full).causes)
    level, rng = np.linspace(1.0, 0.3, 400), np.random.default_rng(0)
    scattered = make_run(level * rng.gamma(3, 1 / 3, 400))  # as means of three samples scatter
    assert "small_batch_noise" in keys(explain(make_event(K.FLUCTUATION, 0, 399), scattered).causes)[:3]


def test_a_spike_under_rmsprop_is_first_of_all_its_denominator():
    found = explain(make_event(K.SPIKE), make_run(settings={**ADAM, "optimizer": "rmsprop"}))
    assert found.causes[0].key == "small_denominator"
    assert found.remedies[0].key == "clip_update"


def test_a_late_rise_under_adam_is_not_told_as_small_divided_by_smaller():
    causes = keys(explain(make_event(K.LATE_RISE), make_run(settings=ADAM)).causes)
    assert causes[0] == "gradient_cliff"
    assert "small_denominator" not in causes[:3]


def test_the_gradient_clip_is_set_at_the_usual_norm():
    run = make_run(settings={**ADAM, "clip_norm": "off"}, grad_norm=np.full(200, 37.0))
    clip = next(r for r in explain(make_event(K.LATE_RISE), run).remedies if r.key == "clip_norm")
    assert clip.setting == {"clip_norm": 37.0}


def test_a_run_resumed_at_the_onset_says_so():
    run = make_run()
    table = run.table
    table.extend({"step": np.arange(150.0, 250.0), "loss": np.full(100, 0.5)})
    found = explain(make_event(K.SPIKE, start=201, end=203), run)
    assert found.causes[0].key == "resumed"


def test_a_demo_goes_on_with_all_of_its_state():
    run = make_run(settings=ADAM)
    run.table.extend({"step": np.arange(150.0, 250.0), "loss": np.full(100, 0.5)})
    assert "resumed" not in keys(explain(make_event(K.SPIKE, start=201, end=203), run).causes)


def test_a_generators_loss_is_judged_with_doubt():
    import dataclasses

    event = dataclasses.replace(make_event(K.LATE_RISE), series="loss_G")
    run = make_run(loss_G=np.linspace(1, 2, 200))
    assert explain(event, run).causes[0].key == "moving_target"


def test_plain_gradient_descent_is_not_told_to_turn_what_only_adaptive_optimizers_have():
    sgd = make_run(settings={**ADAM, "optimizer": "sgd", "clip_update": "off"})
    for kind in K:
        assert not {"clip_update", "raise_eps", "lower_eps"} & set(keys(explain(make_event(kind), sgd).remedies))


def test_a_warm_up_is_advised_at_the_start_alone():
    run = make_run(settings={**ADAM, "schedule": "constant"})
    assert "warmup" in keys(explain(make_event(K.OVERSHOOT, 2, 20), run).remedies)
    assert "warmup" not in keys(explain(make_event(K.OVERSHOOT, 100, 120), run).remedies)


def test_a_jump_after_much_was_learned_is_not_blamed_on_the_inputs():
    learned = make_run(np.geomspace(1.0, 0.01, 200), settings={**ADAM, "standardize": False})
    assert "unscaled_inputs" in keys(explain(make_event(K.OVERSHOOT, 2, 20), learned).causes)
    assert "unscaled_inputs" not in keys(explain(make_event(K.OVERSHOOT, 150, 180), learned).causes)


def test_a_sharpness_at_its_limit_speaks_for_steps_that_are_too_long():
    def weight(sharpness: float) -> float:
        run = make_run(settings=ADAM, sharpness=np.full(200, sharpness), stability_limit=np.full(200, 2000.0))
        found = {c.key: c.weight for c in explain(make_event(K.SPIKE), run).causes}
        return found.get("step_too_large", 0.0) + found.get("edge_of_stability", 0.0)

    assert weight(2100.0) > 2 * weight(100.0)


def test_a_denominator_that_shrank_speaks_for_it():
    def weight(denominator: np.ndarray) -> float:
        run = make_run(settings={**ADAM, "optimizer": "rmsprop"}, denominator_median=denominator)
        return next(c.weight for c in explain(make_event(K.SPIKE), run).causes if c.key == "small_denominator")

    assert weight(np.geomspace(1, 1e-6, 200)) > weight(np.ones(200))


def test_a_spike_of_one_row_returns_within_one_step():
    assert "recovered within 1 step" in explain(make_event(K.SPIKE, 100, 100), make_run()).sentence


@pytest.mark.parametrize(("later", "said"), [(2.6, "has not come back so far"), (0.4, "recovered within")])
@pytest.mark.parametrize("kind", [K.SPIKE, K.OVERSHOOT])
def test_a_growing_rise_is_not_said_to_be_over_before_its_last_rows_are_read(kind, later: float, said: str) -> None:
    """Detectors read in blocks: the curve on the screen is ahead of them."""
    loss = np.concatenate([np.full(100, 0.3), np.linspace(0.3, 2.5, 51), np.full(20, later)])
    event = replace(make_event(kind), state=EventState.OPEN)
    said = said if kind is K.SPIKE or later > 1 else "to recover"
    assert said in explain(event, make_run(loss)).sentence


def test_a_log_without_gradient_norms_is_told_no_number_to_clip_at():
    clip = next(r for r in explain(make_event(K.LATE_RISE), make_run()).remedies if r.key == "clip_norm")
    assert clip.text == "Clip the gradient norm at its usual size"


def test_the_level_before_is_the_one_that_the_detector_measured():
    assert "from 0.25 to 7 at" in explain(make_event(K.SPIKE, level_before=0.25, peak=7.0), make_run()).sentence


def test_a_spike_of_the_validation_loss_is_not_blamed_on_a_mini_batch():
    from engine.series import LossSeries, Role

    run = make_run()
    run.series = (LossSeries("loss", Role.VALIDATION),)
    assert "unusual_batch" not in keys(explain(make_event(K.SPIKE), run).causes)[:2]


def test_a_gradient_that_did_not_rise_speaks_against_a_cliff():
    event = make_event(K.LATE_RISE)
    loss = np.linspace(1.0, 0.1, 200)
    loss[100:] += 0.6 * 0.97 ** np.arange(100)
    falling, jumping = (
        make_run(loss, grad_norm=np.r_[np.full(98, 1.0), np.full(3, there), np.full(99, 1.2)]) for there in (0.6, 20.0)
    )
    weights = [{cause.key: cause.weight for cause in explain(event, run, [event]).causes} for run in (jumping, falling)]
    assert weights[0].get("gradient_cliff", 0) > 1.2 * weights[1].get("gradient_cliff", 0)
    assert max(weights[1], key=lambda key: weights[1][key]) != "gradient_cliff"


@pytest.mark.parametrize("kind", [K.DIVERGED, K.OVERSHOOT, K.LATE_RISE, K.STALLED, K.OVERFITTING])
def test_the_first_remedies_say_what_to_look_for_afterwards(kind):
    advised = explain(make_event(kind), make_run(settings=ADAM)).remedies
    assert advised[0].watch and advised[0].watch != advised[0].text


def test_adam_is_not_advised_where_it_is_used():
    plain = {"optimizer": "adam", "lr": 1e-3}
    for kind in (K.SPIKE, K.PLATEAU, K.STALLED, K.KICK_IN):
        assert "use_adam" not in keys(explain(make_event(kind), make_run(settings=plain)).remedies)
