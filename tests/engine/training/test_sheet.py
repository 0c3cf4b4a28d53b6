"""What the model is fed and gets wrong, against the model evaluated by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.scenarios.base import all_scenarios
from engine.training.session import TrainingSession
from engine.training.sheet import Form, sheet


def trained(scenario: str, steps: int, **settings: object) -> TrainingSession:
    session = TrainingSession(scenario, 4, settings, "none", steps)
    for _row in session:
        pass
    return session


@pytest.mark.parametrize("scenario", sorted(all_scenarios()))
def test_every_demo_has_a_sheet(scenario: str) -> None:
    session = trained(scenario, 2)
    found = sheet(session)
    assert found.step == 2
    assert len(found.inputs) == len(found.targets) == len(found.predicted) == len(found.losses) == session.samples
    assert found.form is (Form.CLOUD if scenario == "explosion" else found.form)
    if found.has_classes and found.names:
        assert len(found.names) == int(found.targets.max()) + 1


def test_classes_and_losses_are_those_of_the_model() -> None:
    session = trained("late-rise", 200)
    found = sheet(session)
    with torch.no_grad():
        outputs = session.task.model(session.task.inputs)
        losses = torch.nn.functional.cross_entropy(outputs, session.task.targets, reduction="none")
    assert np.array_equal(found.predicted, outputs.argmax(1).numpy())
    np.testing.assert_allclose(found.losses, losses.numpy(), rtol=1e-6)
    wrong = np.flatnonzero(found.predicted != found.targets)
    assert sorted(found.wrong) == wrong.tolist()
    assert (np.diff(found.losses[found.wrong]) <= 0).all()


def test_injected_label_noise_is_in_the_targets() -> None:
    session = trained("healthy", 1, label_noise=0.5)
    found = sheet(session)
    assert 0.2 < np.mean(found.targets != session.task.targets.numpy()) < 0.6


def test_looking_changes_nothing() -> None:
    def losses(looks: bool) -> list[float]:
        session = TrainingSession("healthy", 1, {"dropout": 0.3}, "none", 12)
        for _row in session:
            if looks:
                sheet(session)
        return session.run.table.values("loss").tolist()

    assert losses(looks=True) == losses(looks=False)


def test_a_regression_has_no_neighbours_and_a_bowl_no_data() -> None:
    found = sheet(trained("explosion", 3, lr=1e-4))
    assert found.neighbours is None
    assert "classes" in found.no_neighbours
    assert found.inputs.shape[1] == len(found.names) == 5
    np.testing.assert_allclose(found.losses, (found.predicted - found.targets) ** 2, rtol=1e-4)
    assert sheet(trained("explosion", 3, data="parabola")).form is Form.POINT
