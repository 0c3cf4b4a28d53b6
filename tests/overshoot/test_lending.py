"""A loss lent by a script: what is read from it, and that the training does not notice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from overshoot.lending import CurvatureReadings, Lent, undisturbed
from tests.overshoot.scripts import START, files, run_warm
from tests.overshoot.test_watching import only_run

NOISY = "model.insert(1, torch.nn.BatchNorm1d(16)); model.insert(2, torch.nn.Dropout(.3))\n"
TOLD = "\nimport struct; print(struct.pack('d', loss.item()).hex(), torch.rand(1).item(), model[1].running_mean)\n"
LENT = """
run = overshoot.watch(model, optimizer)
for i in range(150):
    with run.probe(loss=lambda: (model(inputs) - targets) ** 2):
        optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step()
    run.log(loss=loss)
"""
BARE = LENT.replace("    with run.probe(loss=lambda: (model(inputs) - targets) ** 2):\n    ", "")


class Bowl(nn.Module):
    """L(θ) = ½ Σ λᵢ θᵢ², of each of some samples with its own factor."""

    def __init__(self, curvatures: list[float]) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
        self.curvatures = torch.tensor(curvatures, dtype=torch.float64)

    def losses(self, factors: list[float]) -> torch.Tensor:
        return 0.5 * torch.tensor(factors, dtype=torch.float64) * (self.curvatures * self.place**2).sum()


def read(bowl: Bowl, optimizer: torch.optim.Optimizer, lent: Lent) -> dict[str, float]:
    optimizer.zero_grad()
    lent.loss().mean().backward()
    before = [bowl.place.detach().clone()]
    optimizer.step()
    return CurvatureReadings({"": bowl}).read(lent, optimizer, [bowl.place], before)


def test_a_bowl_has_the_curvature_that_it_was_made_with() -> None:
    bowl = Bowl([3.0, 0.5])
    optimizer = torch.optim.SGD(bowl.parameters(), 0.1)
    found = read(bowl, optimizer, Lent(lambda: bowl.losses([1.0])))
    assert found["sharpness"] == pytest.approx(3.0)
    assert found["stability_limit"] == pytest.approx(20.0)
    assert found["taylor_change"] == pytest.approx(found["loss_change"], rel=1e-9)  # a bowl is its own Taylor series
    assert found["overlength"] < found["overlength_limit"]
    assert bowl.place.detach().tolist() == pytest.approx([1 - 0.3, -2 + 0.1])


def test_the_noise_of_samples_is_read_from_the_halves_of_a_batch() -> None:
    bowl = Bowl([1.0, 1.0])
    found = read(bowl, torch.optim.SGD(bowl.parameters(), 0.1), Lent(lambda: bowl.losses([1.0, 3.0])))
    assert found["gradient_square"] == pytest.approx(5 * (2 * 4 - 5))  # ‖θ‖² (2·2² − (1² + 3²)/2)
    assert found["gradient_variance"] == pytest.approx(5 * 2 * (5 - 4))
    assert found["noise_scale"] == pytest.approx(2 / 3)


def test_an_adaptive_optimizer_is_measured_with_its_own_scale() -> None:
    bowl = Bowl([3.0, 0.5])
    found = read(bowl, torch.optim.Adam(bowl.parameters(), 0.1, eps=0.0), Lent(lambda: bowl.losses([1.0])))
    # after one step √v̂ = |g| = (3, 1), and P has the factor 1 − β₁
    assert found["sharpness"] == pytest.approx(max(3 / 0.3, 0.5 / 0.1), rel=1e-6)
    assert found["stability_limit"] == pytest.approx((2 + 1.8) / (0.1 * 0.1))


def test_what_a_forward_pass_changes_is_put_back() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5))
    before, state = torch.get_rng_state(), {k: v.clone() for k, v in model.state_dict().items()}
    with undisturbed({"": model}):
        assert not model[1].training
        model(torch.randn(8, 3))
    assert model[1].training
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())


def test_lending_changes_no_loss_by_a_bit_and_leaves_curvature_in_the_run(tmp_path: Path) -> None:
    lent, bare = (run_warm(tmp_path, START + NOISY + code + TOLD) for code in (LENT, BARE))
    assert lent[0] == bare[0] == 0, lent[2]
    assert lent[1] == bare[1]
    first, second = files(tmp_path)
    assert "sharpness" in first.read_text()
    assert "sharpness" not in second.read_text()


def test_a_lent_run_has_the_columns_of_a_demo(tmp_path: Path) -> None:
    assert run_warm(tmp_path, START + LENT)[0] == 0
    table = only_run(tmp_path)
    wanted = {"sharpness", "stability_limit", "taylor_change", "loss_change", "overlength", "noise_scale"}
    assert wanted | {"denominator_median", "update_rms", "update_rms_ceiling"} <= set(table.columns)


def test_a_loss_without_a_graph_is_said_once(tmp_path: Path) -> None:
    ended, _out, err = run_warm(
        tmp_path, START + LENT.replace("** 2):", "** 2).detach()):").replace("lambda: (", "lambda: ((")
    )
    assert ended == 0, err
    assert err.count("curvature is not read") == 1
    assert "sharpness" not in only_run(tmp_path).columns


def test_a_lent_loss_needs_the_model(tmp_path: Path) -> None:
    ended, _out, err = run_warm(tmp_path, START + LENT.replace("watch(model, ", "watch(None, "))
    assert ended == 0
    assert err.count("probe needs watch(model, optimizer)") == 1
    assert json.loads(files(tmp_path)[0].read_text().splitlines()[-1]) == {"end": "complete"}
