"""Networks get their weights from a run's own generator, and nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import nn

from engine.tasks.initialisation import build
from engine.tasks.randomness import torch_generator

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "linear": lambda: nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)),
    "convolution": lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU()),
    "recurrent": lambda: nn.RNN(3, 4, num_layers=2, bidirectional=True),
}
TRAINED = """
import sys
from engine.training.session import TrainingSession
session = TrainingSession("explosion", 10, None, "none", 3)
for _step in session:
    pass
print("sympy" in sys.modules)
"""


@pytest.mark.parametrize("name", NETWORKS)
def test_a_built_network_has_all_its_tensors_in_memory_and_works(name: str) -> None:
    network, plain = build(NETWORKS[name], torch_generator(1, "init")), NETWORKS[name]()
    assert {k: (v.shape, v.dtype, v.device) for k, v in network.state_dict().items()} == {
        k: (v.shape, v.dtype, v.device) for k, v in plain.state_dict().items()
    }
    assert [type(p) for p in network.parameters()] == [nn.Parameter] * len(list(plain.parameters()))
    shape = (2, 1, 8, 8) if name == "convolution" else (4, 3)
    plain.load_state_dict(network.state_dict())
    given = torch.randn(shape, generator=torch_generator(1, "order"))
    found, expected = network(given), plain(given)
    pairs = zip(found, expected, strict=True) if isinstance(found, tuple) else [(found, expected)]
    assert all(torch.equal(mine, its) and mine.isfinite().all() for mine, its in pairs)


def test_a_seed_gives_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    first, second = (build(NETWORKS["recurrent"], torch_generator(7, "init")) for _time in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_demo_trains_without_sympy() -> None:
    done = subprocess.run([sys.executable, "-c", TRAINED], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
