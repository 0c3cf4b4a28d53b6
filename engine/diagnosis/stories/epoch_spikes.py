"""Epoch spikes: a mark at the end of every epoch, by one of four mechanisms."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.reading import Reading
from engine.i18n import N_, _, number
from engine.table import Floats
from engine.values import dataclass

SAMPLES = 5039
WINDOW = 200


@dataclass(frozen=True)
class _Jump:
    """Jump at the epoch boundaries in the logged loss and in the per-step loss recovered from it."""

    logged: float
    recovered: float
    scatter: float


def _cause(reading: Reading) -> str:
    if reading.setting("loss_logging") == "running_mean":
        return _running_mean(reading)
    if reading.setting("shuffle") is False:
        return _("The samples come in the same order in every epoch, class after class, so the same curve repeats.")
    if reading.setting("reduction") == "sum_over_nominal" and _remainder(reading):
        return _short_batch(reading)
    if reading.setting("mechanism") == "memorising":
        return _(
            "The images are noise and can only be memorised. At each boundary every image has been seen once "
            "more, so the loss steps down; within the epoch it drifts up, because each step undoes a little of "
            "what was learned about the other images."
        )
    return _("With these settings nothing is tied to the end of the epoch.")


def _running_mean(reading: Reading) -> str:
    text = _(
        "The way the loss is logged: the plotted value is the mean since the epoch began. At the boundary the "
        "old losses are discarded and the mean restarts from a few steps."
    )
    jump = _jump(reading)
    if jump is None:
        return text
    return (
        text
        + " "
        + _(
            "Recovered by k·mₖ − (k−1)·mₖ₋₁, the per-step loss of this run changes by {recovered} at the "
            "boundaries while single steps scatter by {scatter}; in the plotted mean the change is {logged}."
        ).format(recovered=number(jump.recovered, 2), scatter=number(jump.scatter, 2), logged=number(jump.logged, 2))
    )


def _jump(reading: Reading) -> _Jump | None:
    means, epochs = reading.values("loss"), reading.values("epoch")
    if len(means) != len(epochs) or not len(epochs) or epochs[-1] <= 1.1:
        return None
    numbers = np.ceil(epochs - 1e-9)
    starts = np.flatnonzero(np.diff(numbers) > 0) + 1
    losses = recovered_losses(means, starts)
    steps = [abs(losses[s : s + WINDOW].mean() - losses[s - WINDOW : s].mean()) for s in starts if s >= WINDOW]
    logged = [abs(means[s : s + 20].mean() - means[s - 1]) for s in starts]
    return _Jump(float(np.mean(logged)), float(np.mean(steps)), float(losses.std())) if steps else None


def recovered_losses(means: Floats, starts: np.ndarray) -> Floats:
    """Recover the per-step losses from a mean that restarts at `starts`: lₖ = k·mₖ − (k−1)·mₖ₋₁.

    Examples
    --------
    >>> recovered_losses(np.array([4.0, 3.0, 4.0, 1.0, 2.0]), np.array([3]))
    array([4., 2., 6., 1., 3.])
    """
    position = np.arange(len(means))
    begins = np.concatenate([[0], starts])
    count = position - begins[np.searchsorted(begins, position, "right") - 1] + 1
    before = np.concatenate([[0.0], means[:-1]])
    return count * means - (count - 1) * before


def _remainder(reading: Reading) -> int:
    size = reading.setting("batch_size")
    return SAMPLES % size if isinstance(size, int) else 0


def _short_batch(reading: Reading) -> str:
    size, left = reading.setting("batch_size"), _remainder(reading)
    text = _(
        "The last mini-batch has {left} of {size} samples, but its loss is still divided by {size}, so it is "
        "logged at {share} % of its true value."
    )
    return text.format(left=left, size=size, share=number(round(100 * left / size)))  # type: ignore[operator]


def _how_bad(reading: Reading) -> str:
    if reading.setting("loss_logging") == "running_mean":
        return _(
            "Not at all: it does not affect training. Only the curve is wrong, and it can hide what really happens."
        )
    if reading.setting("shuffle") is False:
        return _("It slows learning down and biases the last steps of each epoch towards the last class.")
    if reading.setting("mechanism") == "memorising":
        return _("The step itself is harmless, but it shows that samples are being memorised: watch validation loss.")
    return _("Dividing the loss by too much also makes the gradient of these samples too small, once per epoch.")


def _shuffling(reading: Reading) -> str:
    if reading.setting("shuffle"):
        return _("No: this run draws a new order in every epoch.")
    return _("Yes: this run keeps the order. With “{setting}” on, the pattern disappears.").format(setting=_("Shuffle"))


def _last_batch(reading: Reading) -> str:
    size, left = reading.setting("batch_size"), _remainder(reading)
    if not left:
        return _("No: {samples} samples divide evenly into mini-batches of {size}.").format(
            size=size, samples=number(SAMPLES)
        )
    if reading.setting("drop_last"):
        return _("No: this run drops the short mini-batch.")
    text = _("Possibly: of {samples} samples, {left} are left for the last mini-batch of {size}.")
    return text.format(left=left, samples=number(SAMPLES), size=size)


def _clipping(reading: Reading) -> str:
    if reading.setting("loss_logging") == "running_mean":
        return _("No. The spikes are in the logging; there is nothing in the gradients to clip.")
    return _("No. Clipping would shorten steps, but the cause lies in the order, number or repetition of the samples.")


class EpochSpikesStory(ScenarioStory):
    """A CNN with batch size 1 on 5039 samples."""

    name = "epoch-spikes"
    seen = N_(
        "A CNN in PyTorch, Adam at 10⁻⁵, 5039 samples, batch size 1, shuffled in every epoch. At the end of each "
        "epoch the training loss has a spike, mostly down, sometimes up. It is neither the order nor a short last "
        "batch. What is it, and how bad is it?"
    )
    known = N_(
        "Four mechanisms look alike: a running mean that restarts, a fixed order, a short last batch, and "
        "memorised samples. The curve alone is enough to tell them apart; the running mean is undone first, "
        "since it looks like the other three."
    )
    to_try = N_("Log the loss of each step. What remains of the pattern is real.")
    questions = (
        (N_("What do you think causes these spikes?"), _cause),
        (N_("How bad is such a pattern?"), _how_bad),
        (N_("Is it the order of the samples?"), _shuffling),
        (N_("Is it a last mini-batch of a different size?"), _last_batch),
        (N_("Would gradient clipping be a way out?"), _clipping),
    )
    outcome = N_("Pattern found")
    rule = N_("Pattern found: the detectors report an event tied to the end of the epoch.")
    learning = N_(
        "Learned: twice the accuracy of guessing in the last epoch. Five epochs at 10⁻⁵ end long before learning does."
    )
    tries = (
        (N_("Log the loss of each step"), {"loss_logging": "step"}, ""),
        (N_("Not shuffled"), {"mechanism": "not_shuffled"}, N_("The same curve in each epoch")),
        (N_("Not shuffled, then shuffled"), {"mechanism": "not_shuffled", "shuffle": True}, ""),
        (
            N_("Short last batch, fixed divisor"),
            {"mechanism": "short_last_batch"},
            N_("A dip to 37 % in each epoch"),
        ),
        (N_("Short last batch, true mean"), {"mechanism": "short_last_batch", "reduction": "mean"}, ""),
        (N_("Memorised"), {"mechanism": "memorising"}, N_("A step down at each boundary")),
    )
