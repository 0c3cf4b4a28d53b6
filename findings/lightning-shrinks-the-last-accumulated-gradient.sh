#!/usr/bin/env bash
# lightning 2.6.6: accumulate_grad_batches=4 divides every loss by 4, in the last window of an epoch too, where only the rest
# of the batches are summed. With 10 batches each third gradient is half as large: a dip of the gradient norm at every end of
# an epoch, which gradient clipping does not show. The documentation says nothing of it; transformers' Trainer divides by 2.
# Seen, a constant gradient of 1 over two epochs: [1.0, 1.0, 0.5, 1.0, 1.0, 0.5]
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check lightning==2.6.6 torch==2.13.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import lightning
import torch
from torch.utils.data import DataLoader


class Model(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.gradients = []

    def training_step(self, batch, index):
        return (self.weight * batch).mean()

    def on_before_optimizer_step(self, optimizer):
        self.gradients.append(self.weight.grad.item())

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
trainer = lightning.Trainer(max_epochs=2, accumulate_grad_batches=4, accelerator="cpu", **quiet)
model = Model()
trainer.fit(model, DataLoader([1.0] * 10))
print(model.gradients)
assert model.gradients == [1.0, 1.0, 0.5] * 2
PYTHON
