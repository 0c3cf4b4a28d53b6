"""A first row of one mini-batch above rows that are sums is no overshoot; steps that are too large are one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from main import main

FAULTS = {"overshoot", "late_rise", "diverged", "spike"}
NAMES = (("LOSS TOK2VEC", "LOSS NER"), ("LOSS TAGGER",), ("LOSS TRANS...", "LOSS PARSER", "LOSS NER"))


def diagnosed(capsys: pytest.CaptureFixture[str], log: Path) -> list[dict[str, Any]]:
    main(["diagnose", "--json", str(log)])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]


def claimed(records: list[dict[str, Any]]) -> set[str]:
    """The kinds of claims without remarks."""
    return {e["kind"] for r in records for e in r["events"] if e["severity"] in ("warning", "critical")}


def table(names: tuple[str, ...], at: Any, losses: Any, scores: Any) -> str:
    """A table as spaCy prints it."""
    heads = ["E", "#", *names, "ENTS_F", "SCORE"]
    widths = [3, 7, *(max(12, len(name)) for name in names), 6, 6]
    rows = [
        [str(i // 4), str(step), *(f"{v:.2f}" for v in row), f"{score:.2f}", f"{score / 100:.2f}"]
        for i, (step, row, score) in enumerate(zip(at, losses, scores, strict=True))
    ]
    lines = [[head.ljust(width) for head, width in zip(heads, widths, strict=True)], ["-" * width for width in widths]]
    lines += [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return "".join("  ".join(line) + "\n" for line in lines)


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_sums_below_a_row_of_one_batch_are_no_overshoot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, names: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(seed)
    n, every = int(rng.integers(8, 40)), int(rng.choice([20, 50, 100, 200, 1000]))
    fall = np.exp(-np.arange(n) / n * rng.uniform(1, 3))
    losses = rng.uniform(1, 60, len(names)) * (fall * every * (1 + 0.03 * rng.standard_normal(n)))[:, None]
    losses[0] /= every
    scores = 90 * (1 - np.exp(-np.arange(n) / 3))
    log = tmp_path / "a.log"
    log.write_text(table(names, np.arange(n) * every, losses, scores))
    records = diagnosed(capsys, log)
    assert {r["series"] for r in records} == set(names)
    assert not FAULTS & claimed(records)
    assert {w["count"] for w in records[0]["warnings"] if w["what"] == "first_row_apart"} == {every}


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_grows_while_the_score_falls_has_overshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    n, every = 24, 100
    losses = 2.0 * rng.uniform(20, 60) * np.exp(-np.arange(n) / 8)
    losses[0] = 2.0
    scores = np.concatenate([[30.0], np.linspace(2, 60, n - 1)])
    log = tmp_path / "a.log"
    log.write_text(table(NAMES[1], np.arange(n) * every, losses[:, None], scores))
    assert FAULTS & claimed(diagnosed(capsys, log))


@pytest.mark.parametrize("every", [1, 5])
def test_a_loss_that_grows_within_a_few_steps_has_overshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], every: int
) -> None:
    n = 60
    losses = 2.0 * 6 * np.exp(-np.arange(n) / 20)
    losses[0] = 2.0
    rows = [f"{i * every},{v:.4f},{i / n:.3f}\n" for i, v in enumerate(losses)]
    (tmp_path / "a.csv").write_text("step,loss,accuracy\n" + "".join(rows))
    assert "overshoot" in claimed(diagnosed(capsys, tmp_path / "a.csv"))


def test_what_rises_after_the_first_row_is_still_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    n, every = 40, 100
    losses = 300.0 * np.exp(-np.arange(n) / 10.0) + 20
    losses[0] = 3.2
    losses[25:] *= 40
    scores = np.concatenate([90 * (1 - np.exp(-np.arange(25) / 3)), np.full(n - 25, 3.0)])
    log = tmp_path / "a.log"
    log.write_text(table(NAMES[1], np.arange(n) * every, losses[:, None], scores))
    (record,) = diagnosed(capsys, log)
    assert [w["what"] for w in record["warnings"]] == ["first_row_apart"]
    assert {e["start"] for e in record["events"] if e["kind"] in FAULTS} in ({2400}, {2500})
