"""The whole experiment on the cheapest scenario, and its messages if something is missing."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.commands.base import CommandError, Exit
from engine.commands.prove import Prove
from engine.events import EventKind
from engine.experiments import remedy
from engine.experiments.case import PLACEBO
from engine.experiments.executors import InThread, LocalProcesses
from engine.experiments.proof import Proof, prove
from engine.experiments.records import Control, Controlled, Ended, Forked, Rewound, Verdict
from engine.experiments.reference import CannotProve, Reference, from_run, record
from engine.experiments.statistics import LOOK_ALPHA
from engine.experiments.wording import rewound_text, verdict_text
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from engine.training.rewinding import CheckpointRing
from engine.training.session import TrainingSession

BREAK = 200


def drained(course: Generator) -> tuple[list, object]:
    records = []
    while True:
        try:
            records.append(next(course))
        except StopIteration as end:
            return records, end.value


def proven(reference: Reference, **more) -> tuple[list, Proof]:
    with InThread() as backend:
        return drained(prove(reference, backend=backend, **more))


@pytest.fixture(scope="module")
def reference() -> Reference:
    return drained(record("explosion", seed=2))[1]


@pytest.fixture(scope="module")
def broken_later() -> Reference:
    """Healthy at a tenth of the rate, until the rate is turned up on purpose."""
    return drained(record("explosion", 2, {"lr": 1e-4}, {BREAK: {"lr": 1e-3}}))[1]


@pytest.fixture(scope="module")
def course(reference) -> tuple[list, Proof]:
    return proven(reference)


def test_a_rate_beyond_the_limit_is_proven_to_be_the_cause(course):
    _records, proof = course
    assert (proof.verdict, proof.top, proof.control) == (Verdict.CAUSE, "lr", Control.REPRODUCED)
    assert proof.top_arm is not None
    assert proof.top_arm.clean == proof.top_arm.forks >= 3
    assert proof.top_arm.placebo.clean == 0 < 3 <= proof.top_arm.placebo.forks
    assert proof.top_arm.p is not None
    assert proof.top_arm.p <= LOOK_ALPHA
    assert "not the only possible cause" in verdict_text(proof)


def test_every_factor_is_counted_against_as_many_placebo_forks(course):
    """Less what is saved of one that none of its first forks left clean."""
    arms = course[1].arms
    placebo = {(arm.stage, arm.distance): arm.forks for arm in arms if arm.is_placebo}
    for arm in arms:
        if not arm.is_placebo and (arm.stage, arm.distance) in placebo:
            more = placebo[arm.stage, arm.distance] - arm.forks
            assert more == 0 or (arm.clean == 0 and arm.forks >= 1)


def test_the_records_tell_each_fork_once(course):
    records, proof = course
    ids = [r.id for r in records if isinstance(r, Forked)]
    assert len(ids) == len(set(ids))
    listed = {(arm.factor, arm.distance): arm for arm in proof.arms}
    last = {(r.factor, r.distance): r.arm for r in records if isinstance(r, Forked)}
    assert all(last[key].forks == arm.forks for key, arm in listed.items())


def test_the_critical_rate_is_found_near_two_over_the_curvature(course):
    numbers = next(f.numbers for f in course[1].findings if f.name == "critical_rate")
    middle = np.sqrt(numbers["low"] * numbers["high"])
    assert middle == pytest.approx(2 / numbers["sharpness"], rel=0.08)  # batches of 16 tolerate 1.02 to 1.04 times it


def test_the_same_proof_twice_has_the_same_counts(reference, course):
    again = proven(reference)[1]
    counts = [[(a.factor, a.distance, a.clean, a.forks, a.p) for a in proof.arms] for proof in (course[1], again)]
    assert counts[0] == counts[1]


def test_how_long_anything_takes_changes_no_count(broken_later, monkeypatch):
    """A clock that runs a thousand times as fast is a machine that is a thousand times as busy."""
    counts = []
    for speed in (1.0, 1000.0):
        began = time.monotonic()
        busy = lambda now=time.monotonic, speed=speed, began=began: began + speed * (now() - began)
        monkeypatch.setattr("engine.experiments.proof.time", SimpleNamespace(monotonic=busy))
        monkeypatch.setattr("engine.experiments.forks.time", SimpleNamespace(perf_counter=busy))
        counts.append(_counts(proven(broken_later, factors=["lr", "clip_norm", "skip_batches"])[1]))
    assert counts[0] == counts[1]


def test_an_experiment_that_rests_between_two_records_ends_as_if_it_had_not(broken_later):
    with InThread() as backend:
        course = prove(broken_later, factors=["lr"], backend=backend)
        records = [next(course) for _record in range(3)]
        time.sleep(0.3)
        more, proof = drained(course)
    whole = proven(broken_later, factors=["lr"])[1]
    assert len(records) == 3
    assert more
    assert _counts(proof) == _counts(whole)


def test_what_was_turned_during_the_run_is_found(broken_later):
    assert broken_later.onset == pytest.approx(BREAK, abs=3)
    proof = proven(broken_later)[1]
    assert (proof.verdict, proof.top) == (Verdict.CAUSE, "lr")
    assert proof.top_arm is not None
    assert proof.top_arm.setting == {"lr": 1e-4}


def test_without_a_checkpoint_old_enough_the_run_is_rebuilt_and_says_so(broken_later):
    bare = replace(broken_later, checkpoints=())
    records, proof = proven(bare, factors=["lr"])
    assert next(r for r in records if isinstance(r, Rewound)).is_rebuilt
    assert proof.control is Control.REPRODUCED
    assert proof.verdict is Verdict.CAUSE


def test_with_the_memory_for_checkpoints_used_up_the_counts_are_the_same_and_it_is_said(broken_later):
    ring = CheckpointRing(budget_bytes=1)
    for checkpoint in broken_later.checkpoints:
        ring.add(checkpoint)
    oldest = tuple(c for c in ring.kept if c.step < broken_later.onset - 100)
    assert [c.step for c in oldest] == [0]
    records, proof = proven(replace(broken_later, checkpoints=oldest), factors=["lr"])
    rewound = next(r for r in records if isinstance(r, Rewound))
    assert (rewound.is_rebuilt, rewound.retrained) == (False, min(step for step in rewound.steps if step))
    whole = proven(broken_later, factors=["lr"])[1]
    assert proof.control is Control.REPRODUCED
    assert [(a.factor, a.clean, a.forks, a.p) for a in proof.arms] == [
        (a.factor, a.clean, a.forks, a.p) for a in whole.arms
    ]


@pytest.mark.parametrize(
    "rebuilt,retrained,said", [(True, 9, "first step"), (False, 900, "900 steps"), (False, 90, "")]
)
def test_what_makes_the_way_back_long_is_said(rebuilt, retrained, said):
    text = rewound_text(Rewound((20,), (980,), rebuilt, retrained))
    assert said in text
    assert bool(text) is bool(said)


def test_an_event_in_the_first_steps_is_forked_from_the_very_beginning(reference, course):
    rewound = next(r for r in course[0] if isinstance(r, Rewound))
    assert reference.onset < 5
    assert rewound.steps[0] == 0


def test_a_run_that_does_not_repeat_proves_nothing(reference):
    columns = dict(reference.columns)
    columns["loss"] = columns["loss"].copy()
    columns["loss"][1] = np.nextafter(columns["loss"][1], np.inf)
    records, proof = proven(replace(reference, columns=columns))
    assert next(r for r in records if isinstance(r, Controlled)).differs_at == 2
    assert (proof.verdict, proof.ended) == (Verdict.INCONCLUSIVE, Ended.NOT_REPRODUCED)
    assert proof.control is Control.NOT_REPRODUCED
    assert "bit for bit" in verdict_text(proof)


def test_a_time_limit_is_said(reference):
    proof = proven(reference, limit_seconds=0.0)[1]
    assert (proof.verdict, proof.ended) == (Verdict.INCONCLUSIVE, Ended.BUDGET)
    assert "time limit" in verdict_text(proof)


def test_a_cancel_keeps_the_forks_that_finished(reference):
    seen: list[str] = []
    with InThread() as backend:
        course = prove(reference, backend=backend, is_cancelled=lambda: len(seen) >= 5)
        while True:
            try:
                made = next(course)
            except StopIteration as end:
                proof = end.value
                break
            seen += [made.id] if isinstance(made, Forked) else []
    assert proof.ended is Ended.CANCELLED
    assert sum(arm.forks for arm in proof.arms) == len(seen) >= 5


def test_a_killed_worker_changes_no_count(reference, course):
    killed = False
    with LocalProcesses(2) as backend:
        steps = prove(reference, backend=backend)
        while True:
            try:
                made = next(steps)
            except StopIteration as end:
                proof = end.value
                break
            if isinstance(made, Forked) and not killed:
                killed = True
                os.kill(backend.process_ids[0], signal.SIGKILL)
    assert killed
    assert proof.verdict is Verdict.CAUSE
    assert _counts(proof) == _counts(course[1])


def _counts(proof: Proof) -> list[tuple[str, int, int, int]]:
    return [(a.factor, a.distance, a.clean, a.forks) for a in proof.arms]


def test_a_run_that_still_trains_is_proven_and_goes_on_as_if_nothing_had_been():
    session = TrainingSession("explosion", 2)
    ring = CheckpointRing()
    while session.step < 40:
        ring.add(session.checkpoint())
        next(session)
    twin = TrainingSession.resume(session.checkpoint())
    proof = proven(from_run(session.run, ring, EventKind.DIVERGED, session.samples), factors=["lr"])[1]
    assert proof.verdict is Verdict.CAUSE
    next(session)
    next(twin)
    assert session.run.table.values("loss")[-1] == twin.run.table.values("loss")[-1]


def test_a_log_cannot_be_rewound():
    table = MetricTable()
    table.extend({"loss": np.array([1.0, 2.0, np.nan])})
    run = Run("log", table, (LossSeries("loss"),), Origin(OriginKind.LOG, path=Path("x.csv")))
    with pytest.raises(CannotProve, match="log"):
        from_run(run, None, None, 0)


def test_a_run_without_the_event_says_so():
    with pytest.raises(CannotProve, match="kick_in"):
        drained(record("explosion", 2, {"lr": 1e-4, "epochs": 1}, kind=EventKind.KICK_IN))


def test_an_unknown_factor_is_refused(reference):
    with pytest.raises(CannotProve, match="'gravity'"):
        proven(reference, factors=["gravity"])


def test_a_factor_that_does_not_apply_leaves_nothing_to_try(reference):
    proof = proven(reference, factors=["amsgrad"])[1]
    assert (proof.verdict, proof.ended) == (Verdict.INCONCLUSIVE, Ended.NO_FACTOR)
    assert proof.reasons["amsgrad"]


def test_the_remedy_goes_on_from_where_its_forks_began(broken_later):
    proof = proven(broken_later, factors=["lr"])[1]
    assert proof.top_arm is not None
    session = remedy.apply(proof, proof.top_arm)
    assert session.step == broken_later.onset - proof.top_arm.distance
    while session.step < 400:
        next(session)
    assert session.settings["lr"] == 1e-4
    assert np.isfinite(session.run.table.values("loss")).all()


def test_a_fresh_run_has_the_remedy_from_its_first_step(course):
    session = remedy.fresh(course[1], course[1].top_arm)
    assert session.step == 0
    assert session.settings["lr"] == pytest.approx(1e-3 / 3)


@pytest.fixture
def command(capsys):
    from argparse import ArgumentParser

    def call(*words: str) -> tuple[int, dict]:
        parser = ArgumentParser()
        Prove().arguments(parser)
        code = Prove().run(parser.parse_args(list(words)))
        return code, json.loads(capsys.readouterr().out)

    return call


def test_the_command_prints_the_object_that_other_programs_read(command):
    code, found = command("explosion", "--seed", "2", "--factors", "lr", "--cured", "--json")
    assert code == Exit.CLEAN
    known = ["scenario", "seed", "event", "control", "arms", "verdict", "claim", "top", "cured", "seconds"]
    assert list(found) == known
    assert found["claim"] == "experiment"
    assert found["control"] == "reproduced"
    assert (found["verdict"], found["top"]) == ("cause", "lr")
    assert {arm["factor"] for arm in found["arms"]} == {PLACEBO, "lr"}
    assert all(set(arm) == {"factor", "setting", "distance", "forks", "clean", "p"} for arm in found["arms"])
    assert found["cured"] == [{"factor": "lr", "seeds": 5, "clean": 5}]


def test_a_run_with_nothing_wrong_blames_nothing(command):
    code, found = command("explosion", "--set", "lr=1e-4", "--set", "epochs=2", "--json")
    assert code == Exit.CLEAN
    assert (found["event"], found["verdict"], found["top"]) == (None, "inconclusive", None)


def test_a_wrong_call_is_refused():
    from argparse import ArgumentParser

    parser = ArgumentParser()
    Prove().arguments(parser)
    with pytest.raises(CommandError):
        Prove().run(parser.parse_args(["explosion", "--set", "lr=fast"]))


def test_the_mechanism_is_the_switch_that_was_set_apart():
    reference = drained(record("healthy", 20, {"batch_size": 160, "reduction": "sum_over_nominal"}))[1]
    proof = proven(reference, forks=6, factors=["drop_last", "reduction"])[1]
    assert proof.top == "reduction"
    assert [finding.words["mechanism"] for finding in proof.findings] == ["reduction"]
