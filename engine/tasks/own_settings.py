"""The settings that only a person's own training has."""

from __future__ import annotations

from engine.i18n import N_
from engine.tasks.settings import Kind, Setting

OWN_SETTINGS = {
    "batch_norm": Setting(
        "batch_norm",
        N_("BatchNorm"),
        N_("Whether it uses the statistics of the mini-batch or its running ones"),
        Kind.CHOICE,
        "batch",
        words=("batch", "running"),
    ),
    "hold_lr": Setting(
        "hold_lr",
        N_("Hold the learning rate"),
        N_("Keep the rate that the schedule has reached"),
        Kind.SWITCH,
        False,
    ),
    "precision": Setting(
        "precision",
        N_("Precision"),
        N_("Type of the numbers in the forward pass"),
        Kind.CHOICE,
        "float32",
        words=("float32", "bfloat16", "float16"),
    ),
}
