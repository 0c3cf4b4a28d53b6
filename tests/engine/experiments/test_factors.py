"""What every factor keeps, over what discovery finds; and what some of them decide."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from engine.events import Event, EventKind, Severity
from engine.experiments.case import Case, Intervention
from engine.experiments.factors.base import all_factors
from engine.experiments.plan import trial
from engine.run import Change
from engine.scenarios.base import all_scenarios

KEYS = [
    *("lr", "beta1", "beta2", "eps", "clip_norm", "clip_update", "batch_size", "skip_batches", "shuffle"),
    *("drop_last", "reduction", "loss_logging", "init", "normalization", "standardize", "amsgrad", "label_noise"),
    "corrupt_batch",
]


def case(scenario: str, kind: EventKind = EventKind.SPIKE, start: int = 300, **settings) -> Case:
    made = all_scenarios()[scenario]
    resolved = made.resolved({})
    event = Event("loss/x/0", kind, "loss", start, start + 10, start + 10, Severity.WARNING, 0.9)
    knobs = {s.key: s for s in made.settings}
    return Case(scenario, event, knobs, resolved, resolved | settings, samples=200, gradient_norm=2.0)


OWN_KEYS = ["momentum", "weight_decay", "dropout", "batch_norm", "precision", "hold_lr"]  # of brought trainings


def test_there_are_the_factors_of_the_contract_in_the_order_that_decides_ties():
    assert list(all_factors()) == KEYS + OWN_KEYS
    assert len({make.rank for make in all_factors().values()}) == len(KEYS + OWN_KEYS)


def test_demos_are_tried_with_the_factors_that_they_always_had():
    known = all_factors()
    assert [name for name in known if not known[name].only_brought] == KEYS
    found = trial(case("late-rise", dropout=0.5, momentum=0.9))
    assert set(found.interventions) | set(found.reasons) == set(KEYS)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("scenario", sorted(all_scenarios()))
def test_a_factor_either_says_why_it_does_not_apply_or_changes_something_legal(name, scenario):
    factor, here = all_factors()[name](), case(scenario)
    reason = factor.applies_to(here)
    if reason is not None:
        assert reason
        return
    change = factor.intervention(here)
    assert change.factor == name
    assert change.settings or change.skipped
    for key, value in change.settings.items():
        assert here.knobs[key].check(value) == value
        assert here.settings[key] != value


@pytest.mark.parametrize("name", KEYS)
def test_a_factor_says_what_it_would_show(name):
    assert all_factors()[name].would_show


def test_no_factor_needs_torch_to_be_listed():
    code = (
        "import sys; from engine.experiments.factors.base import all_factors; all_factors();"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "key,before,after",
    [
        ("lr", 3e-3, 3e-2),
        ("beta2", 0.999, 0.5),
        ("eps", 1e-8, 0.0),
        ("clip_norm", 0.1, "off"),
        ("shuffle", True, False),
    ],
)
def test_what_the_run_turned_is_undone(key, before, after):
    here = replace(case("late-rise", **{key: after}), changes=(Change(250, 249, key, before, after),))
    assert all_factors()[key]().intervention(here).settings == {key: before}


@pytest.mark.parametrize("key,value", [("label_noise", 0.3), ("corrupt_batch", True)])
def test_each_fault_has_the_factor_that_undoes_it(key, value):
    here = replace(
        case("late-rise", **{key: value}), changes=(Change(250, 249, key, case("late-rise").settings[key], value),)
    )
    factor = all_factors()[key]()
    assert factor.applies_to(here) is None
    assert factor.change(here) == {key: case("late-rise").settings[key]}
    assert all_factors()["skip_batches"]().applies_to(here) is not None


def test_a_departure_from_the_default_at_the_start_goes_back():
    here = case("kick-in", EventKind.STALLED, 0, init_std=0.002)
    assert all_factors()["init"]().intervention(here) == Intervention("init", {"init_std": 0.02}, from_start=True)


def test_a_mechanism_s_own_settings_are_no_departure():
    made = all_scenarios()["epoch-spikes"]
    resolved = made.resolved({"mechanism": "not_shuffled"})
    here = replace(case("epoch-spikes", EventKind.EPOCH_BOUNDARY, 0), settings=resolved, defaults=resolved)
    assert all_factors()["shuffle"]().change(here) == {"shuffle": True}
    assert all_factors()["loss_logging"]().applies_to(here) is not None


def test_smaller_eps_where_nothing_moves_and_larger_where_it_jumps():
    factor = all_factors()["eps"]()
    assert factor.change(case("kick-in", EventKind.KICK_IN))["eps"] < 1e-8
    assert factor.change(case("late-rise", EventKind.LATE_RISE))["eps"] > 1e-8
