from __future__ import annotations

import numpy as np
import pytest

from engine.probes.knn import NoNeighboursError, knn_error, knn_trend
from engine.training.session import TrainingSession


@pytest.mark.parametrize("k", [1, 3, 5])
def test_the_error_is_that_of_leaving_each_sample_out_by_hand(k: int) -> None:
    draw = np.random.default_rng(k)
    inputs, labels = draw.standard_normal((60, 2, 3)), draw.integers(0, 3, 60)
    wrong = 0
    for i in range(60):
        apart = np.sqrt(((inputs - inputs[i]) ** 2).sum((1, 2)))
        apart[i] = np.inf
        votes = list(labels[np.argsort(apart)[:k]])
        wrong += max(votes, key=lambda v: (votes.count(v), -votes.index(v))) != labels[i]
    assert knn_error(inputs, labels, k) == wrong / 60


def test_classes_far_apart_have_no_errors_and_labels_without_meaning_those_of_chance() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, 1500)
    noise = draw.standard_normal((1500, 4))
    assert knn_error(noise + 100 * labels[:, None], labels) == 0.0
    assert knn_error(noise, labels) == pytest.approx(0.5, abs=0.04)


def test_more_of_the_data_lower_the_error_of_the_fluctuation_sequences() -> None:
    found = knn_trend(TrainingSession("fluctuation", 0, probes="none").task)
    assert found.samples == (12, 24, 49, 98)
    assert found.errors[-1] < found.errors[0]
    assert found.errors[-1] < found.chance


def test_numbers_as_targets_are_refused_with_a_sentence() -> None:
    with pytest.raises(NoNeighboursError):
        knn_trend(TrainingSession("explosion", 0, probes="none").task)
