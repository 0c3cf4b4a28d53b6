"""Losses derived from a log, against the numbers it was made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, ReadOptions, open_log
from engine.logs.following import Follower
from engine.logs.options import Derive
from engine.run import Run

TRUTH = np.random.default_rng(3).random((4, 25))
MEANS = np.cumsum(TRUTH, axis=1) / np.arange(1, 26)


def derived(path: Path, kind: Derive) -> Run:
    (run,) = open_log(path, ReadOptions(derive=kind))
    return run


def write(path: Path, header: str, row) -> Path:  # type: ignore[no-untyped-def]
    lines = [row(epoch, step) for epoch in range(4) for step in range(25)]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("epoch,batch,loss", lambda e, s: f"{e},{s},{MEANS[e, s]:.17g}"),
        ("epoch,step,loss", lambda e, s: f"{e},{s},{MEANS[e, s]:.17g}"),
        ("epoch,global_step,loss", lambda e, s: f"{e},{25 * e + s + 1},{MEANS[e, s]:.17g}"),
        ("epoch,loss", lambda e, s: f"{e},{MEANS[e, s]:.17g}"),
    ],
)
def test_single_steps_come_back_from_a_running_mean(header: str, row, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run = derived(write(tmp_path / "a.csv", header, row), Derive.STEPS)
    assert [s.name for s in run.series] == ["loss per step"]
    np.testing.assert_allclose(run.table.values("loss per step"), TRUTH.ravel(), atol=1e-12)
    np.testing.assert_array_equal(run.table.values("loss"), MEANS.ravel())


def test_every_fifth_mean_gives_means_of_five_steps(tmp_path: Path) -> None:
    lines = [f"{e},{25 * e + s + 1},{MEANS[e, s]:.17g}" for e in range(4) for s in range(4, 25, 5)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["epoch,step,loss", *lines]))
    found = derived(path, Derive.STEPS).table.values("loss per step")
    np.testing.assert_allclose(found, TRUTH.reshape(4, 5, 5).mean(axis=2).ravel(), atol=1e-12)


def test_epochs_are_averaged_and_their_partners_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "epoch,step,loss,val_loss", lambda e, s: f"{e},{25 * e + s},{TRUTH[e, s]:.17g},0.5"
    )
    run = derived(path, Derive.EPOCHS)
    series = run.table.series("loss epoch mean")
    assert series.rows.tolist() == [24, 49, 74, 99]
    np.testing.assert_allclose(series.values, TRUTH.mean(axis=1))
    assert [(s.name, s.partner) for s in run.series] == [
        ("loss epoch mean", None),
        ("val_loss epoch mean", "loss epoch mean"),
    ]


def test_perplexity_there_and_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "step,loss", lambda e, s: f"{25 * e + s},{TRUTH[e, s]:.17g}")
    np.testing.assert_allclose(
        derived(path, Derive.PERPLEXITY).table.values("loss as perplexity"), np.exp(TRUTH.ravel())
    )
    path = write(tmp_path / "b.csv", "step,ppl", lambda e, s: f"{25 * e + s},{np.exp(TRUTH[e, s]):.17g}")
    np.testing.assert_allclose(derived(path, Derive.LOSS).table.values("ppl as loss"), TRUTH.ravel(), atol=1e-12)


def test_epochs_that_are_not_there_are_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "step,loss", lambda e, s: f"{25 * e + s},{TRUTH[e, s]:.17g}")
    with pytest.raises(LogError, match="epochs"):
        derived(path, Derive.EPOCHS)


def test_a_followed_log_keeps_its_derived_series(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "epoch,step,loss", lambda e, s: f"{e},{25 * e + s + 1},{MEANS[e, s]:.17g}")
    follower = Follower(path, ReadOptions(derive=Derive.STEPS))
    with path.open("a") as out:
        out.write("4,101,0.125\n")
    assert follower.poll()
    assert follower.runs[0].table.values("loss per step")[-1] == pytest.approx(0.125)
    assert follower.generation == 0
