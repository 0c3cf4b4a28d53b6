"""The table of remedies: its rules on curves with known truth, its commands, and continuing an interrupted count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.diagnosis.measured import Tally, read, tally, written
from engine.scenarios.base import scenario_named
from engine.table import Floats, MetricTable
from engine.tasks.settings import parsed
from tools.pages.remedies import Remedy, judged, loaded, remedies, train
from tools.pages.remedy_criteria import CRITERIA, epoch_means, explodes, goes_uphill, has_giant_spikes, lies_flat, rises

PER_EPOCH = 5
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "remedies.md"
NONE = Tally(0, 0, 0, 0, 0)


def table(loss: Floats, accuracy: Floats | None = None) -> MetricTable:
    made = MetricTable()
    columns = {"loss": np.repeat(loss, PER_EPOCH).astype(float)}
    columns["epoch"] = np.arange(1, len(columns["loss"]) + 1) / PER_EPOCH
    if accuracy is not None:
        columns["accuracy"] = np.repeat(accuracy, PER_EPOCH).astype(float)
    made.extend(columns)
    return made


def test_means_are_those_of_whole_epochs() -> None:
    made = MetricTable()
    made.extend({"loss": np.arange(6.0), "epoch": np.arange(1, 7) / 3})
    assert epoch_means(made, "loss").tolist() == [1.0, 4.0]


def test_a_short_last_batch_weighs_little() -> None:
    made = MetricTable()
    made.extend({"loss": np.array([1.0, 5.0]), "epoch": np.array([0.5, 1.0]), "batch_size": np.array([30.0, 10.0])})
    assert epoch_means(made, "loss").tolist() == [2.0]


def test_a_fall_of_accuracy_with_a_rise_of_loss_is_a_rise_and_neither_alone() -> None:
    high, low = np.ones(20), np.full(5, 0.5)
    calm, loud = np.full(20, 0.1), np.full(5, 1.0)
    assert rises(table(np.r_[calm, loud], np.r_[high, low]))
    assert not rises(table(np.r_[calm, loud], np.ones(25)))
    assert not rises(table(np.full(25, 0.1), np.r_[high, low]))
    assert not rises(table(np.r_[calm, loud], np.full(25, 0.5)))


def test_a_giant_spike_counts_only_after_it_was_learned() -> None:
    loss, accuracy = np.full(60, 0.001), np.ones(60)
    loss[40] = 1.0
    assert has_giant_spikes(table(loss, accuracy))
    assert not has_giant_spikes(table(loss, np.full(60, 0.9)))
    loss[40] = 0.3
    assert not has_giant_spikes(table(loss, accuracy))


def test_more_than_two_epochs_of_guessing_are_a_plateau() -> None:
    guessing = float(np.log(5))
    assert lies_flat(table(np.r_[np.full(3, guessing), 0.1]))
    assert not lies_flat(table(np.r_[np.full(2, guessing), 0.1]))
    assert lies_flat(table(np.full(10, guessing)))


def test_nan_is_an_explosion_and_one_uphill_step_is_seen() -> None:
    assert explodes(table(np.array([1.0, np.nan])))
    assert explodes(table(np.array([1.0, 101.0])))
    assert not explodes(table(np.array([1.0, 99.0])))
    assert goes_uphill(table(np.array([1.0, 0.5, 0.6])))
    assert not goes_uphill(table(np.array([1.0, 0.5, 0.5])))


def test_learning_at_batch_size_one_is_twice_guessing_in_the_last_epoch() -> None:
    """0.44 and 0.36 in the last epoch, independent of its last steps, which in a fixed order are all of one class."""
    last = np.array([0.8, 0.8, 0.6, 0.0, 0.0])
    for scale, has_learned in ((1.0, True), (0.8, False)):
        made = MetricTable()
        accuracy = np.r_[np.full(PER_EPOCH, 0.2), scale * last]
        made.extend({"loss": np.ones(10), "epoch": np.arange(1, 11) / PER_EPOCH, "accuracy": accuracy})
        assert CRITERIA["epoch-spikes"].learned(made, 1.0) is has_learned


def test_the_page_and_the_figures_that_the_program_tells_are_the_same() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [remedy for remedy in remedies([]) if tally(remedy.scenario, remedy.settings) is not None]
    assert len(rows) > 50
    for remedy in rows:
        found = tally(remedy.scenario, remedy.settings)
        assert found is not None
        line = next(line for line in page.splitlines() if f"| `{remedy.command}` |" in line)
        counts = [cell.strip() for cell in line.split("|")[3:-1]]
        told = [f"{n}/{found.runs}" for n in (found.quiet, found.gone, found.learned, found.both)]
        assert counts[1:] == told[1:] and counts[0] in (told[0], "–")


def test_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    figures = {("a", ""): Tally(10, 1, 2, 3, 1), ("a", "lr=0.1 amsgrad=on"): Tally(9, 9, 8, 7, 6), ("b", ""): NONE}
    written(figures, tmp_path / "figures.csv")
    assert read(tmp_path / "figures.csv") == {key: found for key, found in figures.items() if found.runs}


@pytest.mark.parametrize("name", sorted(CRITERIA))
def test_every_row_is_a_command_that_the_scenario_accepts(name: str) -> None:
    rows = remedies([name])
    assert len({row.command for row in rows}) == len(rows) >= 3
    for row in rows:
        words = row.command.split()
        given, _later = parsed([word for word in words if "=" in word])
        assert words[:3] == ["main.py", "train", name]
        assert scenario_named(name).resolved(given) == scenario_named(name).resolved(row.settings)


def test_a_kept_run_is_judged_as_it_was_trained(tmp_path: Path) -> None:
    bad, good = Remedy("explosion", "as it is"), Remedy("explosion", "slow", {"lr": 1e-4, "epochs": 2})
    for remedy in (bad, good):
        train(remedy, 3, remedy.file(tmp_path, 3))
    kept, spread = loaded(bad.file(tmp_path, 3))
    assert not np.isfinite(kept.values("loss")[-1])
    assert spread > 0
    assert judged(bad, tmp_path, range(3, 5)).runs == 1
    assert (judged(bad, tmp_path, range(3, 4)).gone, judged(good, tmp_path, range(3, 4)).gone) == (0, 1)
