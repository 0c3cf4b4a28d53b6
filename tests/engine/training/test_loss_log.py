"""What is logged as the loss, and that a running mean can be undone exactly."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.loss_log import LossLog
from tests.engine.training.rows import trained


@pytest.fixture
def losses() -> np.ndarray:
    return np.random.default_rng(0).exponential(2.0, 500)


def test_a_running_mean_is_undone_by_its_formula(losses: np.ndarray) -> None:
    log = LossLog()
    means = np.array([log.logged(loss, "running_mean") for loss in losses])
    t = np.arange(1, len(losses) + 1)
    recovered = t * means - (t - 1) * np.concatenate([[0.0], means[:-1]])
    np.testing.assert_allclose(recovered, losses, rtol=0, atol=1e-11)


def test_a_constant_loss_has_a_constant_moving_average() -> None:
    log = LossLog()
    assert [log.logged(3.0, "ema") for _ in range(50)] == pytest.approx([3.0] * 50)


def test_the_moving_average_is_the_weighted_mean_of_all(losses: np.ndarray) -> None:
    log = LossLog()
    last = [log.logged(loss, "ema") for loss in losses][-1]
    weights = 0.98 ** np.arange(len(losses))[::-1]
    assert last == pytest.approx(np.average(losses, weights=weights))


def test_the_mean_begins_anew_with_every_epoch_of_a_run() -> None:
    settings = {"batch_size": 50, "epochs": 3}
    tables = [
        trained("late-rise", 12, settings=settings | {"loss_logging": how}, probes="none").run.table
        for how in ("step", "running_mean")
    ]
    each, mean = (table.values("loss").reshape(3, 4) for table in tables)
    np.testing.assert_allclose(mean, np.cumsum(each, 1) / np.arange(1, 5), rtol=1e-12)
