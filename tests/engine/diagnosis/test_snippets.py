"""What a person copies runs: every PyTorch snippet is executed on a tiny network, every Keras one is compiled."""

from __future__ import annotations

import pytest

from engine.diagnosis.remedies import REMEDIES
from engine.diagnosis.snippets import FOLDER, snippets

WITHOUT_CODE = {"wait"}
PYTORCH = sorted((FOLDER / "pytorch").glob("*.py"))
KERAS = sorted((FOLDER / "keras").glob("*.py"))


def names_of_a_training_script() -> dict:
    """What a person's own script has by the names that the snippets use."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 4, generator=generator)
    targets = torch.randint(0, 3, (64,), generator=generator)
    dataset = torch.utils.data.TensorDataset(inputs, targets)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    losses = iter([1.0, 0.5, 0.7, *[0.8] * 100])
    return {
        "torch": torch,
        "model": model,
        "optimizer": optimizer,
        "schedule": torch.optim.lr_scheduler.StepLR(optimizer, 100),
        "loss_fn": torch.nn.CrossEntropyLoss(),
        "dataset": dataset,
        "loader": torch.utils.data.DataLoader(dataset, batch_size=32),
        "validation_loader": torch.utils.data.DataLoader(dataset, batch_size=32),
        "inputs": inputs,
        "targets": targets,
        "train_inputs": inputs,
        "images": torch.rand(2, 1, 8, 8),
        "step_losses": [1.0, 0.5, 0.25],
        "n_inputs": 4,
        "n_outputs": 3,
        "epochs": 3,
        "step": 7,
        "train_one_epoch": lambda: 0.95,
        "validation_loss": lambda: next(losses),
        "evaluate": lambda: 1.0,
    }


def run(path, folder, monkeypatch) -> dict:
    monkeypatch.chdir(folder)
    names = names_of_a_training_script()
    if path.stem == "skip_batches":
        saved = {"model": names["model"].state_dict(), "optimizer": names["optimizer"].state_dict()}
        names["torch"].save(saved, "checkpoint.pt")
    exec(compile(path.read_text(), path.name, "exec"), names)
    return names


@pytest.mark.parametrize("path", PYTORCH, ids=[p.stem for p in PYTORCH])
def test_the_pytorch_snippet_runs(path, tmp_path, monkeypatch):
    run(path, tmp_path, monkeypatch)


@pytest.mark.parametrize("path", KERAS, ids=[p.stem for p in KERAS])
def test_the_keras_snippet_compiles_as_python_which_is_all_that_is_checked_without_keras(path):
    compile(path.read_text(), path.name, "exec")


def test_every_remedy_has_pytorch_code_but_for_those_that_change_nothing():
    assert {p.stem for p in PYTORCH} == set(REMEDIES) - WITHOUT_CODE
    assert {p.stem for p in KERAS} <= {p.stem for p in PYTORCH}


def test_the_clipped_update_is_as_long_as_its_limit(tmp_path, monkeypatch):
    """RMSprop's first step has g/√v = 1/√(1 − ρ) = 10 at torch's ρ = 0.99: it must come out at 1."""
    import torch

    names = run(FOLDER / "pytorch" / "clip_update.py", tmp_path, monkeypatch)
    weight = torch.nn.Parameter(torch.ones(5))
    optimizer = torch.optim.RMSprop([weight], lr=0.1, eps=0.0)
    weight.grad = torch.full((5,), 3.0)
    names["clipped_step"](optimizer, [weight])
    assert torch.allclose(weight, torch.full((5,), 0.9))


def test_kaiming_gives_the_weights_the_variance_two_over_inputs(tmp_path, monkeypatch):
    import torch

    names = run(FOLDER / "pytorch" / "kaiming_init.py", tmp_path, monkeypatch)
    layer = torch.nn.Linear(1000, 1000)
    names["init"](layer)
    assert layer.weight.var().item() == pytest.approx(2 / 1000, rel=0.02)


def test_early_stopping_stops(tmp_path, monkeypatch):
    names = run(FOLDER / "pytorch" / "early_stopping.py", tmp_path, monkeypatch)
    assert names["best_loss"] == 0.5


def test_smoothing_is_not_pulled_to_zero_at_the_start(tmp_path, monkeypatch):
    names = run(FOLDER / "pytorch" / "smooth_the_plot.py", tmp_path, monkeypatch)
    assert names["smooth"]([2.0, 2.0, 2.0]) == pytest.approx([2.0, 2.0, 2.0])


def test_the_learning_rate_is_lowered_once_when_accuracy_is_good(tmp_path, monkeypatch):
    names = run(FOLDER / "pytorch" / "lower_lr_when_good.py", tmp_path, monkeypatch)
    assert names["optimizer"].param_groups[0]["lr"] == pytest.approx(1e-4)


def test_a_snippet_takes_this_runs_value():
    code = snippets("clip_norm", {"clip_norm": 37.0})
    assert "clip_norm = 37.0\n" in code["pytorch"] and "clip_norm = 37.0\n" in code["keras"]


def test_a_comment_behind_the_value_stays():
    assert "width = 256  # twice" in snippets("larger_network", {"lr": 1.0})["pytorch"]


def test_undoing_a_knob_has_code_for_the_learning_rate_alone():
    assert snippets("undo_knob", {"lr": 0.5})["pytorch"].startswith("lr = 0.5\n")
    assert snippets("undo_knob", {"beta1": 0.5}) == {}
