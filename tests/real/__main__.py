"""Trains a tiny network with each library, watched, and compares the losses with the library's own.

``python -m tests.real [NAME ...]`` in an environment that has transformers, lightning, keras and accelerate.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import numpy as np
import torch
from torch import nn

import overshoot

Losses = list[float]


def points(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = torch.randn(count, 8, generator=torch.Generator().manual_seed(1))
    return inputs, (inputs[:, :3].sum(1) > 0).long()


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, inputs: torch.Tensor, labels: torch.Tensor | None = None) -> Any:
        outputs = self.layers(inputs)
        if labels is None:
            return outputs
        return {"loss": nn.functional.cross_entropy(outputs, labels), "logits": outputs}


def watched() -> dict[str, list]:
    """The columns of the run that was left last."""
    file = max((Path(os.environ["OVERSHOOT_HOME"]) / "runs").glob("*/run.jsonl"), key=lambda p: p.stat().st_mtime_ns)
    columns: dict[str, list] = {}
    for text in file.read_text().splitlines():
        for name, values in json.loads(text).get("rows", {}).items():
            is_sparse = len(values) == 2 and isinstance(values[0], list)
            columns.setdefault(name, []).extend(values[1] if is_sparse else values)
    return columns


def trainer() -> tuple[Losses, Losses]:
    """Hugging Face's Trainer: its logged losses."""
    from transformers import Trainer, TrainingArguments

    inputs, labels = points(128)
    data = [{"inputs": x, "labels": y} for x, y in zip(inputs, labels)]
    with tempfile.TemporaryDirectory() as folder:
        more: dict[str, Any] = {"logging_steps": 1, "save_strategy": "no", "report_to": [], "use_cpu": True}
        arguments = TrainingArguments(folder, num_train_epochs=2, per_device_train_batch_size=16, **more)
        made = Trainer(Network(), arguments, train_dataset=data, callbacks=[overshoot.HuggingFace()])
        made.train()
    return watched()["loss"], [entry["loss"] for entry in made.state.log_history if "loss" in entry]


def lightning() -> tuple[Losses, Losses]:
    """Lightning with accumulation: the losses that the module computed, before Lightning divides them."""
    import lightning.pytorch as pl

    own: Losses = []

    class Module(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = Network()

        def training_step(self, batch: Any, _index: int) -> torch.Tensor:
            loss = self.network(*batch)["loss"]
            own.append(loss.item())
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), 1e-2)

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*points(128)), 16)
    names = ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary")
    quiet: dict[str, Any] = dict.fromkeys(names, False)
    made = pl.Trainer(
        max_epochs=2, accelerator="cpu", accumulate_grad_batches=2, callbacks=[overshoot.Lightning()], **quiet
    )
    made.fit(Module(), loader)
    return watched()["loss"], own


def keras() -> tuple[Losses, Losses]:
    """Keras 3 on torch: the losses of the single batches, computed with the weights before each of them."""
    import keras

    keras.utils.set_random_seed(0)
    inputs, labels = (part.numpy() for part in points(120))
    model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(2)])
    crossing = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-2), crossing)
    own: Losses = []

    class Asking(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            at = slice(16 * batch, 16 * batch + 16)
            own.append(float(crossing(labels[at], model(inputs[at], training=False))))

    model.fit(
        inputs, labels, batch_size=16, epochs=2, shuffle=False, verbose=0, callbacks=[Asking(), overshoot.Keras()]
    )
    return watched()["loss"], own


def accelerate() -> tuple[Losses, Losses]:
    """Accelerate: what the script logs."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2, log_with=overshoot.Accelerate())
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*points(128)), 16)
    network, optimizer, loader = accelerator.prepare(network, optimizer, loader)
    accelerator.init_trackers("mine", {"lr": 1e-2})
    own: Losses = []
    for step, batch in enumerate(loader):
        with accelerator.accumulate(network):
            loss = network(*batch)["loss"]
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
        own.append(loss.item())
        accelerator.log({"loss": loss}, step=step)
    accelerator.end_training()
    return watched()["loss"], own


LIBRARIES: dict[str, Callable[[], tuple[Losses, Losses]]] = {
    "trainer": trainer,
    "lightning": lightning,
    "keras": keras,
    "accelerate": accelerate,
}


def main(names: list[str]) -> int:
    """Run all libraries, or those named; the exit code is the number of those whose losses differ."""
    failed = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["OVERSHOOT_HOME"] = home
        for name in names or LIBRARIES:
            try:
                seen, own = LIBRARIES[name]()
                largest = float(np.max(np.abs(np.array(seen) - np.array(own)))) if len(seen) == len(own) else np.inf
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}", flush=True)
                failed += 1
                continue
            is_same = largest <= 1e-5
            failed += not is_same
            print(f"{name}: {len(seen)} of {len(own)} losses, largest difference {largest:.2g}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
