"""A loss that is never a number, or whose NaN is logged as 0, has diverged from where that begins."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.commands.diagnose import Exit, exit_of, records
from engine.detectors.watch import Watch
from engine.events import EventKind, Severity
from engine.series import pair
from engine.table import MetricTable


def events(**columns):
    table = MetricTable()
    table.extend({name: np.asarray(values, float) for name, values in columns.items()})
    watch = Watch(table, pair([name for name in columns if "loss" in name]))
    watch.finish()
    return watch.listed


@pytest.mark.parametrize("rows", [2, 3, 12, 64, 700])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_series_without_any_finite_value_has_diverged_from_its_first_row(rows, value):
    (found,) = events(loss=np.full(rows, value))
    assert (found.kind, found.severity, found.start, found.end) == (
        EventKind.DIVERGED,
        Severity.CRITICAL,
        0,
        rows - 1,
    )
    assert found.raised == 0
    assert found.evidence["is_non_finite_throughout"] == 1


@pytest.mark.parametrize("leading", [1, 5, 40])
def test_values_missing_before_the_first_number_are_no_divergence(leading):
    loss = np.concatenate([np.full(leading, np.nan), np.linspace(2.0, 1.0, 80)])
    assert not [e for e in events(loss=loss) if e.kind is EventKind.DIVERGED]


def test_a_divergence_after_leading_gaps_starts_where_the_numbers_end():
    loss = np.concatenate([np.full(3, np.nan), np.linspace(2.0, 1.0, 30), np.full(20, np.nan)])
    (found,) = [e for e in events(loss=loss) if e.kind is EventKind.DIVERGED]
    assert found.start == 33
    assert "is_non_finite_throughout" not in found.evidence


def test_every_series_that_is_no_number_is_said_by_itself():
    found = events(loss=np.full(12, np.nan), val_loss=np.full(12, np.nan))
    assert [(e.series, e.kind) for e in found] == [("loss", EventKind.DIVERGED), ("val_loss", EventKind.DIVERGED)]


@pytest.mark.parametrize("before", [0, 1, 4, 30])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_zero_beside_a_gradient_norm_that_is_no_number_is_a_nan_logged_as_zero(before, bad):
    loss = np.concatenate([np.linspace(3.0, 2.5, before), np.zeros(24)])
    norm = np.concatenate([np.full(before, 1.3), np.full(24, bad)])
    (found,) = [e for e in events(loss=loss, grad_norm=norm) if e.severity is not Severity.INFO]
    assert (found.kind, found.severity, found.start) == (EventKind.DIVERGED, Severity.CRITICAL, before)


def test_zero_beside_a_small_gradient_is_a_solved_task():
    rng = np.random.default_rng(0)
    loss = np.maximum(np.exp(-np.arange(200) / 10.0) * (1 + 0.02 * rng.standard_normal(200)), 0)
    loss[120:] = 0.0
    assert not [e for e in events(loss=loss, grad_norm=loss) if e.kind is EventKind.DIVERGED]


CSV = "epoch,loss,val_loss\n" + "".join(f"{i},nan,nan\n" for i in range(1, 9))
JSON_LINES = "".join(f'{{"step": {i}, "loss": NaN, "val_loss": NaN}}\n' for i in range(1, 9))
TRAINER = json.dumps({"log_history": [{"step": i, "loss": 0.0, "grad_norm": float("nan")} for i in range(1, 9)]})
TEXT = "".join(f"Epoch {i}, loss: nan, val_loss: nan\n" for i in range(1, 9))
DICTS = "".join(f"{{'loss': 0.0, 'grad_norm': nan, 'epoch': {i}}}\n" for i in range(1, 9))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", CSV),
        ("log.tsv", CSV.replace(",", "\t")),
        ("log.jsonl", JSON_LINES),
        ("trainer_state.json", TRAINER),
        ("train.log", TEXT),
        ("out.log", DICTS),
    ],
)
def test_every_format_answers_with_exit_code_one(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    found = list(records(str(path)))
    assert found
    for record in found:
        assert record["verdict"] == "problem", record["series"]
        assert [(e["kind"], e["severity"]) for e in record["events"]] == [("diverged", "critical")]
        assert exit_of(record) is Exit.FOUND
