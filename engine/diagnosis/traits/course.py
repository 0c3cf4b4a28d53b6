"""The course of the whole run: its profile, and what kind of curve it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.detectors.stream.scatter import quantile
from engine.diagnosis.facts import Facts
from engine.diagnosis.traits.base import TraitGroup
from engine.diagnosis.traits.tools import (
    blocks,
    correlation,
    decimal,
    few,
    line,
    means_of_parts,
    ranks,
    squeezed,
    texture,
)
from engine.diagnosis.view import TINY, log_ratio, middle, noise, view
from engine.table import Floats

PARTS = 16
FITTED = 256  # points, which are means of the run's
TIMES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # of the run: time constants that are tried


def course(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 8:
        return {}
    y = few(v.all)
    edge = max(1, len(y) // 20)
    start, end, low = middle(y[:edge]), middle(y[-edge:]), float(y.min())
    top = quantile(y, 0.98)
    span = max(top - low, 1e-9 * abs(top), TINY)
    unit = max(noise(y), 1e-9 * abs(top), TINY)
    parts = [middle(part) for part in np.array_split(y, min(PARTS, len(y) // 2))]
    found = {f"part{i}": (part - low) / span for i, part in enumerate(parts)}
    slope, errors = line(y)
    half = y[len(y) // 2 :]
    late_slope, late_errors = line(half)
    quarters = [noise(part) for part in np.array_split(y, 4)]
    first = float(y[0])
    return found | {
        "slope": slope / span,
        "slope_errors": squeezed(errors),
        "late_slope": late_slope / span,
        "late_errors": squeezed(late_errors),
        "late_scatters": squeezed(late_slope / unit),
        "order": correlation(ranks(y), np.arange(len(y), dtype=float)),
        "first": squeezed((first - middle(y[1:4])) / unit),
        "first_span": (first - start) / span,
        "first_log": decimal(max(abs(first), 1e-9)),
        "end_first": log_ratio(end, start),
        "low_first": log_ratio(low, start),
        "low_at": float(np.argmin(y)) / len(y),
        "top_at": float(np.argmax(y)) / len(y),
        "scatter_level": log_ratio(unit, start),
        "scatter_span": log_ratio(unit, span),
        **{f"scatter{i}": log_ratio(part, unit) for i, part in enumerate(quarters)},
    }


def curve(facts: Facts) -> Mapping[str, float]:
    """Against a level alone, how much less is left by a line, an exponential, a power of the step, and one step."""
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 12:
        return {}
    y = v.all
    means = means_of_parts(y, min(FITTED, len(y)))
    n = len(means)
    at = (np.arange(n) + 0.5) / n
    level = max(float(((means - means.mean()) ** 2).sum()), TINY)
    best, best_time, amount = _exponential(means, at)
    power = _left(means, np.log(at))
    step, step_at = _one_step(means)
    lines = _left(means, at)
    return {
        "line": decimal(max(lines / level, 1e-6)),
        "exponential": decimal(max(best / level, 1e-6)),
        "exponential_line": decimal(max(best, TINY) / max(lines, TINY)),
        "power_exponential": decimal(max(power, TINY) / max(best, TINY)),
        "step_exponential": decimal(max(step, TINY) / max(best, TINY)),
        "step_at": step_at,
        "time": best_time,
        "time_points": decimal(max(10**best_time * len(y), 1e-3)),
        "amount": squeezed(amount / max(noise(y), TINY)),
    }


def _left(values: Floats, basis: Floats) -> float:
    """What a line over a basis leaves of the squares."""
    basis = basis - basis.mean()
    left = values - values.mean()
    size = float(basis @ basis)
    return float(left @ left) - float(left @ basis) ** 2 / size if size > 0 else float(left @ left)


def _exponential(values: Floats, at: Floats) -> tuple[float, float, float]:
    """Squares left by the best exponential, log₁₀ of its time constant, how far it falls."""
    found = []
    for time in TIMES:
        basis = np.exp(-at / time)
        middle_, size = basis - basis.mean(), 0.0
        size = float(middle_ @ middle_)
        if size > 0:
            slope = float(middle_ @ values) / size
            found.append((_left(values, basis), decimal(time), slope * float(basis[0] - basis[-1])))
    return min(found)


def _one_step(values: Floats) -> tuple[float, float]:
    """Squares left by two levels, and where the second begins."""
    n = len(values)
    count = np.arange(1, n)
    total, squares = np.cumsum(values), float((values**2).sum())
    explained = total[:-1] ** 2 / count + (total[-1] - total[:-1]) ** 2 / (n - count)
    best = int(np.argmax(explained))
    return max(squares - float(explained[best]), 0.0), (best + 1) / n


def whole_texture(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    return {} if v is None else {**texture(v.all), **blocks(v.all)}


def late_texture(facts: Facts) -> Mapping[str, float]:
    """Of the second half, in which most of the course is over."""
    v = view(facts, facts.event.series)
    return {} if v is None else {**texture(v.all[len(v.all) // 2 :]), **blocks(v.all[len(v.all) // 2 :])}


COURSE = TraitGroup("course", course)
CURVE = TraitGroup("curve", curve)
TEXTURE = TraitGroup("texture", whole_texture)
LATE = TraitGroup("late", late_texture)
