"""A small recurrent network that has learned, and then loses what it learned again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import MINIBATCHES, knobs

SEQUENCES, LENGTH, NOISE_STD = 200, 30, 0.05
HIDDEN = 32


class LateRise(Scenario):
    """Tanh RNN on four kinds of waves, Adam with β₁ = 0.5: the training loss rises after 90 % accuracy.

    The learning rate is fifteen times the thread's, for a much smaller network, so that it happens in seconds.
    """

    name = "late-rise"
    title = N_("Late rise")
    summary = N_(
        "A recurrent network learns four kinds of sequences past 90 %; epochs later its training loss rises and "
        "accuracy falls"
    )
    brief = N_("Learns past 90 %, then the loss rises again")
    shows = (EventKind.LATE_RISE,)
    panes = ("loss", "grad_norm", "update_rms")
    thread = "000_599a4978bbf65f36"
    settings: ClassVar = knobs(
        MINIBATCHES,
        lr=3e-3,
        batch_size=32,
        optimizer="adam",
        beta1=0.5,
        init="default",
        init_std=0.1,
        dropout=0.0,
        epochs=800,
    )

    @classmethod
    def implied(cls, given: Mapping[str, object]) -> Mapping[str, Value]:
        return {"epochs": 1200} if given["batch_size"] == "full" else {}

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch
        from torch import nn

        from engine.tasks.classification import classification
        from engine.tasks.data.waves import KINDS, waves
        from engine.tasks.networks import Dropout, SequenceClassifier
        from engine.tasks.randomness import numpy_generator

        def network() -> nn.Module:
            recurrent = nn.RNN(1, HIDDEN, batch_first=True)
            return SequenceClassifier(recurrent, len(KINDS), Dropout(float(settings["dropout"])))  # type: ignore[arg-type]

        sequences, kinds = waves(SEQUENCES, LENGTH, NOISE_STD, numpy_generator(seed, "data"))
        return classification(
            network, torch.tensor(sequences, dtype=torch.float32), torch.tensor(kinds), settings, seed, KINDS
        )
