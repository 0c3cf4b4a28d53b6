"""The lab's runs as labelled series: what a fault made is named by how it looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tools.faultlab import HELD_OUT
from tools.faultlab.labels import export
from tools.faultlab.naming import named
from tools.faultlab.store import write_shard
from tools.judging.corpora import corpora

ROWS = 400


def falling(seed: int = 0) -> np.ndarray:
    noise = 0.005 * np.random.default_rng(seed).standard_normal(ROWS)
    return 0.2 + np.exp(-np.arange(ROWS) / 60) + noise


def label(face: str, onset: int) -> dict[str, Any]:
    return {"face": face, "onset": onset, "an_epoch": 50.0}


def raised(start: int, rows: int, height: float) -> np.ndarray:
    values = falling()
    values[start : start + rows] += height
    return values


@pytest.mark.parametrize(
    ("values", "face", "onset", "kind"),
    [
        (raised(200, 2, 1.0), "rise", 200, "spike"),
        (raised(200, 100, 0.6), "rise", 200, "overshoot"),
        (raised(200, 200, 4.0), "rise", 200, "diverged"),
        (np.where(np.arange(ROWS) < 200, falling(), np.nan), "lost", 200, "diverged"),
        (falling() + np.clip(np.arange(ROWS) - 200, 0, None) / 400, "rise", 200, "late_rise"),
        (2.0 + 0.1 * np.random.default_rng(0).standard_normal(ROWS), "slow", 0, "stalled"),
        (falling() + 0.4 * np.random.default_rng(1).standard_normal(ROWS), "noise", 0, "fluctuation"),
        (falling() - 0.1 * (np.arange(ROWS) // 50), "epoch", 49, "epoch_boundary"),
        (falling() + np.clip(np.arange(ROWS) - 200, 0, None) / 400, "turn", 200, "overfitting"),
    ],
)
def test_what_a_fault_made_is_named_by_how_it_looks(values: np.ndarray, face: str, onset: int, kind: str) -> None:
    first = named(label(face, onset), values)[0]
    assert (first.kind, first.certainty) == (kind, "sure")
    assert abs(first.start - onset) <= 2


def test_a_rise_between_a_spike_and_an_overshoot_is_left_open() -> None:
    assert {one.certainty for one in named(label("rise", 200), raised(200, 30, 0.6))} == {"unsure"}


def test_nothing_is_named_for_certain_in_a_sound_run() -> None:
    assert {one.certainty for one in named(label("sound", 0), falling())} <= {"unsure"}


def test_families_set_aside_are_exported_by_request_only(tmp_path: Path) -> None:
    held = np.where(np.arange(ROWS) % 10 == 9, falling(1) + np.arange(ROWS) / 300, np.nan)
    runs = []
    for number, family in enumerate(("mlp", HELD_OUT[0])):
        about = {"fault": "memorises", "face": "turn", "onset": 100, "family": family, "main": "loss"}
        columns = {"step": np.arange(ROWS) + 1.0, "loss": falling(), "val_loss": held}
        about |= {"an_epoch": 50.0, "sparse": ["val_loss"]}
        runs.append({"number": number, "manner": 0, "label": about, "columns": columns})
    write_shard(tmp_path, 0, runs)
    assert export(tmp_path, tmp_path / "own") == export(tmp_path, tmp_path / "held", held=True) == 1
    (own,), (other,) = corpora([tmp_path / "own"]), corpora([tmp_path / "held"])
    assert (own.owner, other.owner) == ("lab-000000", "lab-000001")
    assert own.is_paired
    assert own.labels[0].kind == "overfitting"
    assert own.labels[0].start == 110  # the first evaluation from the onset on
    assert "nan" not in own.path.read_text()
