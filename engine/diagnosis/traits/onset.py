"""What happens at the onset: values point by point, how it grows and how it returns, what changes for good."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.traits.base import TraitGroup
from engine.diagnosis.traits.tools import decimal, line, own_correlation, squeezed, texture
from engine.diagnosis.view import TINY, View, log_ratio, middle, noise, view
from engine.table import Floats

OFFSETS = (1, 2, 3, 5, 8, 13, 21, 34)
WINDOW = 60  # points before and after, at most


def jump_of(v: View) -> int:
    """The point after the largest step up near the onset."""
    low, high = max(0, v.start - v.near), min(len(v.values), v.start + 2 * v.near + 1)
    steps = np.diff(v.values[low:high])
    return low + 1 + int(np.nanargmax(steps)) if len(steps) and np.isfinite(steps).any() else v.start


def onset(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 8:
        return {}
    y, at = v.values, jump_of(v)
    before = y[max(0, at - WINDOW) : at]
    before = before[np.isfinite(before)]
    if len(before) < 3:
        return {}
    calm = v.values[max(0, v.start - v.near - WINDOW) : max(0, v.start - v.near)]
    calm = calm[np.isfinite(calm)]
    level, unit = middle(calm if len(calm) >= 3 else before), max(v.scatter, TINY)
    after = y[at : at + WINDOW]
    bad = np.flatnonzero(~np.isfinite(after))
    after = after[: bad[0]] if len(bad) else after
    if not len(after):
        return {}
    reach = max(3, min(len(after), v.end - at + 2))
    peak = int(np.argmax(after[:reach]))
    height = float(after[peak]) - level
    size = max(abs(height), unit)
    found = {f"plus{k}": _at(after, peak + k, level, size) for k in OFFSETS}
    found |= {f"minus{k}": _at(before, len(before) - k, level, size) for k in OFFSETS[:5]}
    steps = np.diff(after[: peak + 1])
    first, low = middle(v.all[: max(2, len(v.all) // 50)]), float(v.all.min())
    found |= {
        "height_scatters": squeezed(height / unit),
        "height_level": log_ratio(height, level),
        "height_first": log_ratio(height, first - level),
        "height_floor": log_ratio(height, level - low),
        "peak_first": log_ratio(float(after[peak]), first),
        "peak_at": float(peak),
        "peak_share": peak / len(v.values),
        "shift": (at - v.start) / v.near,
        "first_step": float(np.clip((after[0] - before[-1]) / size, -2, 2)),
        "largest_step": float(steps.max()) / size if len(steps) else 1.0,
        "ups": float(np.mean(steps > 0)) if len(steps) else 1.0,
        "run_up": squeezed(line(before[-10:])[1]),
        "level_before": squeezed((level - low) / unit),
        "gained": (first - level) / max(abs(first), TINY),
    }
    found |= _growth(np.concatenate([before, after[: peak + 1]]) - level, unit)
    found |= {f"return_{name}": value for name, value in _decay(after[peak:], level, height).items()}
    return found


def _at(values: Floats, index: int, level: float, size: float) -> float:
    return float(np.clip((values[index] - level) / size, -3, 3)) if 0 <= index < len(values) else float("nan")


def _growth(over: Floats, unit: float) -> Mapping[str, float]:
    """The rate of the rise: of its logarithm by point, and whether the logarithm or the rise itself is a line.

    Parameters
    ----------
    over : ndarray
        Above the level before, up to the peak.
    """
    low = np.flatnonzero(over <= 2 * unit)
    grown = over[low[-1] + 1 if len(low) else 0 :]
    if len(grown) < 3:
        return {"points": float(len(grown))}
    rate, errors = line(np.log(grown))
    return {
        "points": float(len(grown)),
        "growth": rate / (len(grown) - 1),
        "growth_errors": squeezed(errors),
        "growth_line": squeezed(line(grown)[1]) - squeezed(errors),
        "last_step": float((grown[-1] - grown[-2]) / max(grown[-1], TINY)),
    }


def _decay(values: Floats, level: float, height: float) -> Mapping[str, float]:
    """How fast what is above the level before is lost: points to a half and a tenth, rate, and what stays."""
    if height <= 0 or len(values) < 3:
        return {}
    over = (values - level) / height
    below = [np.flatnonzero(over < share) for share in (0.5, 0.25, 0.1)]
    when = [decimal(1 + float(found[0])) if len(found) else 3.0 for found in below]
    rest = over[1:]
    slope, errors = line(np.log(np.maximum(over[:12], 1e-3)))
    return {
        "half": when[0],
        "quarter": when[1],
        "tenth": when[2],
        "rate": slope,
        "errors": squeezed(errors),
        "stays": float(np.clip(middle(rest[-10:]), -3, 3)),
        "rings": float(np.mean(np.diff(np.sign(np.diff(rest))) != 0)) if len(rest) > 3 else float("nan"),
        "below": float(np.mean(rest < 0)),
    }


def change(facts: Facts) -> Mapping[str, float]:
    """Scatter, slope, correlation and level, after against before, in windows of two sizes."""
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 12:
        return {}
    found: dict[str, float] = {}
    n = len(v.values)
    for name, width in (("short", max(5, n // 30)), ("long", max(10, n // 6))):
        a = v.values[max(0, v.start - width) : v.start]
        b = v.values[min(v.start + max(1, width // 4), n) : v.start + width + width // 4]
        c = v.values[min(v.end + 1, n) : v.end + 1 + width]
        a, b, c = (part[np.isfinite(part)] for part in (a, b, c))
        if len(a) < 4:
            continue
        unit = max(noise(a), 1e-9 * abs(middle(a)), TINY)
        found[f"{name}_slope_before"] = squeezed(line(a)[0] / unit)
        found[f"{name}_lag_before"] = own_correlation(a, 1)
        for part, values in (("after", b), ("end", c)):
            if len(values) < 4:
                continue
            found |= {
                f"{name}_scatter_{part}": log_ratio(noise(values), unit),
                f"{name}_level_{part}": squeezed((middle(values) - middle(a)) / unit),
                f"{name}_ratio_{part}": log_ratio(middle(values), middle(a)),
                f"{name}_slope_{part}": squeezed(line(values)[0] / unit),
                f"{name}_lag_{part}": own_correlation(values, 1),
                f"{name}_overlap_{part}": float(np.mean(values < a.max())),
            }
    return found


def before_texture(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    return {} if v is None else texture(v.before)


def after_texture(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    return {} if v is None else texture(v.after)


ONSET = TraitGroup("onset", onset)
CHANGE = TraitGroup("change", change)
BEFORE = TraitGroup("before", before_texture)
AFTER = TraitGroup("after", after_texture)
