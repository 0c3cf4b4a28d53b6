"""Fluctuation: loss and accuracy of an LSTM swing, and spikes come after it has learned everything."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading, percent, value_or_dash
from engine.events import EventKind
from engine.i18n import N_, _, ngettext, number


def _normal(reading: Reading) -> str:
    values = reading.values("loss")
    if len(values) < 40:
        return _("The run is too short to tell: let it continue.")
    tenth = len(values) // 10
    first, last = (float(np.median(part)) for part in (values[:tenth], values[-tenth:]))
    spread = float(np.subtract(*np.quantile(values[-tenth:], (0.9, 0.1))))
    if last < 0.8 * first:
        trend = _("Its trend falls, from {first} to {last}, and that is what counts.")
    else:
        trend = _("Its trend does not fall: {first} at the start, {last} now.")
    text = _(
        "Some fluctuation is normal with mini-batches. In the last tenth of this run the middle 80 % span {spread}."
    )
    return text.format(spread=number(spread)) + " " + trend.format(first=number(first), last=number(last))


def _small_lr(reading: Reading) -> str:
    peak, ceiling = reading.peak("update_rms"), reading.end("update_rms_ceiling")
    general = _(
        "RMSprop divides the gradient by its own recent size, so the step does not shrink near the minimum: the "
        "learning rate is small, but the step is not small relative to what is left to learn."
    )
    if peak is None or ceiling is None:
        return general
    return (
        general
        + " "
        + _("In this run the relative step reached {peak} of at most {ceiling}.").format(
            peak=number(peak), ceiling=number(ceiling)
        )
    )


def _batch(reading: Reading) -> str:
    if reading.setting("optimizer") == "rmsprop":
        text = _(
            "Not with RMSprop: there the scatter from epoch to epoch was 0.127 at batch size 2 and still 0.099 with "
            "all 98 sequences in every step. It is the step, not the sampling. With SGD at 0.01 the popular answer "
            "holds: 0.107 at 2, 0.0019 at 32."
        )
    else:
        text = _(
            "With SGD at 0.01 it is: the scatter from epoch to epoch fell from 0.107 at batch size 2 to 0.0019 at 32. "
            "With RMSprop it is not: 0.127 at 2, 0.099 with all 98 sequences."
        )
    scale = reading.level("noise_scale")
    if scale is None:
        return text
    return text + " " + _("The noise scale measured in this run is {scale} samples.").format(scale=number(scale))


def _remainder(reading: Reading) -> str:
    size = reading.setting("batch_size")
    if not isinstance(size, int):
        return _("With all samples in every step there is no short mini-batch.")
    left = 98 % size
    if not left:
        return _("The 98 sequences divide evenly into mini-batches of {size}.").format(size=size)
    return ngettext(
        "Of 98 sequences {n} is left for the last mini-batch, and it pulls as strongly as {size} do. Under SGD this "
        "alone made the fluctuation some 30 times larger; under RMSprop dropping it did not stop the spikes.",
        "Of 98 sequences {n} are left for the last mini-batch, and they pull as strongly as {size} do. Under SGD this "
        "alone made the fluctuation some 30 times larger; under RMSprop dropping it did not stop the spikes.",
        left,
    ).format(n=left, size=size)


def _spike(reading: Reading) -> str:
    spikes = reading.of(EventKind.SPIKE, EventKind.OVERSHOOT, EventKind.DIVERGED)
    general = _(
        "Measured over 112 spikes: √v fell 56-fold in 400 steps, then the relative step went 0.43, 1.2, 2.7 and the "
        "loss followed. Here “a small number divided by a smaller one” is right."
    )
    if not spikes:
        return _("This run has had no spike so far.") + " " + general
    largest = max(spikes, key=lambda e: reading.peak("loss", e.start, e.end) or 0.0)
    text = _("The largest comes at {where}.").format(where=reading.where(largest.start))
    early = reading.level("denominator_median", largest.start - 400, largest.start - 100)
    late = reading.level("denominator_median", largest.start - 20, largest.start - 1)
    if early and late:
        text += " " + _("Before it, √v went from {early} to {late}.").format(early=number(early), late=number(late))
    return text + " " + general


def _whole_curve(reading: Reading) -> str:
    epochs = reading.series("epoch")
    if not len(epochs) or epochs.values[-1] < 60:
        return _("This run has not passed 60 epochs yet.")
    row = int(epochs.rows[np.searchsorted(epochs.values, 50.0)])
    return _(
        "Yes. Around epoch 50 this run's loss is {early} and its accuracy {early_accuracy} %; at the end {late} and "
        "{late_accuracy} %."
    ).format(
        early=value_or_dash(reading.level("loss", row - 20, row + 20)),
        early_accuracy=percent(reading.level("accuracy", row - 20, row + 20)),
        late=value_or_dash(reading.end("loss")),
        late_accuracy=percent(reading.end("accuracy")),
    )


def _too_large(reading: Reading) -> str:
    return _(
        "It does not keep the network from learning: this run's best accuracy is {accuracy} %. Whether a smaller one "
        "swings less was not measured."
    ).format(accuracy=percent(reading.peak("accuracy")))


def _bayes(reading: Reading) -> str:
    return _(
        "Not from 98 sequences: the nearest neighbour is wrong for 42 % of them, but for 14.5 % of 2 000 from "
        "the same source. The error shows how few samples there are, not the best possible accuracy."
    )


def _not_reproduced(reading: Reading) -> str:
    return _(
        "At batch size 2 the network did learn, faster than at 32. SGD at 0.001 did not fluctuate: its loss "
        "hardly moved (1.786 to 1.747 in 300 epochs). There was no single late spike: spikes come in series."
    )


class FluctuationStory(ScenarioStory):
    """A large network, few sequences, RMSprop."""

    name = "fluctuation"
    seen = N_(
        "An LSTM with more than 200 000 weights learns 98 sequences of a robot's motor current in six classes. Loss "
        "and accuracy swing widely, although accuracy reaches 100 % after some 800 epochs; near epoch 1200 there is "
        "a giant spike. Smaller learning rates, SGD and smaller batches did not help. Is that normal, and where does "
        "it come from?"
    )
    known = N_(
        "There are two different things: scatter from small mini-batches, which fades as the batch grows, and steps "
        "that are too long for an adaptive optimizer near the minimum, which does not. With RMSprop it is the second."
    )
    to_try = N_(
        "Clip the update or use Adam: giant spikes become rarer. A schedule that lowers the learning rate on a plateau "
        "stops them too, but mostly stops learning with them. Clipping the gradient or dropping the last mini-batch "
        "does not help."
    )
    questions = (
        (N_("Is it normal that the loss swings like this?"), _normal),
        (N_("Why does it happen although the learning rate is very small?"), _small_lr),
        (N_("Is the batch size too small?"), _batch),
        (N_("Is it the short last mini-batch?"), _remainder),
        (N_("What is the giant spike?"), _spike),
        (N_("Is the network too large for so few sequences?"), _too_large),
        (N_("Does the whole curve give a different picture from the first 50 epochs?"), _whole_curve),
        (N_("Does the nearest-neighbour error show the best possible accuracy?"), _bayes),
        (N_("What in the thread could we not reproduce?"), _not_reproduced),
        (QUESTION, described),
    )
    outcome = N_("Giant spikes")
    rule = N_(
        "Giant spikes: after ten epochs at 98 %, an epoch with a mean loss of 0.5 or more, twenty times its usual one."
    )
    learning = N_("Learned: at least 98 % accuracy over ten epochs, at some point.")
    variant = (N_("10 × 10 sequences"), {"data": "motor_10x10"})
    tries = (
        (N_("Clip the update's RMS at 1"), {"clip_update": 1.0}, N_("Smaller spikes remain")),
        (N_("Adam"), {"optimizer": "adam"}, ""),
        (N_("Halve the learning rate on a plateau"), {"schedule": "plateau"}, N_("Some stall below 98 %")),
        (N_("ε = 0.001"), {"eps": 1e-3}, ""),
        (N_("All samples in every step"), {"batch_size": "full"}, N_("One step per epoch: it learns late")),
        (N_("Clip the gradient norm at 0.1"), {"clip_norm": 0.1}, ""),
        (N_("Drop the last mini-batch"), {"drop_last": True}, ""),
        (
            N_("SGD at 0.01, for contrast"),
            {"optimizer": "sgd", "lr": 0.01},
            N_("Here a larger batch does calm the curve"),
        ),
        (
            N_("Cosines against arc cosines"),
            {"data": "cos_arccos"},
            N_("86 to 100 % in the fourth epoch: network and code work"),
        ),
    )
