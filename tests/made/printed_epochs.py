"""Printed logs of made-up trainings in many layouts, with the truth: every loss, its role and its x."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Course:
    """The numbers of a training: losses as printed, and the epoch or step of each."""

    x: tuple[int, ...]
    loss: tuple[float, ...]
    held_out: tuple[float, ...]


@dataclass(frozen=True)
class Layout:
    """One way to print a course: the text, the names of its x and its losses, and the steps in an epoch."""

    write: Callable[[Course], str]
    x: str
    loss: str = "loss"
    held_out: str = "val_loss"
    scale: int = 1


def course(rng: np.random.Generator) -> Course:
    """From 3 to 40 epochs that start at 0 or 1 and may end in NaN."""
    n = int(rng.integers(3, 41))
    level = np.exp(-np.arange(n) / n * rng.uniform(0.5, 3)) * rng.uniform(0.1, 10)
    loss = [round(float(v), 4) for v in level * np.exp(0.05 * rng.standard_normal(n))]
    held_out = [round(float(v), 4) for v in 1.1 * level * np.exp(0.05 * rng.standard_normal(n))]
    if rng.random() < 0.3:
        bad = int(rng.integers(1, n))
        loss[bad:], held_out[bad:] = [float("nan")] * (n - bad), [float("nan")] * (n - bad)
    first = int(rng.integers(2))
    return Course(tuple(range(first, first + n)), tuple(loss), tuple(held_out))


def lines(template: str) -> Callable[[Course], str]:
    """A layout of the same lines for every epoch; {x}, {n}, {l}, {v} and {s} are replaced."""

    def write(c: Course) -> str:
        n = c.x[-1]
        numbers = zip(c.x, c.loss, c.held_out, strict=True)
        return "".join(template.format(x=x, n=n, l=f"{a:.4f}", v=f"{b:.4f}", s=x * STEPS) for x, a, b in numbers)

    return write


STEPS = 100
BAR = "[==============================]"
LAYOUTS: dict[str, Layout] = {
    "keras, a line above": Layout(
        lines("Epoch {x}/{n}\n100/100 " + BAR + " - 2s 20ms/step - loss: {l} - val_loss: {v}\n"), "Epoch"
    ),
    "keras, no bar": Layout(lines("Epoch {x}/{n}\n100/100 - 2s - loss: {l} - val_loss: {v}\n"), "Epoch"),
    "a line above, dates, more below": Layout(
        lines(
            "2021-06-17 13:00:20.939190: \nepoch:  {x} \n2021-06-17 13:00:21.926911: train loss : {l} \n"
            "2021-06-17 13:00:25.590441: validation loss: {v} \n2021-06-17 13:00:26.004262: lr: 0.010000 \n"
        ),
        "epoch",
        "train loss",
        "validation loss",
    ),
    "a line above, two phases": Layout(
        lines("Epoch {x}/{n}\n----------\ntrain Loss: {l} Acc: 0.5\nval Loss: {v} Acc: 0.4\n\n"),
        "Epoch",
        "train Loss",
        "val Loss",
    ),
    "a line above, the rate said first": Layout(
        lines("=> Epoch {x}\nlr: 0.001\nTraining loss: {l}\nValidation loss: {v}\n"),
        "Epoch",
        "Training loss",
        "Validation loss",
    ),
    "a line above, another number first": Layout(
        lines("Epoch {x}\nCurrent rate: 0.01\ntrain_loss {l}\nval_loss {v}\nPseudo dice [np.float32(0.5), 0.6]\n"),
        "Epoch",
        "train_loss",
    ),
    "numbered checkpoints": Layout(
        lines("Checkpoint [{x}]\tUpdates={s}\nCheckpoint [{x}]\tloss={l}\nCheckpoint [{x}]\tval_loss={v}\n"),
        "Updates",
        scale=STEPS,
    ),
    "a line below": Layout(lines("loss: {l}\nval_loss: {v}\nEpoch {x} done\n"), "Epoch"),
    "a line below, one line of losses": Layout(lines("loss {l} val_loss {v}\n=== step {x} ===\n"), "step"),
    "in the same line": Layout(lines("Epoch {x}: loss {l}, val_loss {v}\n"), "Epoch"),
    "in the middle of a block": Layout(lines("loss: {l}\nepoch: {x}\nval_loss: {v}\n"), "epoch"),
    "announced evaluation": Layout(
        lines("Epoch {x}/{n}\nloss: {l} - acc: 0.5\nEval begin...\nloss: {v} - acc: 0.4\nEval samples: 48\n"),
        "Epoch",
        "loss",
        "eval loss",
    ),
    "announced training and evaluation": Layout(
        lines("Epoch {x}\nTraining...\nloss: {l}\nValidating...\nloss: {v}\n"), "Epoch", "loss", "val loss"
    ),
    "banner of evaluation, counted steps": Layout(
        lines("step {s} loss: {l}\n***** Running Evaluation *****\nloss: {v}\n***** Running training *****\n"),
        "step",
        "loss",
        "eval loss",
        scale=STEPS,
    ),
    "saved dictionary": Layout(
        lines(
            "INFO:tensorflow:loss = {l}, step = {s} (0.7 sec)\n"
            "INFO:tensorflow:Saving dict for global step {s}: accuracy = 0.8, global_step = {s}, loss = {v}\n"
        ),
        "step",
        "loss",
        "eval loss",
        scale=STEPS,
    ),
    "results of an epoch": Layout(
        lines(
            "[h] 2024-01-01 10:00:00,123 (trainer:358) INFO: {x}epoch results: "
            "[train] iter_time=0.1, acc=0.3, loss={l}, total_count=100, [valid] acc=0.2, loss={v}, total_count=8\n"
        ),
        "epoch",
        "loss",
        "valid loss",
    ),
    "other measure of validation": Layout(
        lines("[2024-01-01 10:00:00] Ep. 1 : Up. {s} : Cost {l} * 12,345\n[valid] Up. {s} : cross-entropy : {v}\n"),
        "Up",
        "Cost",
        "valid cross-entropy",
        scale=STEPS,
    ),
    "perplexity of validation": Layout(
        lines("step {s} train loss {l}\nstep {s} valid perplexity {v}\n"),
        "step",
        "train loss",
        "valid perplexity",
        scale=STEPS,
    ),
    "groups of one name": Layout(
        lines("Epoch {x}, batch 0, loss[loss={l}, aux=1.0, over 10. frames. ], tot_loss[loss={v}, aux=2.0], lr: 0.1\n"),
        "Epoch",
        "loss",
        "tot_loss loss",
    ),
    "step in brackets behind a prefix": Layout(
        lines(
            "I0101 02:10:13.974390 1000 logging_writer.py:48] [{s}] learning_rate=1e-05, train_loss={l}\n"
            "I0101 02:10:13.974390 1000 logging_writer.py:48] [{s}] collection=eval loss={v}\n"
        ),
        "step",
        "train_loss",
        "eval loss",
        scale=STEPS,
    ),
    "numpy scalars": Layout(lines("{{'epoch': {x}, 'loss': np.float32({l}), 'val_loss': np.float64({v})}}\n"), "epoch"),
    "tensors": Layout(
        lines("epoch {x} loss tensor({l}, device='cuda:0', grad_fn=<NllLossBackward0>) val_loss tensor({v})\n"), "epoch"
    ),
    "tensors of another library": Layout(
        lines("epoch: {x}, loss: tf.Tensor({l}, shape=(), dtype=float32), val_loss: tf.Tensor({v}, shape=())\n"),
        "epoch",
    ),
}
