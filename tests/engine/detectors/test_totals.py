"""A term that climbs below a total that falls is no fault; one that lifts the total is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors.watch import Watch
from engine.events import Severity
from engine.series import pair
from engine.table import Floats, MetricTable

CLIMBS = {"overshoot", "late_rise", "diverged"}
NAMES = (
    ("loss", "loss_cls", "loss_bbox"),
    ("total_loss", "loss_rpn_cls", "loss_mask"),
    ("train/loss", "train/cls_loss", "train/box_loss"),
    ("val/total_loss", "val/ce_loss", "val/kl_loss"),
)


def claimed(columns: dict[str, Floats]) -> dict[str, set[str]]:
    """The kinds of the claims on each series."""
    table = MetricTable()
    table.extend(columns)
    watch = Watch(table, pair(columns))
    watch.finish()
    return {
        name: {e.kind.value for e in watch.listed if e.series == name and e.severity is not Severity.INFO}
        for name in columns
    }


def terms(seed: int) -> tuple[Floats, Floats]:
    """A term that falls and one that grows from almost nothing, with noise."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 200))
    x = np.arange(n) / n
    falls = rng.uniform(1.5, 5) * np.exp(-rng.uniform(2, 4) * x) + 0.2
    grows = rng.uniform(0.2, 0.6) * (1 - np.exp(-6 * x)) + 0.01
    return falls + 0.02 * rng.standard_normal(n), grows + 0.005 * rng.random(n)


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_a_term_that_grows_below_a_falling_total_is_no_fault(seed: int, names: tuple[str, str, str]) -> None:
    falls, grows = terms(seed)
    found = claimed(dict(zip(names, (falls + grows, falls, grows), strict=True)))
    assert not CLIMBS & found[names[2]]


@pytest.mark.parametrize("names", NAMES[:3])
@pytest.mark.parametrize("seed", range(4))
def test_a_term_that_lifts_the_total_is_a_fault_of_both(seed: int, names: tuple[str, str, str]) -> None:
    falls, grows = terms(seed)
    n = len(grows)
    grows[n // 2 :] *= np.exp(np.linspace(0, 4, n - n // 2))
    found = claimed(dict(zip(names, (falls + grows, falls, grows), strict=True)))
    assert CLIMBS & found[names[0]]
    assert CLIMBS & found[names[2]]


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_is_no_term_of_another_is_judged_by_itself(seed: int) -> None:
    falls, grows = terms(seed)
    found = claimed({"loss_policy": falls + 2 * grows, "loss_rate": falls, "loss_bbox": grows})
    assert CLIMBS & found["loss_bbox"]


def test_a_term_that_is_not_a_number_is_a_fault_whatever_the_total_does() -> None:
    falls, grows = terms(0)
    grows[-6:] = np.nan
    assert "diverged" in claimed({"loss": falls + 1, "loss_cls": falls, "loss_bbox": grows})["loss_bbox"]
