"""Late rise: training loss climbs after 90 % accuracy."""

from __future__ import annotations

from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading, percent, said
from engine.events import Event, EventKind
from engine.i18n import N_, _, ngettext, number

RISES = (EventKind.LATE_RISE, EventKind.OVERSHOOT, EventKind.DIVERGED)
LONG = 10  # rows from which a spike is a rise to the person who asked


def _rises(reading: Reading) -> list[Event]:
    """The events at which the loss went up for more than a moment."""
    found = reading.of(*RISES, EventKind.SPIKE)
    return [e for e in found if e.kind is not EventKind.SPIKE or e.end - e.start >= LONG]


def _first_rise(reading: Reading) -> Event | None:
    return next(iter(_rises(reading)), None)


def _why(reading: Reading) -> str:
    rise = _first_rise(reading)
    if rise is None:
        return _no_rise_yet(reading)
    text = _("The step grew too long for where the weights were, not the data too hard.")
    before = reading.level("grad_norm", rise.start - 200, rise.start - 20)
    peak = reading.peak("grad_norm", rise.start - 5, rise.end)
    if before and peak:
        text += " " + _(
            "At {where} the gradient norm went from its usual {before} to {peak}; Adam's denominator, "
            "which remembers a thousand steps, could not follow."
        ).format(where=reading.where(rise.start), before=number(before), peak=number(peak))
    return text + _relative_step(reading, rise)


def _relative_step(reading: Reading, rise: Event) -> str:
    calm = reading.level("update_rms", rise.start - 200, rise.start - 20)
    peak = reading.peak("update_rms", rise.start - 5, rise.start + 20)
    if calm is None or peak is None:
        return ""
    text = _("Its relative step m/√v was {calm} before and reached {peak}.")
    return " " + text.format(calm=number(calm), peak=number(peak))


def _no_rise_yet(reading: Reading) -> str:
    text = _("This run has not risen so far; its accuracy stands at {accuracy} %.")
    return text.format(accuracy=percent(reading.end("accuracy")))


def _lower_lr(reading: Reading) -> str:
    count = len(_rises(reading))
    here = ngettext(
        "With a learning rate of {lr} this run has risen {n} time.",
        "With a learning rate of {lr} this run has risen {n} times.",
        count,
    ).format(lr=_lr(reading), n=number(count))
    return (
        here
        + " "
        + _(
            "The popular answer does not hold here: with a third of the rate, 10 of 10 runs still rose, only later, "
            "and with a tenth 3 of 3. What holds: a tenth of it once accuracy reaches 90 % stopped the rise in 10 of "
            "10."
        )
    )


def _lr(reading: Reading) -> str:
    lr = reading.setting("lr")
    return number(lr) if isinstance(lr, (int, float)) else "–"


def _small_by_smaller(reading: Reading) -> str:
    measured = _(
        "Measured over seven rises: √v stayed flat or grew, while the gradient jumped from 2.5 over 6.9 to 13.5 in the "
        "last steps. The explanation does not hold here."
    )
    rise = _first_rise(reading)
    early = late = None
    if rise is not None:
        early = reading.level("denominator_median", rise.start - 500, rise.start - 300)
        late = reading.level("denominator_median", rise.start - 50, rise.start)
    if not early or not late:
        return measured
    if late < 0.7 * early:
        here = _("In this run √v fell from {early} to {late} before the rise, so it may have had a part.")
    else:
        here = _("In this run √v went from {early} to {late} before the rise: it did not shrink.")
    return here.format(early=number(early), late=number(late)) + " " + measured


def _betas(reading: Reading) -> str:
    text = _(
        "With β₁ = 0.9 rises became rarer (26 instead of 45 in ten runs), but 10 of 10 runs still had one. "
        "This run has β₁ = {beta1}."
    )
    beta1 = reading.setting("beta1")
    return text.format(beta1=number(beta1) if isinstance(beta1, (int, float)) else "–")


def _schedule_or_clipping(reading: Reading) -> str:
    norm = reading.level("grad_norm")
    text = _(
        "Of ten runs that all rose, these stayed calm: 10 with a tenth of the rate at 90 % accuracy, 8 with the "
        "gradient clipped at 0.1, 6 at 1, 7 with the update clipped, 7 with a plateau schedule, 6 with steps, 2 with "
        "a cosine, 2 with AMSGrad, and none with a larger ε."
    )
    if norm is None:
        return text
    return text + " " + _("The usual gradient norm of this run is {norm}.").format(norm=said(norm))


def _noise(reading: Reading) -> str:
    return _("No: with all samples in every step, so without any sampling noise, 10 of 10 runs rose as well.")


class LateRiseStory(ScenarioStory):
    """A recurrent network forgets what it had learned, on its own training data."""

    name = "late-rise"
    seen = N_(
        "A recurrent network learns to tell four kinds of sequences apart. Training loss falls until more than 90 % of "
        "the training samples are right. Some epochs later it rises, and accuracy falls, on the training set itself. "
        "A lower learning rate seemed to help; the person wants to know why it happens at all."
    )
    known = N_(
        "Training with Adam lives at the edge of stability for long. When the gradient jumps at a cliff, the "
        "denominator, an average over a thousand steps, is still small, and one step carries the weights far away. "
        "No early warning was found, but the relative step is known before it is taken, so a clip can veto it."
    )
    to_try = N_(
        "Lower the learning rate when 90 % is reached, or clip the gradient or the update. A lower rate from the start "
        "only delays the rise."
    )
    questions = (
        (N_("Why does the loss rise on the very data it is trained on?"), _why),
        (N_("Is the learning rate too high; would a lower one never rise?"), _lower_lr),
        (N_("Does Adam divide a small number by an even smaller one?"), _small_by_smaller),
        (N_("Do the usual betas (0.9, 0.999) prevent it?"), _betas),
        (N_("Would a schedule or gradient clipping help?"), _schedule_or_clipping),
        (N_("Is it the noise of the mini-batches?"), _noise),
        (QUESTION, described),
    )
    tries = (
        (
            N_("A tenth of the learning rate at 90 % accuracy"),
            {"schedule": "at_90"},
            N_("10 of 10 runs stayed calm"),
        ),
        (N_("Clip the gradient norm at 0.1"), {"clip_norm": 0.1}, N_("8 of 10 runs stayed calm")),
        (N_("Clip the update's RMS at 1"), {"clip_update": 1.0}, N_("7 of 10 runs stayed calm")),
        (N_("Halve the learning rate on a plateau"), {"schedule": "plateau"}, N_("7 of 10 runs stayed calm")),
        (N_("β₁ = 0.9"), {"beta1": 0.9}, N_("10 of 10 runs still rose, less often")),
        (N_("A third of the learning rate"), {"lr": 1e-3}, N_("10 of 10 runs still rose, only later")),
        (N_("AMSGrad"), {"amsgrad": True}, N_("8 of 10 runs still rose")),
        (N_("All samples in every step"), {"batch_size": "full"}, N_("10 of 10 runs still rose")),
    )
