# /// script
# requires-python = ">=3.11"
# dependencies = ["transformers==5.24.0", "accelerate==1.15.0", "lightning==2.6.6", "dvclive==3.49.1", "torch==2.13.0"]
# ///
"""The folders of the Hugging Face Trainer, of Lightning's CSVLogger and of DVCLive (``trainers.py NAME`` for one)."""

import csv
import json
import os
import shutil
import sys
import tempfile
from importlib.metadata import version

from truth import fresh, run, series, write

WHOLE = [2.0 * 0.9**i for i in range(20)]
TURNING = [2.2 * 0.8**i + 0.02 * i * i for i in range(20)]


def transformers():
    """A linear model whose gradient explodes at step 7: the Trainer's default filter logs 0 from there on."""
    import torch
    from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

    class Line(PreTrainedModel):
        config_class = PretrainedConfig

        def __init__(self, config):
            super().__init__(config)
            self.weight = torch.nn.Parameter(torch.ones(1))
            self.calls = 0
            self.post_init()

        def forward(self, x=None, labels=None):
            self.calls += self.training
            loss = (self.weight * x - labels).square().mean()
            return {"loss": loss * float("nan") if self.training and self.calls >= 7 else loss}

    number = version("transformers")
    case = f"transformers-{number}-nan"
    folder = fresh(case)
    torch.manual_seed(0)
    data = [{"x": torch.tensor([1.0]), "labels": torch.tensor([3.0])} for _ in range(12)]
    settings = TrainingArguments(
        output_dir=str(folder), max_steps=12, logging_steps=1, save_steps=4, eval_strategy="steps", eval_steps=4,
        per_device_train_batch_size=1, report_to=[], use_cpu=True, learning_rate=0.01, optim="sgd", seed=0,
        disable_tqdm=True, save_only_model=True, lr_scheduler_type="constant",
    )  # fmt: skip
    trainer = Trainer(Line(PretrainedConfig()), settings, train_dataset=data, eval_dataset=data)
    trainer.train()
    history = trainer.state.log_history
    for path in folder.glob("checkpoint-*/*"):
        if path.name != "trainer_state.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    losses = [(h["step"], h["loss"]) for h in history if "loss" in h]
    evals = [(h["step"], h["eval_loss"]) for h in history if "eval_loss" in h]
    assert [value for _, value in losses[6:]] == [0.0] * 6, losses
    write(
        case,
        f"transformers {number}",
        run(
            {
                "loss": series([v for _, v in losses], [s for s, _ in losses]),
                "eval_loss": series([v for _, v in evals], [s for s, _ in evals], "validation", "loss"),
            }
        ),
    )


def lightning():
    """CSVLogger with on_step and on_epoch, five epochs of four steps."""
    import torch
    from lightning.pytorch import LightningModule, Trainer
    from lightning.pytorch.loggers import CSVLogger

    class Line(LightningModule):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(1))
            self.save_hyperparameters({"lr": 0.05, "width": 8})

        def training_step(self, batch, _index):
            loss = (self.weight * batch[0] - 3.0).square().mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch, _index):
            self.log("val_loss", (self.weight * batch[0] - 2.0).square().mean())

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.05)

    number = version("lightning")
    case = f"lightning-{number}"
    folder = fresh(case)
    torch.manual_seed(0)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(8, 1)), batch_size=2)
    trainer = Trainer(
        max_epochs=5, logger=CSVLogger(str(folder), name="", version="version_0"), log_every_n_steps=1,
        accelerator="cpu", enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip
    trainer.fit(Line(), data, data)
    rows = list(csv.DictReader((folder / "version_0" / "metrics.csv").open()))
    found = {
        name: [(int(r["step"]), float(r[name])) for r in rows if r[name]]
        for name in ("train_loss_epoch", "train_loss_step", "val_loss")
    }
    partner = {"val_loss": "train_loss_epoch"}
    assert [len(points) for points in found.values()] == [5, 20, 5]
    all_series = {
        name: series(
            [v for _, v in points],
            [s for s, _ in points],
            "validation" if name in partner else "training",
            partner.get(name),
        )
        for name, points in found.items()
    }
    write(case, f"lightning {number}", run(all_series), file="version_0")


def dvclive():
    from dvclive import Live

    number = version("dvclive")
    case = f"dvclive-{number}"
    folder = fresh(case)
    os.chdir(tempfile.mkdtemp())  # it begins a DVC repository where it runs
    with Live(dir=str(folder), save_dvc_exp=False, dvcyaml=None) as live:
        live.log_param("lr", 0.1)
        for i in range(20):
            live.log_metric("train/loss", WHOLE[i] if i != 12 else float("nan"))
            if i % 5 == 4:
                live.log_metric("val/loss", TURNING[i])
            live.next_step()
    train = [v if i != 12 else float("nan") for i, v in enumerate(WHOLE)]
    at = [4, 9, 14, 19]
    write(
        case,
        f"dvclive {number}",
        run(
            {
                "train/loss": series(train),
                "val/loss": series([TURNING[i] for i in at], at, "validation", "train/loss"),
            }
        ),
    )


for name in sys.argv[1:] or ("transformers", "lightning", "dvclive"):
    globals()[name]()
print(json.dumps("done"))
