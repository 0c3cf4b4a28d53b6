"""The law: however the rows arrive, the final events are equal, `raised` included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detectors.base import Detector
from engine.detectors.stream.blocks import Block, Cutter
from engine.detectors.watch import Watch, all_detectors
from engine.events import EventKind, Severity
from engine.series import pair
from engine.table import MetricTable, Sparse
from tests.engine.detectors.curves import CURVES


def _columns(curve, seed, restart):
    rng = np.random.default_rng(seed)
    loss = curve()
    if rng.random() < 0.5:
        loss[rng.integers(10, len(loss))] *= 8
    step = np.arange(len(loss), dtype=float)
    if restart:
        step[len(loss) // 2 :] -= len(loss) // 2
    return {"step": step, "loss": loss, "val_loss": np.abs(loss[::-1]) + 0.1}


def _watch(table, detectors=None):
    return Watch(table, pair([name for name in table.columns if "loss" in name]), "step", detectors)


def _at_once(columns, detectors=None):
    table = MetricTable()
    table.extend(columns)
    watch = _watch(table, detectors)
    watch.finish()
    return watch.events


def _bit_by_bit(columns, sizes, detectors=None):
    table = MetricTable()
    table.extend({name: values[:0] for name, values in columns.items()})
    watch, at, n = _watch(table, detectors), 0, len(columns["step"])
    while at < n:
        size = sizes[at % len(sizes)]
        table.extend({name: values[at : at + size] for name, values in columns.items()})
        at += size
        watch.advance()
    watch.finish()
    return watch.events


def _example(detector):
    columns = {name: np.asarray(values, float) for name, values in detector.example().items()}
    return {"step": np.arange(len(columns["loss"]), dtype=float), **columns}


@settings(max_examples=25)
@given(st.sampled_from(CURVES), st.integers(0, 99), st.booleans(), st.lists(st.integers(1, 300), min_size=1))
def test_events_do_not_depend_on_how_many_rows_arrive_at_once(curve, seed, restart, sizes):
    columns = _columns(curve, seed, restart)
    assert [repr(e) for e in _bit_by_bit(columns, sizes)] == [repr(e) for e in _at_once(columns)]


@pytest.mark.parametrize("detector", all_detectors().values(), ids=list(all_detectors()))
def test_a_detector_reports_each_of_its_kinds_on_its_example_and_nothing_else(detector):
    said = _at_once(_example(detector), [detector])
    assert {e.kind for e in said} == set(detector.kinds)
    assert all(e.detector == detector.name for e in said)


@pytest.mark.parametrize("sizes", [[1], [64, 7, 1, 200]], ids=["row by row", "in pieces"])
@pytest.mark.parametrize("example", all_detectors().values(), ids=list(all_detectors()))
def test_how_the_rows_of_any_example_arrive_changes_no_detector(example, sizes):
    columns = _example(example)
    said = _at_once(columns)
    assert said
    assert [repr(e) for e in _bit_by_bit(columns, sizes)] == [repr(e) for e in said]


class Ahead(Detector):
    """A toy that breaks the law: past the view of a block it reads whatever the table holds already."""

    name = "ahead"
    kinds = (EventKind.STALLED,)
    about = "a toy"

    @staticmethod
    def example():
        return {"loss": np.concatenate([np.ones(50), -np.ones(50)])}

    def read(self, block: Block) -> None:
        below = np.flatnonzero(self.seen(block) < 0)
        if len(below) and not self.events:
            self.report(EventKind.STALLED, int(below[0]), int(below[-1]), Severity.INFO, 0.5, {})

    @staticmethod
    def seen(block: Block) -> np.ndarray:
        return block.table._table.values("loss")


class Curious(Ahead):
    """The same by what a block offers."""

    name = "curious"

    @staticmethod
    def seen(block: Block) -> np.ndarray:
        return block.table.values("loss", 0, 10**6)


def test_a_detector_that_looks_ahead_is_caught_on_its_own_example():
    columns = _example(Ahead)
    said = _at_once(columns, [Ahead])
    assert {e.kind for e in said} == set(Ahead.kinds)
    assert [repr(e) for e in _bit_by_bit(columns, [1], [Ahead])] != [repr(e) for e in said]


def test_a_block_hides_what_lies_behind_it():
    table = MetricTable()
    table.extend({**_example(Curious), "later": Sparse(np.arange(70, 100), np.ones(30))}, rows=100)
    for block in Cutter(table, "loss", "step").blocks(is_final=True):
        view, shown = block.table, block.last_row + 1
        assert len(view) == shown
        assert view.series("loss", 0, 10**6).rows.max() == view.series("loss").rows.max() == block.last_row
        assert len(view.values("later", 0, 10**6)) == len(view.series("later")) == max(0, shown - 70)
        assert ("later" in view) == ("later" in view.columns) == (shown > 70)


def test_a_detector_that_reads_all_it_is_shown_says_the_same_however_rows_arrive():
    (event,) = _at_once(_example(Curious), [Curious])
    assert (event.start, event.raised) == (50, 50)
    said = _bit_by_bit(_example(Curious), [1], [Curious])
    assert [repr(e) for e in said] == [repr(event)]


@pytest.mark.parametrize("curve", CURVES)
def test_no_event_is_said_before_it_starts(curve):
    table = MetricTable()
    table.extend(_columns(curve, 1, False))
    watch = _watch(table)
    watch.finish()
    assert all(e.start <= e.raised < len(table) and e.start <= e.end < len(table) for e in watch.events)


@pytest.mark.parametrize("step", [1, 3, 40])
def test_blocks_are_the_same_however_little_is_looked_at_at_once(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a block's points lie further apart than what is looked at, and where steps start again."""
    table = MetricTable()
    rows = np.arange(0, 5000, step)
    clock = np.concatenate([np.arange(2111.0), np.arange(2889.0)])
    table.extend({"step": clock, "loss": Sparse(rows, np.sqrt(rows))}, 5000)

    def cut() -> list[tuple]:
        blocks = Cutter(table, "loss", "step").blocks(is_final=True)
        return [(b.first, b.since, b.restarted, b.rows.tolist(), b.values.tolist()) for b in blocks]

    whole = cut()
    monkeypatch.setattr("engine.detectors.stream.blocks.SPAN_ROWS", 7)
    assert cut() == whole
    assert sum(len(block[3]) for block in whole) == len(rows)
