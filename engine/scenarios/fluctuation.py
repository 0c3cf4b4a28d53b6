"""A large recurrent network on 98 sequences under RMSprop: the curve never calms down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import MINIBATCHES, knobs

SEQUENCES, LENGTH, NOISE_STD = 98, 100, 0.1
HIDDEN = 224
FOLDED, LITERAL, SHORT, COSINES = "motor", "motor_100x1", "motor_10x10", "cos_arccos"
FEATURES = {LITERAL: 1, SHORT: 10}  # values that make one time step, elsewhere 4


class Fluctuation(Scenario):
    """LSTM with 207 430 parameters, RMSprop 1e-3: trains of spikes after the loss was 1e-4.

    The thread's shape of 100 time steps with one feature is the choice ``motor_100x1``; by default four values make one
    time step, which is six times as fast and shows the same; ``motor_10x10`` is twice as fast again.
    """

    name = "fluctuation"
    title = N_("Fluctuation")
    summary = N_(
        "An LSTM learns 98 sequences; loss and accuracy swing, and giant spikes appear after accuracy has reached 100 %"
    )
    brief = N_("Giant spikes, after 100 % was reached")
    shows = (EventKind.FLUCTUATION, EventKind.SPIKE)
    panes = ("loss", "accuracy", "update_rms")
    thread = "001_19e227074db964e3"
    settings: ClassVar = knobs(
        MINIBATCHES,
        lr=1e-3,
        batch_size=32,
        optimizer="rmsprop",
        eps=1e-7,
        init="default",
        init_std=0.05,
        dropout=0.0,
        epochs=500,
        data=(FOLDED, (FOLDED, LITERAL, SHORT, COSINES)),
    )

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch
        from torch import nn

        from engine.tasks.classification import classification
        from engine.tasks.data.sequences import FLOORS, cosines, folded, motor
        from engine.tasks.networks import Dropout, SequenceClassifier
        from engine.tasks.randomness import numpy_generator

        make, classes = (cosines, 2) if settings["data"] == COSINES else (motor, FLOORS)
        features = FEATURES.get(str(settings["data"]), 4)

        def network() -> nn.Module:
            recurrent = nn.LSTM(features, HIDDEN, batch_first=True)
            return SequenceClassifier(recurrent, classes, Dropout(float(settings["dropout"])))  # type: ignore[arg-type]

        sequences, kinds = make(SEQUENCES, LENGTH, NOISE_STD, numpy_generator(seed, "data"))
        inputs = torch.tensor(folded(sequences, features), dtype=torch.float32)
        names = ("cos", "arccos") if settings["data"] == COSINES else tuple(str(1 + k) for k in range(FLOORS))
        return classification(network, inputs, torch.tensor(kinds), settings, seed, names)
