"""Whether a parabola describes the steps: agreement in closed form, and its wording."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.stories.quadratic import agreement, described
from engine.diagnosis.stories.reading import Reading
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from engine.training.session import TrainingSession


def reading(predicted: np.ndarray, measured: np.ndarray, scenario: str | None = None) -> Reading:
    table = MetricTable()
    table.extend({"loss": np.ones(len(predicted)), "taylor_change": predicted, "loss_change": measured})
    origin = Origin(OriginKind.TRAINING, scenario=scenario)
    return Reading(Run("x", table, (LossSeries("loss"),), origin), ())


def test_equal_changes_agree_fully() -> None:
    x = np.linspace(-1, 2, 20)
    found = agreement(reading(x, x))
    assert found is not None
    assert (found.steps, found.signs) == (20, 1.0)
    assert found.linear == pytest.approx(1)
    assert found.rank == pytest.approx(1)
    assert "They describe these steps" in described(reading(x, x))


def test_one_wild_step_spoils_the_correlation_but_not_the_order() -> None:
    x = -np.linspace(1, 2, 40)
    y = x.copy()
    y[-1] = -1e4
    x[-1] = -2.001
    found = agreement(reading(x, y))
    assert found is not None
    assert found.linear < 0.5
    assert found.rank == pytest.approx(1)
    assert "miss the size" in described(reading(x, y))


def test_unrelated_changes_are_not_described() -> None:
    random = np.random.default_rng(0)
    found = reading(random.standard_normal(500), random.standard_normal(500))
    assert "do not describe" in described(found)


def test_too_few_steps_say_how_to_measure_it() -> None:
    assert agreement(reading(np.ones(3), np.ones(3))) is None
    assert "Turn on" in described(reading(np.ones(3), np.ones(3)))


def test_a_linear_model_on_all_data_is_a_parabola() -> None:
    session = TrainingSession("explosion", 0, {"lr": 1e-4, "batch_size": "full"}, ["second_order"], 40)
    session.probing.set_stride("second_order", 1)
    for _row in session:
        pass
    found = agreement(Reading(session.run, ()))
    assert found is not None
    assert found.signs == 1.0
    assert found.linear > 0.9999
