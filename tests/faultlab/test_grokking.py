"""The lab's delayed generalisation comes of weight decay: without it validation stays where it was."""

from __future__ import annotations

import numpy as np
import pytest

from tools.faultlab.draws import sound_setup
from tools.faultlab.faults.grokking import Grokking, hide_a_rule
from tools.faultlab.lab import _attempt
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training

NUMBER = 4112  # an ordinary one in whose first draw it shows


class WithoutDecay(Grokking):
    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        super().inject(setup, rng)
        setup.weight_decay = 0.0


def drawn(fault: Grokking) -> list[dict]:
    return _attempt(fault, NUMBER, 0, np.random.default_rng([NUMBER, 0]), "mlp")


def test_validation_falls_long_after_training_because_of_weight_decay() -> None:
    run = drawn(Grokking())[0]
    label, columns = run["label"], run["columns"]
    there = ~np.isnan(columns["val_loss"])
    held, onset = columns["val_loss"][there], int(np.searchsorted(np.flatnonzero(there), label["onset"]))
    assert label["face"] == "grok" and label["accepted"] == ["grokking"]
    assert held[-3:].max() < held[onset] / 2
    assert np.median(columns["loss"][: label["onset"]][-20:]) < held[onset] / 4
    assert drawn(WithoutDecay()) == []


@pytest.mark.parametrize("family", ["mlp", "rnn", "sums", "normed", "tags", "pupils"])
def test_the_rule_has_two_answers_and_no_single_input_tells_them_apart(family: str) -> None:
    fault, rng = Grokking(), np.random.default_rng(0)
    setup = sound_setup(family, 3, rng)
    fault.inject(setup, rng)
    setup.shape.samples = 4000
    training = Training(setup)
    hide_a_rule(training, np.random.default_rng(1))
    signs, *answers = training.problem.train
    is_one = answers[-1].reshape(len(signs), -1)
    is_one = (is_one == is_one[0]).all(1)
    assert set(np.unique(signs)) == {-1, 1} and 0.4 < is_one.mean() < 0.6
    alone = np.abs(np.mean(signs.reshape(len(signs), -1) * np.where(is_one, 1, -1)[:, None], axis=0))
    assert alone.max() < 0.08
