"""Whether a fault shows: a log against that of its sound twin, which has the same seed and is logged the same way.

No detector is asked. Levels are running medians over a thirtieth of the run; the gain is how far the twin's level
falls; a scatter is 1.4826 times the median absolute difference of neighbours, over the root of 2.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from scipy.ndimage import median_filter

from tools.faultlab.logbook import Log

Values = np.ndarray[Any, np.dtype[np.float64]]
RISES = ("diverged", "overshoot", "late_rise", "spike", "fluctuation")
FLAT = ("stalled", "plateau", "kick_in")
ON_VALIDATION = ("turn", "grok")  # faces of the validation loss
KINDS = {
    "rise": RISES,
    "lost": ("diverged", "stalled", "overshoot"),
    "slow": FLAT,
    "noise": ("fluctuation", "spike", "overshoot", "late_rise", "stalled", "plateau"),
    "epoch": ("epoch_boundary", "fluctuation", "spike", "kick_in"),
    "drop": ("kick_in", "plateau"),
    "done": ("plateau",),
    "grok": ("kick_in", "plateau"),
    "turn": ("overfitting", "late_rise", "overshoot", "diverged", "fluctuation"),
    "moving": (*RISES, "overfitting"),
}


def level(values: Values) -> Values:
    """Running median over a thirtieth of the run."""
    size = max(3, len(values) // 30 | 1)
    return median_filter(np.nan_to_num(values, nan=np.inf, posinf=np.inf), size, mode="nearest")


def scatter(values: Values) -> float:
    """Robust scatter of a series about its own course."""
    finite = values[np.isfinite(values)]
    return float(1.4826 * np.median(np.abs(np.diff(finite))) / 2**0.5) if len(finite) > 2 else 0.0


def gain(values: Values) -> float:
    """How far the level falls from its start to its lowest."""
    found = level(values)
    return float(found[: max(1, len(found) // 30)].max() - found.min())


def is_sound(values: Values) -> bool:
    """Whether a series learns, without an end higher than its lowest level by more than a tenth of its gain."""
    if not np.isfinite(values).all():
        return False
    found, fallen, noise = level(values), gain(values), scatter(values)
    back = np.max(found - np.minimum.accumulate(found))
    jump = np.max(values[len(values) // 20 :] - found[len(values) // 20 :])
    return bool(
        fallen > 2 * noise
        and fallen > 0.1 * abs(found[0])
        and back < 0.15 * fallen + 3 * noise
        and jump < max(10 * noise, 0.5 * fallen)
    )


def face_of_its_own(log: Log, main: str) -> str | None:
    """The face that a log without a fault shows by the rules that a fault's must: then it is not sound either.

    Its validation turns, or its course is locked to epochs, as by a last mini-batch of one sample.
    """
    if main == "loss" and _turns(log) is not None:
        return "turn"
    values = log.values(main)
    return "epoch" if _is_periodic(values, log.an_epoch) and locked_strength(values, log.an_epoch) > 1 else None


def shows(face: str, faulty: Log, twin: Log, main: str, onset: int | None) -> tuple[str, int] | None:
    """The face that shows and the row it begins at, or None."""
    ours, theirs = faulty.values(main), twin.values(main)
    if face == "worse":
        for one in ("rise", "slow", "noise"):
            if (found := shows(one, faulty, twin, main, onset)) is not None:
                return found
        return None
    if face == "late":
        found = shows("rise", faulty, twin, main, onset) or shows("noise", faulty, twin, main, onset)
        return found if found and found[1] > len(ours) // 20 else None
    if face in ("turn", "turn_only"):
        row = _turns(faulty)
        if row is None or (face == "turn_only" and not _stays_right(faulty)):
            return None
        return "turn", row
    if face == "grok":
        row = _groks(faulty)
        return None if row is None else (face, row)
    if face == "moving":
        row = _moves(faulty, main)
        return None if row is None else (face, row)
    count = min(len(ours), len(theirs))
    row = {"rise": _rises, "lost": _lost, "slow": _slow, "noise": _noise, "drop": _drop, "done": _done}.get(
        face, _locked
    )(ours[:count], theirs[:count], onset, faulty)
    return None if row is None else (face, row)


def _rises(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """Above its own past and above the twin by six scatters and a tenth of the twin's gain, or not finite."""
    lost = np.flatnonzero(~np.isfinite(ours) & np.isfinite(theirs))
    room = max(6 * scatter(theirs), 0.1 * gain(theirs))
    past = np.minimum.accumulate(np.nan_to_num(level(ours), posinf=1e300))
    before = np.concatenate([[past[0]], past[:-1]])
    high = (np.nan_to_num(ours, nan=1e300, posinf=1e300) - np.maximum(before, theirs)) > room
    if onset is not None:
        last = min(len(ours), onset + max(5, len(ours) // 15))
        high[: max(0, onset - 1)] = False
        return onset if high[max(0, onset - 1) : last].any() else None
    found = np.flatnonzero(high)
    if len(found) == 0:
        return int(lost[0]) if len(lost) else None
    return int(found[0])


def _lost(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    row = min(onset or 0, len(ours) - 1)
    return row if not np.isfinite(ours[row:]).all() or (ours[row:] == 0).all() else None


def _slow(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """Less than a third of the twin's gain, or half of it three times as late and after a sixth of the run."""
    if not np.isfinite(ours).all():
        return None
    whole, start = gain(theirs), level(theirs)[0]
    if whole < 4 * scatter(theirs) or whole < 0.1 * abs(start):
        return None
    own = level(ours)
    if own[-max(1, len(own) // 10) :].mean() > own[0] - whole / 3:
        return 0
    late, soon = (int(np.argmax(x <= x[0] - whole / 2)) for x in (own, level(theirs)))
    return 0 if late >= max(3 * soon, len(ours) / 6) else None


def _noise(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """In the last half two and a half times the twin's scatter, and a thirtieth of its gain."""
    if not np.isfinite(ours).all():
        return None
    half = len(ours) // 2
    own = scatter(ours[half:])
    return 0 if own > 2.5 * scatter(theirs[half:]) and own > gain(theirs) / 30 else None


def _drop(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """Within a twentieth of the run the level falls by two scatters and a twelfth of the gain; the twin's does not."""
    if onset is None or not 5 < onset < len(ours) - 5 or not np.isfinite(ours).all():
        return None
    width = max(5, len(ours) // 20)
    falls = [np.median(x[onset - width : onset]) - np.median(x[onset + 1 : onset + 1 + width]) for x in (ours, theirs)]
    room = max(2 * scatter(ours[onset:]), 0.08 * gain(ours))
    return onset if falls[0] > room and falls[1] < falls[0] / 3 else None


def _done(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """Nine tenths and more of the gain in the first two fifths, and nothing that rises."""
    if not is_sound(ours):
        return None
    found = level(ours)
    goal = found[0] - 0.95 * (found[0] - found.min())
    row = int(np.argmax(found <= goal))
    rest = np.median(found[len(found) * 2 // 5 : len(found) * 3 // 5]) - np.median(found[-len(found) // 5 :])
    return row if row < 0.4 * len(found) and rest < max(scatter(ours) / 2, 0.01 * gain(ours)) else None


def _locked(ours: Values, theirs: Values, onset: int | None, log: Log) -> int | None:
    """Steps, spikes or a repeated course at the ends of epochs: clear in the log and not in the twin's."""
    period = log.an_epoch
    if not _is_periodic(ours, period):
        return None
    found, other = locked_strength(ours, period), locked_strength(theirs, period)
    return int(period) - 1 if found > 1 and found > 2 * other else None


def _is_periodic(values: Values, period: float) -> bool:
    """Whether there are epochs to see, of a series that is finite."""
    return bool(period >= 4 and len(values) / period >= 2.5 and np.isfinite(values).all())


def locked_strength(values: Values, period: float) -> float:
    """The largest of three contrasts, each against what decides: a step or a spike at the end of epochs, repetition."""
    noise = max(scatter(values), 1e-12)
    ends = np.arange(period, len(values) - 1, period).round().astype(int)
    width = max(1, min(int(period) // 4, 8))
    steps = np.array([np.median(values[e : e + width]) - np.median(values[max(0, e - width) : e]) for e in ends])
    inner = ends - int(period / 2)
    others = np.array([np.median(values[e : e + width]) - np.median(values[max(0, e - width) : e]) for e in inner])
    spikes = np.array([values[e - 1] - (values[e - 2] + values[min(e + 1, len(values) - 1)]) / 2 for e in ends])
    step = abs(np.median(steps) - np.median(others)) / noise
    spike = max(abs(np.median(spikes)), 0.6 * np.median(np.abs(spikes))) / (2.5 * noise)
    return float(max(step / 1.2, spike, _repeats(values, period)))


def _repeats(values: Values, period: float) -> float:
    whole = round(period)
    rows = len(values) // whole
    if rows < 3 or whole < 8:
        return 0.0
    detail = values - median_filter(values, min(whole | 1, 101), mode="nearest")
    table = detail[len(detail) - rows * whole :].reshape(rows, whole)[1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = [np.corrcoef(a, b)[0, 1] for a, b in pairwise(table)]
    return float(np.nan_to_num(np.median(alike)) / 0.5) if alike else 0.0


def _turns(log: Log) -> int | None:
    """Validation ends above its lowest level by a seventh of its gain and three scatters, training does not."""
    if "val_loss" not in log.columns:
        return None
    held, rows = log.values("val_loss"), np.flatnonzero(log.present["val_loss"])
    own = log.values("loss")
    if len(held) < 8 or not (np.isfinite(held).all() and np.isfinite(own).all()):
        return None
    smooth = median_filter(held, 3, mode="nearest")
    lowest = int(np.argmin(smooth))
    up = np.median(smooth[-3:]) - smooth[lowest]
    fallen = max(smooth[0] - smooth[lowest], 0.0)
    training = level(own)
    falls = np.median(training[-len(training) // 10 :]) <= training[rows[lowest]] + scatter(own)
    is_clear = up > max(0.15 * fallen, 3 * scatter(held), 0.03 * abs(smooth[lowest]))
    return int(rows[lowest]) if is_clear and falls and lowest < 0.85 * len(held) else None


def _groks(log: Log) -> int | None:
    """Validation falls by half and more within a sixth of the run, long after training came near its lowest level.

    It falls an eighth of the run and half as many steps again after nine tenths of the training loss are gained. There
    training is below a quarter of validation, and neither it nor validation before falls by 0.4 as much in as long.
    """
    if "val_loss" not in log.columns:
        return None
    held, rows, own = log.values("val_loss"), np.flatnonzero(log.present["val_loss"]), log.values("loss")
    if len(held) < 16 or not (np.isfinite(held).all() and np.isfinite(own).all()) or min(held.min(), own.min()) <= 0:
        return None
    smooth, training = median_filter(held, 3, mode="nearest"), level(own)
    width = len(held) // 6
    known = int(np.argmax(training[rows] <= training.min() + 0.1 * gain(own)))
    places = np.arange(max(3 * known // 2, known + len(held) // 8, width), len(held) - width)
    if not len(places):
        return None
    falls, before = _factors(smooth, places, width), _factors(smooth, places - width, width)
    best = int(np.argmax(falls - 2 * np.maximum(before, 0)))
    place = int(places[best])
    is_late = training[rows[place]] < smooth[place] / 4
    is_alone = max(before[best], _factors(training[rows], places, width)[best]) < 0.4 * falls[best]
    lasts = np.median(smooth[-3:]) < smooth[place] / 2
    if not (falls[best] > np.log(2) and is_late and is_alone and lasts):
        return None
    begun = smooth[place : place + width + 1] < smooth[place] * np.exp(-0.1 * falls[best])
    return int(rows[place + max(0, int(np.argmax(begun)) - 1)])


def _factors(values: Values, places: Any, width: int) -> Values:
    """Logarithms of the factors by which values fall from each place to so many points later."""
    found: Values = np.log(values[places] / values[places + width])
    return found


def _stays_right(log: Log) -> bool:
    """Whether validation accuracy, where it is logged, ends within 0.02 of its best."""
    if "val_accuracy" not in log.columns:
        return False
    right = log.values("val_accuracy")
    return bool(np.median(right[-3:]) > right.max() - 0.03)


def _moves(log: Log, main: str) -> int | None:
    """A loss that ends above its lowest level by a fifth of its range, or never falls at all."""
    own = log.values(main)
    if not np.isfinite(own).all():
        return None
    found = level(own)
    lowest = int(np.argmin(found))
    span = np.ptp(found)
    return lowest if found[-1] - found[lowest] > max(0.2 * span, 2 * scatter(own) / len(own) ** 0.5) else None
