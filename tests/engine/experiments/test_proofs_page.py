"""The page of proofs agrees with the stored objects."""

from __future__ import annotations

from engine.experiments.case import PLACEBO
from engine.experiments.executors import InThread
from engine.experiments.reference import record
from tests.engine.experiments.test_proof import drained
from tools.pages.proofs.harmless import HarmlessExperiment
from tools.pages.proofs.injected import CASES, merged, words
from tools.pages.proofs.page import harmless, injected, verdicts


def kept(call: list[str], top: str | None, kind: str | None = "diverged") -> dict:
    arms = [{"factor": top or PLACEBO, "clean": 12, "forks": 12, "p": 1e-6 if top else None}]
    event = {"kind": kind, "start": 2} if kind else None
    return {"call": call, "proof": {"event": event, "top": top, "arms": arms, "seconds": 3.0}, "cpu": 8.0}


def test_what_agrees_with_earlier_measurements_is_counted():
    page = verdicts([kept(["explosion", "--seed", "10"], "lr"), kept(["kick-in", "--seed", "10"], "lr")])
    assert "| explosion | 10 | diverged, 2 | lr | lr 12/12 | 1e-06 | 4 | yes |" in page
    assert "As measured before: 1 of 2" in page


def test_an_injected_factor_counts_only_when_it_is_the_one_named_and_twins_apart():
    first, second = CASES[0], CASES[3]
    made = [kept([c.scenario, "--seed", str(c.seed), *words(*merged(c))], "lr") for c in (first, second)]
    twin = kept([first.scenario, "--seed", str(first.seed)], None, None)
    page = injected([*made, twin])
    assert "named in 1 of 2." in page
    assert "runs with nothing broken 0 blame a factor" in page


def test_a_harmless_factor_that_is_named_is_a_false_alarm():
    rows = [
        {"cells": ["late-rise", seed, 500, "3/12", "5/12 (p = 1)", top]} for seed, top in ((20, "nothing"), (21, "n"))
    ]
    assert "Blamed: 1 of 2." in harmless(rows)


def test_factors_that_change_nothing_have_nudges_of_their_own_and_are_not_blamed():
    reference = drained(record("explosion", 2))[1]
    experiment = HarmlessExperiment(reference, 600.0)
    with InThread() as backend:
        drained(experiment.run(backend))
    proof = experiment.proof()
    assert proof.top is None
    assert sum(arm.forks for arm in proof.arms) > 6
    assert sum(arm.clean for arm in proof.arms) == 0
    assert len({arm.factor for arm in proof.arms}) == 7
