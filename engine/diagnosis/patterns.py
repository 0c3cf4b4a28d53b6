"""Patterns: yes-or-no signals over the measures of an event, each with the limits that it uses."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.measures.rise_and_return import peak_of
from engine.diagnosis.points import finite, positive
from engine.diagnosis.signals import Signal
from engine.events import EventKind
from engine.series import has_reward
from engine.smoothing import of_filled

RISES = (EventKind.SPIKE, EventKind.OVERSHOOT, EventKind.LATE_RISE, EventKind.DIVERGED, EventKind.FLUCTUATION)
GROWN_SCATTERS = 5.0  # five scatters are beyond chance even among the largest of ten points
GROWN_FACTOR = 2.0
GROWN_POINTS = 3
SLOW_POINTS = 4  # a mini-batch or a clipped step is gone after one to three points
OVERLAP_ENDS = 1.2
LONGEST_WARM_UP = 0.15  # of the run; published recipes take a tenth and less
NEAR_PART, FEWEST_RATES = 20, 3
KNOWN_BEFORE, KNOWN_FALL = 0.3, 0.2  # of the time before validation falls, and of its fall
KNOWN_GAP = 0.5  # decades, about threefold: a validation loss that what was learned does not hold for
FINE_TUNING_RATE = 5e-5  # and below: published recipes for weights that are trained already


def above(name: str, limit: float) -> Signal:
    """Whether a measure is above a limit."""

    def answer(facts: Facts) -> bool | None:
        value = measured(name, facts)
        return None if value is None else value > limit

    return answer


def below(name: str, limit: float) -> Signal:
    """Whether a measure is below a limit."""

    def answer(facts: Facts) -> bool | None:
        value = measured(name, facts)
        return None if value is None else value < limit

    return answer


rate_jumped = above("lr_jump_factor", 1.5)
rate_did_not_jump = below("lr_jump_factor", 1.1)
rate_did_not_drop = above("lr_drop_factor", 0.9)
rate_never_fell = below("lr_fall_count", 0.5)
rate_never_rose = below("lr_growth_in_event_factor", 1.1)
rate_dropped = below("lr_drop_factor", 0.67)
rate_is_tiny = below("lr_over_least_usual", 1.0)
rate_is_huge = above("lr_over_most_usual", 1.0)
rate_has_decayed = below("lr_share_of_peak", 0.02)
gradient_is_zero = above("gradient_norm_zero_share", 0.9)
gradient_is_no_number = above("gradient_norm_not_finite_share", 0.0)
loss_scale_fell = above("loss_scale_fall_factor", 4.0)
scatter_follows_rate = above("scatter_with_rate_slope", 0.5)
scatter_ignores_rate = below("scatter_with_rate_slope", 0.2)
shows_in_other_loss = above("other_loss_jump_scatters", 5.0)
was_paused = above("time_gap_factor", 20.0)
starts_loud = above("first_row_factor", 5.0)
peaks_early = above("early_peak_factor", 5.0)
is_back_at_zero = below("back_at_zero_share", 0.2)
accuracy_falls_too = above("val_accuracy_fall_in_event_share", 0.02)
accuracy_holds = below("val_accuracy_fall_in_event_share", 0.005)
knew_all_answers = above("accuracy_before_fall_share", 0.98)
training_falls_too = above("known_fall_share", 0.5)
training_shows_nothing = below("known_fall_share", 0.1)


def of_kinds(signal: Signal, *kinds: EventKind) -> Signal:
    """The same where the event is of one of some kinds; of others it says nothing."""
    return lambda facts: signal(facts) if facts.event.kind in kinds else None


rises_as_rate_jumps = of_kinds(rate_jumped, *RISES)
rises_at_record_rate = of_kinds(above("lr_record_factor", 1.5), *RISES)
sets_in_as_rate_grows = of_kinds(above("lr_ramp_factor", 1.2), EventKind.KICK_IN)
settles_as_rate_drops = of_kinds(below("lr_drop_at_end_factor", 0.67), EventKind.PLATEAU, EventKind.FLUCTUATION)


def rate_stayed(facts: Facts) -> bool | None:
    """Whether the logged rate is the same before and after the onset."""
    up, down = measured("lr_jump_factor", facts), measured("lr_drop_factor", facts)
    return None if up is None or down is None else up < 1.1 and down > 0.9


def no_rate_dropped(facts: Facts) -> bool | None:
    """Whether no logged rate is a tenth below the one before it, from a twentieth of the run ahead of the event on."""
    ahead = facts.event.start - len(facts.run.table) // NEAR_PART
    rates = positive(facts.values("lr", ahead, facts.event.end))
    return None if len(rates) < FEWEST_RATES else bool((rates[1:] / rates[:-1]).min() > 0.9)


def grew_before_nan(facts: Facts) -> bool | None:
    """Whether the loss, or another one that ended with it, grew over several points before it was not a number."""
    height, factor = measured("growth_before_nan_scatters", facts), measured("growth_before_nan_factor", facts)
    points = measured("growth_before_nan_rows", facts)
    if factor is None or points is None:
        return None
    is_steady = height is not None and height > GROWN_SCATTERS and points >= GROWN_POINTS
    return is_steady or factor > GROWN_FACTOR


def grew_while_rate_rose(facts: Facts) -> bool | None:
    """Whether it grew while a warm-up was still raising the learning rate."""
    grew, rising = grew_before_nan(facts), measured("lr_rising_share", facts)
    return None if grew is None or rising is None else grew and rising > 0.5


def is_dead(facts: Facts) -> bool | None:
    """Whether the series ends with one value again and again, after it had moved."""
    distinct, scatter = measured("distinct_at_end_share", facts), measured("scatter_at_end_share", facts)
    if distinct is None or scatter is None:
        return None
    moved = measured("early_peak_factor", facts) or 1.0
    return distinct < 0.2 and scatter < 1e-4 and (moved > 1.2 or facts.event.start > 0)


def known_long_before(facts: Facts) -> bool | None:
    """Whether a validation loss far above the training loss falls, long after training came near its lowest level."""
    known, gap = measured("known_before_fall_share", facts), measured("known_gap_log", facts)
    fall = measured("known_fall_share", facts)
    is_fall = facts.event.kind in (EventKind.KICK_IN, EventKind.PLATEAU)
    if known is None or gap is None or fall is None or not is_fall:
        return None
    if facts.event.kind is EventKind.PLATEAU and not _is_followed_by_a_fall(facts):
        return False
    return known > KNOWN_BEFORE and gap > KNOWN_GAP and abs(fall) < KNOWN_FALL


def _is_followed_by_a_fall(facts: Facts) -> bool:
    ends = facts.event.end
    own = (e for e in facts.others if e.kind is EventKind.KICK_IN and e.series == facts.event.series)
    return any(e.end > ends for e in own)


def falls_below_later(facts: Facts) -> bool:
    """Whether the series later comes below all that it was up to the event, by the median of any three values."""
    held, start = facts.event.series, facts.event.start
    before = finite(facts.values(held, 0, start))
    later = finite(facts.values(held, start + 1, len(facts.run.table) - 1))
    if not len(before) or len(later) < 3:
        return False
    return bool(of_filled(later, 1)[1:-1].min() < before.min())


def never_moves(facts: Facts) -> bool | None:
    """Whether every epoch has the same mean to the last digit, or the whole run one value: the weights never change."""
    against_chance = measured("epoch_means_against_chance_factor", facts)
    if against_chance is not None and against_chance >= 0.2:
        return False
    digits = measured("epoch_means_spread_digits", facts)
    if against_chance is not None and digits is not None:
        return digits <= 2
    distinct = measured("distinct_share", facts)
    return None if distinct is None or facts.event.start > 2 else distinct < 0.1


def is_staircase(facts: Facts) -> bool | None:
    """Whether the loss steps down at the ends of epochs and not within them."""
    step = measured("epoch_step_scatters", facts)
    if step is None or step >= -3:
        return None if step is None else False
    drift = measured("epoch_drift_scatters", facts)
    return None if drift is None else drift > step / 2


def exceeds_one(facts: Facts) -> bool | None:
    """Whether the loss rises well beyond 1, where overlap losses end."""
    found = peak_of(facts)
    return None if found is None else bool(found[0][found[1]] > OVERLAP_ENDS)


def still_knows_much(facts: Facts) -> bool | None:
    """Whether most of the accuracy that was gained is left, of a loss that is no overlap loss by where it began."""
    last = len(facts.run.table) - 1
    loss, accuracy = (finite(facts.values(name, 0, last)) for name in (facts.event.series, "accuracy"))
    after = finite(facts.values("accuracy", facts.event.start + (facts.event.end - facts.event.start) // 2, last))
    if not len(loss) or not len(accuracy) or not len(after) or loss[0] <= OVERLAP_ENDS:
        return None
    return bool(np.median(after) > (accuracy[0] + accuracy.max()) / 2)


def knows_no_rates(facts: Facts) -> bool:
    """Whether neither the rate of each step nor a schedule is known."""
    return "lr" not in facts.run.table and not {"schedule", "warmup_steps"} & set(facts.settings)


def is_flat_beyond_a_warm_up(facts: Facts) -> bool | None:
    """Whether the loss stays flat for longer than a warm-up takes, and no rate or schedule is known."""
    if not knows_no_rates(facts):
        return None
    ends = facts.event.start if facts.event.kind is EventKind.KICK_IN else facts.event.end
    return ends > LONGEST_WARM_UP * len(facts.run.table)


def returns_slowly(facts: Facts) -> bool | None:
    """Whether the loss jumps from one point to the next and needs many points to come back, or is not back yet."""
    height, rise = measured("rise_scatters", facts), measured("rise_points", facts)
    half, returned = measured("half_return_points", facts), measured("returned_share", facts)
    if height is None or rise is None or returned is None:
        return None
    is_slow = half >= SLOW_POINTS if half is not None else returned < 0.5
    return height > GROWN_SCATTERS and rise <= 1 and is_slow


def returns_at_once(facts: Facts) -> bool | None:
    """Whether half the height is gone within three points."""
    half = measured("half_return_points", facts)
    return None if half is None else half < SLOW_POINTS


def is_fine_tuning(facts: Facts) -> bool | None:
    """Whether the weights were trained before: said by a setting, or by a rate that only fine-tuning uses."""
    said = facts.settings.get("fine_tuning")
    if said is not None:
        return bool(said)
    rate = measured("lr_at", facts)
    return None if rate is None else rate <= FINE_TUNING_RATE


def is_policy(facts: Facts) -> bool:
    """Whether a reward stands beside the loss, which then is a policy's and says little."""
    return has_reward(facts.run.table.columns)


def policy_improves(facts: Facts) -> bool | None:
    """Whether that reward does not fall."""
    rise = measured("reward_rise_scatters", facts)
    return None if rise is None else rise > -2
