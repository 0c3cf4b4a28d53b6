"""A tiny network trained by Hugging Face's Trainer and watched with one object."""

from __future__ import annotations

import tempfile

import torch
from torch import nn
from transformers import Trainer, TrainingArguments

import overshoot


class Points(torch.utils.data.Dataset):
    """Points of two classes."""

    def __init__(self, count: int) -> None:
        self.inputs = torch.randn(count, 8, generator=torch.Generator().manual_seed(1))

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, i: int) -> dict[str, torch.Tensor]:
        return {"inputs": self.inputs[i], "labels": (self.inputs[i, :3].sum() > 0).long()}


class Network(nn.Module):
    """Two layers, with the loss that the Trainer expects."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, inputs: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        outputs = self.layers(inputs)
        return {"loss": nn.functional.cross_entropy(outputs, labels), "logits": outputs}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            num_train_epochs=3,
            per_device_train_batch_size=16,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
        )
        Trainer(Network(), arguments, train_dataset=Points(512), callbacks=[overshoot.HuggingFace()]).train()
