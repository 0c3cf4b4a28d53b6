"""The law: however the rows arrive, the final events are equal, `raised` included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detectors.stream.blocks import Cutter
from engine.detectors.watch import Watch
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


def _watch(table):
    return Watch(table, pair(["loss", "val_loss"]), "step")


@settings(max_examples=25)
@given(st.sampled_from(CURVES), st.integers(0, 99), st.booleans(), st.lists(st.integers(1, 300), min_size=1))
def test_events_do_not_depend_on_how_many_rows_arrive_at_once(curve, seed, restart, sizes):
    columns = _columns(curve, seed, restart)
    whole = MetricTable()
    whole.extend(columns)
    at_once = _watch(whole)
    at_once.finish()
    table = MetricTable()
    watch, at, n = _watch(table), 0, len(columns["step"])
    while at < n:
        size = sizes[at % len(sizes)]
        table.extend({name: values[at : at + size] for name, values in columns.items()})
        at += size
        watch.advance()
    watch.finish()
    assert [repr(e) for e in watch.events] == [repr(e) for e in at_once.events]


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
