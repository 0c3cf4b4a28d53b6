"""The recorded curves of the start page are those of the demos as they are."""

from __future__ import annotations

import json

import pytest

from engine.events import EventKind, Severity
from engine.resources import resource
from engine.scenarios.base import all_scenarios
from engine.training.session import TrainingSession
from gui.runs.start.samples import samples
from tools.recordings import POINTS, recorded_sample

RECORDED = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(resource("demos").glob("*.json"))}


SAMPLES = {path.stem: json.loads(path.with_suffix(".json").read_text("utf-8")) for path in samples()}


def test_each_sample_is_recorded_as_it_is() -> None:
    assert SAMPLES
    for path in samples():
        assert recorded_sample(path) == SAMPLES[path.stem]


def test_each_demo_is_recorded() -> None:
    assert set(RECORDED) == set(all_scenarios())


@pytest.mark.parametrize("name", RECORDED)
def test_a_record_is_a_curve_with_its_event(name: str) -> None:
    record = RECORDED[name]
    assert len(record["x"]) == len(record["y"]) > 50
    assert record["x"] == sorted(record["x"])
    assert all(y is None or y >= 0 for y in record["y"])
    if record["event"] is not None:
        assert EventKind(record["event"]["kind"]) in all_scenarios()[name].shows
        assert list(Severity).count(record["event"]["severity"]) == 1
        assert 0 <= record["event"]["start"] <= record["event"]["end"] <= 1


@pytest.mark.parametrize("name", RECORDED)
def test_the_demo_still_begins_as_it_was_recorded(name: str) -> None:
    session, record = TrainingSession(name, 0, probes="none"), RECORDED[name]
    for _step in range(max(record["steps"] // (POINTS // 2), 1) + 1):
        next(session)
    losses = session.run.table.values(session.run.series[0].name)
    assert any(loss == pytest.approx(record["y"][0], rel=1e-3) for loss in losses)
