"""What a judge finds too doubtful to claim is a remark, and never an event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.commands.diagnose import found_in, text_lines
from engine.detectors.claims import proposals
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import judges
from engine.detectors.hindsight import Hindsight
from engine.detectors.scales import MOST_LISTED
from engine.detectors.stream.curve import Curve
from engine.detectors.watch import Watch
from engine.events import EventKind, Severity
from engine.series import LossSeries
from engine.table import MetricTable

ROWS, AT = 400, 200


def bumped(*heights: float, columns: tuple[str, ...] = ()) -> MetricTable:
    """A falling loss with peaks of these heights, the first at `AT`."""
    rng = np.random.default_rng(3)
    loss = 0.2 + np.exp(-np.arange(ROWS) / 60) + 0.004 * rng.standard_normal(ROWS)
    for place, height in enumerate(heights):
        loss[AT + 50 * place : AT + 50 * place + 2] += height
    table = MetricTable()
    table.extend({"step": np.arange(ROWS, dtype=float), "loss": loss, **dict.fromkeys(columns, np.ones(ROWS))})
    return table


def watched(table: MetricTable) -> Watch:
    watch = Watch(table, [LossSeries("loss")], "step")
    watch.finish()
    return watch


@pytest.fixture
def doubting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Judges who accept nothing, and find everything worth a remark that they find at all likely."""
    strict = {name: replace(judge, threshold=1.1, perhaps=0.1) for name, judge in judges().items()}
    monkeypatch.setattr(proposals, "judges", lambda: strict)
    yield


def test_what_is_doubtful_is_a_remark_and_no_event(doubting: None) -> None:
    watch = watched(bumped(0.02))
    assert watch.listed == ()
    (remark,) = watch.perhaps
    assert (remark.kind, remark.about, remark.series) == ("perhaps", EventKind.SPIKE.value, "loss")
    assert abs(remark.start - AT) <= 1
    assert 0 < remark.confidence < 1


def test_beside_an_event_nothing_is_doubtful(doubting: None) -> None:
    watch = watched(bumped(3.0))
    assert [event.kind for event in watch.listed] == [EventKind.SPIKE]
    assert all(abs(remark.start - AT) > 0.05 * ROWS for remark in watch.perhaps)


def test_nothing_is_doubtful_in_a_policys_loss(doubting: None) -> None:
    assert watched(bumped(0.02, columns=("reward",))).perhaps == ()


def test_of_many_doubtful_ones_the_likeliest_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Doubting(Hindsight):
        name, kinds = "doubting", (EventKind.SPIKE,)

        def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
            self.doubtful_claims = tuple(
                Claim(EventKind.SPIKE, 30 * i, 30 * i, Severity.INFO, i / 20, {}) for i in range(13)
            )
            return ()

    watch = Watch(bumped(), [LossSeries("loss")], "step", [Doubting])
    watch.finish()
    assert [remark.start for remark in watch.perhaps] == [30 * i for i in range(13 - MOST_LISTED, 13)]


@pytest.mark.parametrize(("start", "end", "is_said"), [(150, 399, False), (100, 260, False), (260, 290, True)])
def test_a_doubtful_stretch_that_an_event_covers_is_not_said_again(start: int, end: int, is_said: bool) -> None:
    class Sure(Hindsight):
        name, kinds = "sure", (EventKind.OVERFITTING, EventKind.LATE_RISE)

        def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
            self.doubtful_claims = (Claim(EventKind.LATE_RISE, start, end, Severity.INFO, 0.3, {}),)
            return (Claim(EventKind.OVERFITTING, 120, 399, Severity.WARNING, 0.9, {}),)

    watch = Watch(bumped(), [LossSeries("loss")], "step", [Sure])
    watch.finish()
    assert [event.start for event in watch.listed] == [120]
    assert bool(watch.perhaps) is is_said


def test_the_record_says_it_as_a_remark_and_the_verdict_stays(doubting: None, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    table = bumped(0.02)
    rows = np.c_[table.values("step"), table.values("loss")]
    np.savetxt(path, rows, delimiter=",", header="step,loss", comments="", fmt="%.6g")
    (record,) = found_in(str(path))
    assert (record["verdict"], record["events"]) == ("healthy", [])
    (remark,) = [one for one in record["remarks"] if one["remark"] == "perhaps"]
    assert set(remark) == {"remark", "start", "end", "confidence", "text", "kind"}
    assert remark["kind"] == "spike"
    assert remark["text"].startswith("Perhaps “Spike”, step 20")
    json.dumps(record)
    assert any("Perhaps “Spike”" in line for line in text_lines(record))
