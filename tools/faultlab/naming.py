"""What a person would call what a fault made, from the log and the known onset; no detector is asked.

A fault fixes where to look and what may be there; how wide a rise is, whether it returns and how far it stands out fix
the kind and how sure it is. Where the curve leaves it open, the kinds that it may be are ``unsure``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import median_filter

from tools.faultlab.rules import RISES, Values, gain, level, locked_strength, scatter

NARROW, WIDE = 0.04, 0.12  # of the run: a rise that is a spike, and one that is none
CLEAR_SCATTERS, CLEAR_SHARE = 10, 0.2  # of the gain: a rise that everybody sees
LARGE_SCATTER = 0.1  # of the gain: what is called fluctuating by everybody, and a third of it by some


@dataclass(frozen=True)
class Name:
    """A kind with its first and last row and ``sure``, ``likely`` or ``unsure``."""

    kind: str
    start: int
    end: int
    certainty: str


def named(label: dict[str, Any], values: Values) -> list[Name]:
    """The names of what is in a log, shape (rows,), the doubtful ones last; empty for a healthy one."""
    face, onset = label["face"], min(label["onset"], len(values) - 1)
    found = FACES[face](values, onset, label) if face in FACES else []
    return found + [name for name in _doubts(values, face) if name.kind not in {one.kind for one in found}]


def _rise(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    last = len(values) - 1
    if not np.isfinite(values[onset:]).all():
        return _lost(values, onset, label)
    if onset < 3 and values.max() <= 1.2 * values[0]:
        return _any_of(RISES, 0, last)
    before = float(np.median(values[max(0, onset - max(3, last // 50)) : onset])) if onset else float(values[0])
    peak = onset + int(np.argmax(values[onset : onset + max(5, last // 10)]))
    height = float(values[peak]) - before
    smooth = median_filter(values, 3, mode="nearest")
    back = np.flatnonzero(smooth[peak + 1 :] < before + height / 4)
    if not len(back):
        return _stays(values, onset, peak, before)
    certainty = _clearly(height, values)
    end = peak + 1 + int(back[0])
    if onset < 3:
        return [Name("overshoot", onset, end, certainty), *_any_of(("spike", "fluctuation"), onset, end)]
    if end - onset <= max(3, NARROW * last):
        return [Name("spike", onset, end, certainty)]
    if end - onset <= WIDE * last:
        return _any_of(("spike", "overshoot", "late_rise"), onset, end)
    return [Name("overshoot", onset, end, certainty), *_any_of(("late_rise", "diverged"), onset, end)]


def _stays(values: Values, onset: int, peak: int, before: float) -> list[Name]:
    last = len(values) - 1
    final = float(np.median(values[-max(3, last // 10) :]))
    certainty = _clearly(final - before, values)
    if final > values[0]:
        kind = "diverged"
    else:
        kind = "overshoot" if peak - onset <= max(3, last // 50) else "late_rise"
    others = [other for other in ("diverged", "overshoot", "late_rise") if other != kind]
    return [Name(kind, onset, last, certainty), *_any_of(others, onset, last)]


def _clearly(height: float, values: Values) -> str:
    is_clear = height > CLEAR_SCATTERS * scatter(values) and height > CLEAR_SHARE * gain(values)
    return "sure" if is_clear else "likely"


def _any_of(kinds: Sequence[str], start: int, end: int) -> list[Name]:
    return [Name(kind, start, end, "unsure") for kind in kinds]


def _lost(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    last, lost = len(values) - 1, np.flatnonzero(~np.isfinite(values))
    if not len(lost):
        return _any_of(("diverged", "stalled", "kick_in"), onset, last)
    start = onset if 0 <= lost[0] - onset < len(values) // 10 else int(lost[0])
    return [Name("diverged", start, last, "sure"), *_any_of(("overshoot", "late_rise"), start, last)]


def _slow(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    """Stalled if next to nothing is gained; a plateau and its end if there is one; else anything."""
    last, course = len(values) - 1, level(values)
    fallen = course[0] - course
    total = float(fallen[-max(1, last // 20) :].mean())
    if total < max(2 * scatter(values), 0.03 * abs(course[0])):
        return [Name("stalled", 0, last, "sure"), *_any_of(("plateau", "fluctuation"), 0, last)]
    begun, done = int(np.argmax(fallen > 0.15 * total)), int(np.argmax(fallen > 0.8 * total))
    if begun > last / 6 and done - begun < 1.5 * begun:
        return [Name("plateau", 0, begun, "sure"), Name("kick_in", begun, done, "likely")]
    return _any_of(("stalled", "plateau", "kick_in"), 0, last)


def _noise(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    share = scatter(values[len(values) // 3 :]) / max(gain(values), 1e-12)
    certainty = "sure" if share > LARGE_SCATTER else "likely" if share > LARGE_SCATTER / 2 else "unsure"
    last = len(values) - 1
    return [Name("fluctuation", onset, last, certainty), *_any_of(("spike", "overshoot", "stalled"), onset, last)]


def _epoch(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    strong = locked_strength(values, label["an_epoch"]) > 2
    last = len(values) - 1
    return [Name("epoch_boundary", onset, last, "sure" if strong else "likely"), *_any_of(("spike",), onset, last)]


def _drop(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    return _any_of(("kick_in",), onset, min(len(values) - 1, onset + len(values) // 20))


def _grok(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    last, width = len(values) - 1, len(values) // 6
    return [
        Name("plateau", max(0, onset - width), onset, "unsure"),
        Name("kick_in", onset, min(last, onset + width), "likely"),
        *_any_of(("overfitting", *RISES), 0, onset),
    ]


def _done(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    return _any_of(("plateau",), onset, len(values) - 1)


def _turn(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    last = len(values) - 1
    return [Name("overfitting", onset, last, "sure"), *_any_of(RISES, onset, last)]


def _moving(values: Values, onset: int, label: dict[str, Any]) -> list[Name]:
    last, course = len(values) - 1, level(values)
    is_clear = course[-1] - course[onset] > 0.3 * np.ptp(course) and last - onset > last / 10
    first = [Name("late_rise", onset, last, "likely")] if is_clear else []
    return [*first, *_any_of(RISES, onset, last)]


def _doubts(values: Values, face: str) -> list[Name]:
    """Kinds that a labeller might see besides."""
    last, finite = len(values) - 1, values[np.isfinite(values)]
    noise, fallen = scatter(finite), max(gain(finite), 1e-12) if len(finite) else 1.0
    kinds = ["plateau"] if face != "sound" else []
    if noise > LARGE_SCATTER / 3 * fallen:
        kinds += ["fluctuation"]
    if fallen < 3 * noise:
        kinds += ["stalled", "plateau"]
    if len(finite) > 3 and np.max((finite - level(finite))[len(finite) // 20 :]) > 6 * noise:
        kinds += ["spike"]
    if face != "sound":
        kinds += ["kick_in"]
    return _any_of(sorted(set(kinds)), 0, last)


FACES: dict[str, Callable[[Values, int, dict[str, Any]], list[Name]]] = {
    "rise": _rise,
    "lost": _lost,
    "slow": _slow,
    "noise": _noise,
    "epoch": _epoch,
    "drop": _drop,
    "done": _done,
    "grok": _grok,
    "turn": _turn,
    "moving": _moving,
}
