"""Runs judged in processes get what they get here, whatever becomes of a process."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.detectors.watch import all_detectors
from engine.events import Event, EventKind, Severity
from engine.judging import AT_ONCE, FEWEST, LONGEST, judge, judge_all
from engine.remarks import Remark
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable


def run_of(columns: dict[str, np.ndarray], name: str) -> Run:
    table = MetricTable()
    table.extend(columns)
    series = tuple(LossSeries(each) for each in columns if "loss" in each)
    return Run(name, table, series, Origin(OriginKind.LOG, Path(name)))


def examples() -> list[Run]:
    """What each detector is to find, and a few that are quiet."""
    found = [run_of(detector.example(), name) for name, detector in all_detectors().items()]
    rng = np.random.default_rng(0)
    quiet = [{"loss": 1 / (1 + np.arange(60.0)) + 0.01 * rng.standard_normal(60)} for _ in range(FEWEST + AT_ONCE)]
    return [*found, *(run_of(columns, f"quiet {place}") for place, columns in enumerate(quiet))]


def by_name(runs: list[Run], is_cancelled: Callable[[], bool] = lambda: False) -> dict[str, str]:
    """As texts, since evidence may be NaN."""
    return {run.name: repr(found) for run, found in judge_all(runs, is_cancelled)}


def test_many_runs_are_judged_in_processes_as_they_are_here() -> None:
    runs = examples()
    found = by_name(runs)
    here = {run.name: judge(run) for run in runs}
    assert found == {name: repr(judged) for name, judged in here.items()}
    assert sum(len(judged.events) for judged in here.values()) >= 10


@pytest.mark.skipif(os.name == "nt", reason="processes are ended otherwise there")
def test_a_process_that_dies_costs_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.experiments.executors import LocalProcesses

    runs, made = examples(), []
    submit = LocalProcesses.submit

    def ending(self: LocalProcesses, work, job):
        future = submit(self, work, job)
        if not made:
            made.append(self)
            until = time.monotonic() + 30
            while not self.process_ids and time.monotonic() < until:
                time.sleep(0.01)
            os.kill(self.process_ids[0], signal.SIGKILL)
        return future

    monkeypatch.setattr(LocalProcesses, "submit", ending)
    assert by_name(runs).keys() == {run.name for run in runs} and made


def test_where_no_process_lives_they_are_judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.experiments.executors import Forks, ForksLost

    def dying(*_call):
        raise ForksLost("they died")
        yield

    monkeypatch.setattr(Forks, "results", dying)
    runs = examples()
    assert by_name(runs) == {run.name: repr(judge(run)) for run in runs}


class Broken(Run):
    """A run that cannot be judged."""

    @property
    def judged_from(self) -> int:
        raise ArithmeticError("broken")


def test_an_error_in_a_process_is_met_again_here() -> None:
    runs = examples()
    runs[3].__class__ = Broken
    with pytest.raises(ArithmeticError, match="broken"):
        list(judge_all(runs))


def test_few_and_long_runs_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.experiments.executors import LocalProcesses

    monkeypatch.setattr(LocalProcesses, "submit", lambda *_call: pytest.fail("a process was started"))
    assert len(by_name(examples()[: FEWEST - 1])) == FEWEST - 1
    long = run_of({"loss": np.linspace(2.0, 1.0, LONGEST + 1)}, "long")
    stopped = iter([False, True])
    assert len(by_name([long, *examples()], is_cancelled=lambda: next(stopped))) == 1


def test_a_cancelled_judgement_ends() -> None:
    assert by_name(examples(), is_cancelled=lambda: True) == {}


EVENT = Event("a", EventKind.SPIKE, "loss", 1, 2, 3, Severity.INFO, 0.5, {"height": float("nan")}, absorbed_by="b")  # type: ignore[arg-type]


@pytest.mark.parametrize("one", [EVENT, Remark("perhaps", "loss", 1, 2, 0.5, {"height": 2.0}, "spike")])
def test_events_and_remarks_cross_to_another_process_and_stay_as_they_are(one: Event | Remark) -> None:
    there = pickle.loads(pickle.dumps(one))
    assert repr(there) == repr(one)
    with pytest.raises(TypeError):
        (there.evidence if isinstance(there, Event) else there.numbers)["more"] = 1.0  # type: ignore[index]
