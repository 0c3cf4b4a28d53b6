"""The faults in PyTorch: what is right is a cause, the twin differs by the fault alone, and runs repeat."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.declared import known_causes
from tools.faultlab.real.faults import FAULTS
from tools.faultlab.real.make import _plan
from tools.faultlab.real.tasks import NETS
from tools.faultlab.real.training import Running
from tools.faultlab.rules import KINDS


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_right_is_a_cause_and_how_it_shows_is_a_rule(name: str) -> None:
    entry = FAULTS[name]
    assert set(entry.right) <= set(known_causes()) and set(entry.nets) <= set(NETS)
    assert entry.face in {*KINDS, "worse", "late", "turn_only"}


@pytest.mark.parametrize("net", NETS)
def test_a_plan_trains_to_the_same_numbers_again_and_learns(net: str) -> None:
    plan = _plan(net, "adam", np.random.default_rng(3))
    losses = []
    for _again in range(2):
        one = plan()
        one.steps = 60
        losses.append(Running(one).run().columns["loss"])
    assert losses[0].tolist() == losses[1].tolist()
    assert np.median(losses[0][-10:]) < 0.9 * np.median(losses[0][:10])


def test_weights_that_are_not_passed_to_the_optimizer_stay_as_they_are() -> None:
    one = _plan("mlp", "sgd", np.random.default_rng(4))()
    FAULTS["weights_not_passed"].inject(one, np.random.default_rng(0))
    one.steps = 10
    running = Running(one)
    before = [values.clone() for values in running.net.parameters()]
    running.run()
    assert all((a == b).all() for a, b in zip(before, running.net.parameters(), strict=True))
