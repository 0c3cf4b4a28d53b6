"""Late rise: training loss climbs after 90 % accuracy."""

from __future__ import annotations

from engine.diagnosis.measured import calm, learned, seen
from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading, percent, value_or_dash
from engine.events import Event, EventKind
from engine.i18n import N_, _, ngettext, number

RISES = (EventKind.LATE_RISE, EventKind.OVERSHOOT, EventKind.DIVERGED)
NAME = "late-rise"
LONG = 10  # rows from which on a spike counts as a rise


def _rises(reading: Reading) -> list[Event]:
    """The events in which the loss rose for longer."""
    found = reading.of(*RISES, EventKind.SPIKE)
    return [e for e in found if e.kind is not EventKind.SPIKE or e.end - e.start >= LONG]


def _first_rise(reading: Reading) -> Event | None:
    return next(iter(_rises(reading)), None)


def _why(reading: Reading) -> str:
    rise = _first_rise(reading)
    if rise is None:
        return _no_rise_yet(reading)
    text = _("The data did not become too hard: the step became too long for where the weights were.")
    before = reading.level("grad_norm", rise.start - 200, rise.start - 20)
    peak = reading.peak("grad_norm", rise.start - 5, rise.end)
    if before and peak:
        text += " " + _(
            "At {where} the gradient norm went from its usual {before} to {peak}; Adam's denominator, which "
            "averages over a thousand steps, could not follow."
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
    text = _("The loss of this run has not risen so far; accuracy is {accuracy} %.")
    return text.format(accuracy=percent(reading.end("accuracy")))


def _lower_lr(reading: Reading) -> str:
    count = len(_rises(reading))
    here = ngettext(
        "With a learning rate of {lr} the loss of this run has risen {n} time.",
        "With a learning rate of {lr} the loss of this run has risen {n} times.",
        count,
    ).format(lr=_lr(reading), n=number(count))
    return (
        here
        + " "
        + _(
            "The popular answer does not hold here. Runs with a rise after 90 %: {third} with a third of the "
            "rate and three times as many epochs, {tenth} with a tenth and five times as many. What does work is "
            "a tenth of the rate from 90 % accuracy on: {at_90} rose."
        ).format(
            third=seen(NAME, lr=1e-3, epochs=2400),
            tenth=seen(NAME, lr=3e-4, epochs=4000),
            at_90=seen(NAME, schedule="at_90"),
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
        here = _("In this run √v fell from {early} to {late} before the rise, so it may have contributed.")
    else:
        here = _("In this run √v went from {early} to {late} before the rise: it did not shrink.")
    return here.format(early=number(early), late=number(late)) + " " + measured


def _betas(reading: Reading) -> str:
    text = _(
        "No. They make rises rarer (19 in ten runs, compared with 35 at β₁ = 0.5), but {usual} runs still rose "
        "after 90 %, and {as_it_is} with β₁ = 0.5. This run has β₁ = {beta1}."
    )
    beta1 = reading.setting("beta1")
    return text.format(
        usual=seen(NAME, beta1=0.9),
        as_it_is=seen(NAME),
        beta1=number(beta1) if isinstance(beta1, (int, float)) else "–",
    )


def _schedule_or_clipping(reading: Reading) -> str:
    norm = reading.level("grad_norm")
    text = _(
        "Runs without a rise after 90 %: {at_90} with a tenth of the rate at 90 % accuracy, {step} with the rate "
        "halved eight times, {update} with the update clipped, {norm_01} with the gradient clipped at 0.1 and "
        "{norm_1} at 1, {cosine} with a cosine schedule, {eps} with a larger ε, {amsgrad} with AMSGrad; "
        "{as_it_is} unchanged. A plateau schedule keeps {plateau} calm, but only {plateau_learned} learn."
    ).format(
        at_90=calm(NAME, schedule="at_90"),
        step=calm(NAME, schedule="step"),
        update=calm(NAME, clip_update=1.0),
        norm_01=calm(NAME, clip_norm=0.1),
        norm_1=calm(NAME, clip_norm=1.0),
        cosine=calm(NAME, schedule="cosine"),
        eps=calm(NAME, eps=1e-3),
        amsgrad=calm(NAME, amsgrad=True),
        as_it_is=calm(NAME),
        plateau=calm(NAME, schedule="plateau"),
        plateau_learned=learned(NAME, schedule="plateau"),
    )
    if norm is None:
        return text
    return text + " " + _("The usual gradient norm of this run is {norm}.").format(norm=value_or_dash(norm))


def _noise(reading: Reading) -> str:
    text = _("No: with all samples in every step, so without any sampling noise, {full} runs rose after 90 % as well.")
    return text.format(full=seen(NAME, batch_size="full"))


class LateRiseStory(ScenarioStory):
    """A recurrent network forgets what it had learned, on its own training data."""

    name = NAME
    seen = N_(
        "A recurrent network learns to tell four kinds of sequences apart. Training loss falls until more than "
        "90 % of the training samples are right. Some epochs later the loss rises and accuracy falls, on the "
        "training set itself. A lower learning rate seemed to help. Why does the loss rise at all?"
    )
    known = N_(
        "Training with Adam spends a long time at the edge of stability. When the gradient jumps at a cliff, the "
        "denominator, an average over a thousand steps, is still small, and one step carries the weights far "
        "away. No early warning was found, but the relative step is known before it is taken, so clipping can "
        "prevent it."
    )
    to_try = N_(
        "Lower the learning rate when 90 % is reached, or clip the gradient or the update. A lower rate from the start "
        "only delays the rise."
    )
    questions = (
        (N_("Why does the loss rise on the very data it is trained on?"), _why),
        (N_("Is the learning rate too high, and would a lower one prevent the rise?"), _lower_lr),
        (N_("Does Adam divide a small number by an even smaller one?"), _small_by_smaller),
        (N_("Do the usual betas (0.9, 0.999) prevent it?"), _betas),
        (N_("Would a schedule or gradient clipping help?"), _schedule_or_clipping),
        (N_("Is it the noise of the mini-batches?"), _noise),
        (QUESTION, described),
    )
    outcome = N_("Rose")
    rule = N_("Rose: after 90 %, the accuracy of three epochs falls by 0.2 and the loss rises by 0.5.")
    learning = N_("Learned: at least 90 % accuracy in the last twentieth.")
    tries = (
        (
            N_("A tenth of the learning rate at 90 % accuracy"),
            {"schedule": "at_90"},
            N_("Rises before 90 % are unchanged"),
        ),
        (N_("Clip the gradient norm at 0.1"), {"clip_norm": 0.1}, ""),
        (N_("Clip the update's RMS at 1"), {"clip_update": 1.0}, ""),
        (N_("Halve the learning rate on a plateau"), {"schedule": "plateau"}, N_("Often too early: it stalls")),
        (N_("β₁ = 0.9"), {"beta1": 0.9}, ""),
        (N_("A third of the learning rate"), {"lr": 1e-3}, N_("With three times as many epochs all of them rose")),
        (N_("AMSGrad"), {"amsgrad": True}, ""),
        (N_("All samples in every step"), {"batch_size": "full"}, ""),
    )
