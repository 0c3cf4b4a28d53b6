"""Kick-in: nothing for ten epochs, then everything at once."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.measured import calm, learned, seen
from engine.diagnosis.places import span
from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading, percent
from engine.events import EventKind
from engine.i18n import N_, _, number

NAME = "kick-in"
GROWN = 10.0


def _normal(reading: Reading) -> str:
    general = _("It is common with small initial weights and can be avoided; it is not a mistake in the code.")
    kick = reading.first(EventKind.KICK_IN)
    if kick is None:
        accuracy = percent(reading.end("accuracy"))
        return _("This run's accuracy is {accuracy} %.").format(accuracy=accuracy) + " " + general
    plateau = reading.first(EventKind.PLATEAU)
    length = span(reading.run, plateau.start if plateau else 0, kick.start)
    here = _("In this run nothing moves for {length}, then accuracy rises to {accuracy} %.")
    return here.format(length=length, accuracy=percent(reading.end("accuracy"))) + " " + general


def _wandering(reading: Reading) -> str:
    general = _(
        "No. The difference between samples fades on its way through the layers and grows exponentially until "
        "the output shows it. The total gradient norm shows nothing of it."
    )
    found = _signal_lead(reading)
    if found is None:
        return general
    column, grown, kick = found
    return (
        general
        + " "
        + _("In this run {column} had grown tenfold {lead} before the loss moved.").format(
            column=column, lead=span(reading.run, grown, kick)
        )
    )


def _signal_lead(reading: Reading) -> tuple[str, int, int] | None:
    """The middle layer's signal: its column, the row at ten times its floor, and the row of the kick-in."""
    kick, columns = reading.first(EventKind.KICK_IN), reading.columns("signal")
    if kick is None or not columns:
        return None
    column = columns[min(3, len(columns) - 1)]
    series = reading.series(column, 0, kick.start)
    if len(series) < 5:
        return None
    floor = np.minimum.accumulate(series.values)
    grown = np.flatnonzero(series.values > GROWN * floor)
    return (column, int(series.rows[grown[0]]), kick.start) if len(grown) else None


def _will_it_end(reading: Reading) -> str:
    general = _(
        "Adam's ε decides: while a layer's gradient is far below ε, Adam does not scale it up and the plateau "
        "lasts long. With initial weights of 0.01, {plain} runs learned at ε = 10⁻⁸ and {small} at ε = 10⁻¹⁵, "
        "where the plateau lasts 7 to 8 epochs."
    ).format(plain=learned(NAME, init_std=0.01), small=learned(NAME, init_std=0.01, eps=1e-15))
    columns = reading.columns("grad_over_eps")
    end = _plateau_end(reading)
    ratio = reading.level(columns[0], 0, end) if columns and end is not None else None
    if ratio is None:
        return general
    if ratio < 1:
        here = _("In this run the first layer's gradient is {ratio} × ε during the plateau: below 1.")
    else:
        here = _("In this run the first layer's gradient is {ratio} × ε during the plateau: above 1, so it ends.")
    return here.format(ratio=number(ratio)) + " " + general


def _plateau_end(reading: Reading) -> int | None:
    """The row of the kick-in, or the last row while accuracy is below one half; None without a plateau."""
    kick = reading.first(EventKind.KICK_IN)
    if kick is not None:
        return kick.start
    return len(reading) - 1 if (reading.peak("accuracy") or 0.0) < 0.5 else None


def _every_time(reading: Reading) -> str:
    return _(
        "Because it follows from the size of the initial weights, not from chance: {seen} runs had the plateau. "
        "It lasted 7 to 10 epochs, and accuracy reached 80 % in epoch 12 to 19."
    ).format(seen=seen(NAME))


def _avoid(reading: Reading) -> str:
    text = _(
        "Runs without a plateau: {kaiming} with Kaiming initialisation, {batch_norm} with batch normalization, "
        "{larger} with initial weights of 0.1. SGD with momentum left it in {momentum}. This run starts with "
        "“{init}” weights and normalization “{normalization}”."
    )
    return text.format(
        kaiming=calm(NAME, init="kaiming"),
        batch_norm=calm(NAME, normalization="batch"),
        larger=calm(NAME, init_std=0.1),
        momentum=learned(NAME, optimizer="momentum", lr=0.01),
        init=reading.setting("init"),
        normalization=reading.setting("normalization"),
    )


class KickInStory(ScenarioStory):
    """Eight layers, tiny first weights, Adam."""

    name = NAME
    seen = N_(
        "A network of five convolutions and three dense layers, all weights and biases small random numbers, is "
        "trained with Adam. For about ten passes through the data the loss does not fall. Then it drops, and "
        "within ten more passes accuracy goes from 20 % to 80 %. This happens every time. Is it normal, or a "
        "mistake?"
    )
    known = N_(
        "The optimizer does not wander about. With such small weights all samples look alike after a few layers, "
        "and the difference between them grows exponentially from far below what the loss can show. The first "
        "layer's gradient rises tenfold four epochs before the loss moves."
    )
    to_try = N_("Kaiming initialisation, batch normalization, or larger initial weights; with Adam also a smaller ε.")
    questions = (
        (N_("Is this normal, or am I doing something wrong?"), _normal),
        (N_("Does the optimizer wander about until it finds a steep valley?"), _wandering),
        (N_("How do I know whether the plateau will end?"), _will_it_end),
        (N_("Why does it happen every time?"), _every_time),
        (N_("How can it be avoided?"), _avoid),
        (QUESTION, described),
    )
    outcome = N_("Plateau")
    rule = N_("Plateau: more than two epochs at the loss of guessing.")
    learning = N_("Learned: at least 80 % accuracy in the last twentieth.")
    tries = (
        (N_("Kaiming initialisation"), {"init": "kaiming"}, N_("80 % accuracy in epoch 5 to 8")),
        (N_("Batch normalization"), {"normalization": "batch"}, N_("80 % accuracy in epoch 2 to 3")),
        (N_("Initial weights of 0.1"), {"init_std": 0.1}, N_("A plateau of 2 to 4 epochs instead of 7 to 10")),
        (N_("Learning rate 0.001"), {"lr": 1e-3}, N_("A plateau of 3 to 4 epochs instead of 7 to 10")),
        (N_("Initial weights of 0.01"), {"init_std": 0.01}, N_("It did not end in 9 of 10 runs, and late in one")),
        (
            N_("Initial weights of 0.01 and ε = 10⁻¹⁵"),
            {"init_std": 0.01, "eps": 1e-15},
            N_("It ended after 7 to 8 epochs"),
        ),
        (
            N_("SGD with momentum, learning rate 0.01"),
            {"optimizer": "momentum", "lr": 0.01},
            N_("It never ended"),
        ),
    )
