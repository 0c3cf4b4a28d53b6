"""Clues of the whole curve: how much was learned, how it scatters, where the event lies in it."""

from __future__ import annotations

import math

import numpy as np

from engine.diagnosis.clues.view import TINY, View, finite, log_ratio, middle, noise

LARGEST_CHANCE = 20


def course(v: View) -> dict[str, float]:
    """Position, gain, scatter and its colour."""
    y, n = v.all, len(v.values)
    found = {
        "position": v.start / max(1, n - 1),
        "length": (v.end - v.start + 1) / n,
        "lasts": float(v.end >= n - 2),
        "log_points": math.log10(n),
        "finite": len(y) / n,
    }
    if len(y) < 8:
        return found
    edge = max(2, len(y) // 20)
    first, last = middle(y[:edge]), middle(y[-edge:])
    span, rough = float(np.percentile(y, 98) - y.min()), noise(y)
    half = len(y) // 2
    found |= {
        "gain": (first - last) / max(abs(first), TINY),
        "back": (last - float(y.min())) / max(span, TINY),
        "rough_of_span": log_ratio(rough, span),
        "rough_of_level": log_ratio(rough, abs(last)),
        "rough_late_early": log_ratio(noise(y[half:]), noise(y[:half])),
        "drift_late": (middle(y[half : half + edge]) - last) / max(noise(y[half:]), 1e-6 * abs(last), TINY),
        "distinct": len(np.unique(y[half:])) / len(y[half:]),
        "negative": float((y < 0).mean()),
        "zero": float((y == 0).mean()),
        "top_of_first": log_ratio(float(y.max()), first),
        "first_of_second": (float(y[0]) - middle(y[1:4])) / max(rough, 1e-6 * abs(first), TINY),
        **_colour(y[half:]),
        **_speed(y),
    }
    return found | {"chance": _chance(last), "chance_first": _chance(first)}


def _colour(y: np.ndarray) -> dict[str, float]:
    """Correlation of neighbours about a running median, tails, and lopsidedness of what is left."""
    if len(y) < 12:
        return {}
    width = 9
    smooth = np.convolve(np.pad(y, width // 2, mode="edge"), np.full(width, 1 / width), "valid")
    rest = y - smooth
    size = float(np.std(rest))
    if size < 1e-12 * (abs(middle(y)) + TINY):
        return {"still": 1.0}
    z = np.clip(rest / size, -8, 8)
    deviation = 1.4826 * float(np.median(np.abs(rest))) + TINY
    return {
        "still": 0.0,
        "neighbours": float(np.mean(z[1:] * z[:-1])),
        "second_neighbours": float(np.mean(z[2:] * z[:-2])),
        "tails": math.log10(size / deviation),
        "lopsided": float(np.mean(z**3)),
    }


def _speed(y: np.ndarray) -> dict[str, float]:
    """When half and nine tenths of the gain were made, as shares of the run, and how steep the steepest part is."""
    edge = max(2, len(y) // 20)
    coarse = np.array([middle(part) for part in np.array_split(y, min(40, len(y) // 2))])
    gain = coarse[0] - coarse.min()
    if gain <= 0 or edge < 2:
        return {}
    when = [float(np.argmax(coarse <= coarse[0] - share * gain)) / len(coarse) for share in (0.1, 0.5, 0.9)]
    steepest = float(np.max(coarse[:-1] - coarse[1:]) / gain) if len(coarse) > 1 else 1.0
    return {"tenth_at": when[0], "half_at": when[1], "most_at": when[2], "steepest": steepest}


def _chance(level: float) -> float:
    """Decimal logarithm of the distance from the logarithm of the nearest number of classes, relative to the level."""
    if not 0.3 < level < math.log(LARGEST_CHANCE + 1):
        return 0.0
    nearest = math.log(max(2, round(math.exp(level))))
    return math.log10(max(abs(level / nearest - 1), 1e-5))


def around(v: View) -> dict[str, float]:
    """The loss at the onset: what came before, how abrupt and how high it is, and how it returns."""
    found: dict[str, float] = {}
    before, y = finite(v.values[max(0, v.start - 50) : v.start]), v.values
    if len(before) < 3:
        return found
    level, unit, near = middle(before), v.scatter, v.near
    top = finite(y[v.start : min(len(y), v.end + 2)])
    if len(top):
        peak = float(top.max())
        found["height"] = log_ratio(peak - level, unit) if peak > level else -1.0
        found["height_of_level"] = log_ratio(peak, level)
        found["abrupt"] = float(np.clip((top[0] - level) / max(peak - level, TINY), -1, 2))
        found["peak_at"] = float(np.argmax(top)) / max(1, len(v.values)) * 30
        found["drop"] = log_ratio(level - float(top.min()), unit) if top.min() < level else -1.0
    then = finite(y[v.start + 1 : v.start + 1 + near])
    later = finite(y[v.start + near : v.start + 3 * near])
    first = v.all[: max(2, len(v.all) // 20)]
    found["learned"] = (middle(first) - level) / max(abs(middle(first)), TINY)
    if len(then) and len(later):
        found["settled"] = float(np.clip((middle(later) - level) / unit, -50, 50))
        found["half_back"] = float(np.clip((middle(then) - level) / unit, -50, 50))
        found["rough_change"] = log_ratio(noise(later), noise(before))
    found["run_up"] = float(np.clip((middle(before[-3:]) - level) / unit, -20, 20))
    earlier = v.before
    if len(earlier) > 10 and len(then):
        found["as_before"] = float((earlier > middle(then)).mean())
    return found


def lost(v: View) -> dict[str, float]:
    """How a series came to be no number."""
    bad = ~np.isfinite(v.values)
    zero = v.values == 0
    if not bad.any():
        return {"never_lost": 1.0, "zero_end": float(zero[-1] and len(zero) > 3 and zero[-3:].all())}
    at = int(np.argmax(bad))
    before = v.values[max(0, at - 30) : at]
    found = {"never_lost": 0.0, "lost_first": float(at == 0), "lost_inf": float(np.isinf(v.values[at]))}
    if len(before) >= 3:
        level = middle(before[: max(1, len(before) * 2 // 3)])
        found["growth"] = log_ratio(float(before.max()), level)
        found["growth_scatters"] = float(
            np.clip((before[-1] - level) / max(noise(before[:-2]), 1e-3 * abs(level), TINY), -20, 200)
        )
        found["lost_at"] = at / len(v.values)
    return found
