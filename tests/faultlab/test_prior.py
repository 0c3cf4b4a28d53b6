"""Shares that the list states by what is met are given to the fit as the lab makes them, all others as they are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.facts import Facts
from engine.diagnosis.ranking import stated
from engine.events import EventKind
from tests.engine.diagnosis.builders import make_event, make_run
from tools.faultlab.prior import as_in_the_lab


@pytest.mark.parametrize("kind", [EventKind.DIVERGED, EventKind.LATE_RISE])
@pytest.mark.parametrize("height", [0.4, 30.0])
def test_only_collapses_beyond_one_and_moving_targets_that_diverge_are_given_otherwise(kind, height):
    loss = np.r_[np.full(60, height / 4), np.full(60, height)] + 1e-3 * height * np.random.default_rng(0).normal(
        size=120
    )
    facts = Facts(make_event(kind, 60, 119), make_run(loss))
    before = stated(facts)
    after = as_in_the_lab(before, facts)
    assert sum(after.values()) == pytest.approx(sum(before.values()))
    times = {cause: after[cause] / before[cause] for cause in before if before[cause]}
    usual = times["dead_units"]
    assert times["one_answer"] / usual == pytest.approx(10.0 if height > 1 else 1.0)
    assert times["moving_target"] / usual == pytest.approx(1 / 3 if kind is EventKind.DIVERGED else 1.0)
    others = [times[cause] / usual for cause in times if cause not in ("one_answer", "moving_target")]
    assert others == pytest.approx([1.0] * len(others))
