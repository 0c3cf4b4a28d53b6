"""What each of the other columns does before, at and after the event, and how it goes with the loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.other_series import partner
from engine.diagnosis.traits.base import TraitGroup
from engine.diagnosis.traits.onset import jump_of
from engine.diagnosis.traits.tools import correlation, decimal, line, squeezed
from engine.diagnosis.view import TINY, View, log_ratio, middle, noise, view

COLUMNS = ("lr", "grad_norm", "accuracy", "val_accuracy", "reward", "kl")
FEWEST = 4


def columns(facts: Facts) -> Mapping[str, float]:
    own = view(facts, facts.event.series)
    if own is None:
        return {}
    found: dict[str, float] = {}
    there = {name: name for name in COLUMNS} | {"other": partner(facts) or ""}
    for name, column in there.items():
        v = view(facts, column) if column and column != facts.event.series else None
        if v is not None and len(v.all) >= FEWEST:
            found |= {f"{name}_{trait}": value for trait, value in _column(v).items()}
            found |= {f"{name}_{trait}": value for trait, value in _beside(v, own).items()}
    return found


def _column(v: View) -> Mapping[str, float]:
    y, n = v.all, len(v.values)
    at = min(v.start, n - 1)
    usual, unit = middle(y), max(noise(y), TINY)
    before, after = (
        p[np.isfinite(p)] for p in (v.values[max(0, at - v.near) : at], v.values[at + 1 : at + 1 + v.near])
    )
    here = v.values[max(0, at - 2) : at + 3]
    here = here[np.isfinite(here)]
    span = float(np.ptp(y))
    found = {
        "missing": 1 - len(y) / n,
        "zero": float(np.mean(y == 0)),
        "same": float(np.mean(np.diff(y) == 0)),
        "span": log_ratio(span, usual) if span else -12.0,
        "scatter": log_ratio(unit, usual),
        "scatter_span": log_ratio(unit, span),
        "slope_errors": squeezed(line(y)[1]),
        "end_first": log_ratio(middle(y[-max(1, len(y) // 20) :]), middle(y[: max(1, len(y) // 20)])),
        "end_share": (middle(y[-max(1, len(y) // 20) :]) - y.min()) / max(span, TINY),
        "first_share": (y[0] - y.min()) / max(span, TINY),
        "top_at": float(np.argmax(y)) / len(y),
        "low_at": float(np.argmin(y)) / len(y),
        "low_usual": log_ratio(float(y.min()), usual),
        "top_usual": log_ratio(float(y.max()), usual),
        "steps": squeezed(float(np.abs(np.diff(y)).max()) / unit),
    }
    if len(here):
        found |= {
            "at_share": (middle(here) - y.min()) / max(span, TINY),
            "at_usual": log_ratio(float(np.max(here)), usual),
            "at_low": log_ratio(float(np.min(here)), usual),
        }
    if len(before) and len(here):
        found["at_before"] = log_ratio(float(np.max(here)), middle(before))
        found["at_scatters"] = squeezed((float(np.max(here)) - middle(before)) / unit)
        found["slope_before"] = squeezed(line(before)[0] / unit)
        found["dip_before"] = log_ratio(float(before.min()), middle(before))
    if len(before) and len(after):
        found["after_before"] = log_ratio(middle(after), middle(before))
        found["after_scatters"] = squeezed((middle(after) - middle(before)) / unit)
        found["scatter_after"] = log_ratio(noise(after), max(noise(before), 1e-6 * abs(middle(before))))
    return found


def _beside(v: View, own: View) -> Mapping[str, float]:
    """Correlations with the loss, of values and of steps, in the run and at the event, and which peaks first."""
    if len(v.values) != len(own.values):
        # Logged at other rows: compare the courses.
        parts = max(1, min(len(v.all), len(own.all), 40))
        courses = (np.array([middle(part) for part in np.array_split(x.all, parts)]) for x in (v, own))
        return {"course_with": correlation(*courses)}
    good = np.isfinite(v.values) & np.isfinite(own.values)
    a, b = v.values[good], own.values[good]
    found = {
        "course_with": correlation(a, b),
        "steps_with": correlation(np.diff(a), np.diff(b)),
        "next_with": correlation(a[:-1], np.diff(b)),
        "last_with": correlation(np.diff(a), b[:-1]),
        "size_with": correlation(np.log(np.abs(a) + TINY), np.log(np.abs(b) + TINY)),
        "late_with": correlation(a[len(a) // 2 :], b[len(b) // 2 :]),
    }
    low, high = max(0, own.start - own.near - 5), min(len(own.values), own.start + own.near + 6)
    x, y = v.values[low:high], own.values[low:high]
    if len(x) >= 5 and np.isfinite(x).any() and np.isfinite(y).any():
        found["lag"] = float(np.clip(int(np.nanargmax(x)) - int(np.nanargmax(y)), -30, 30))
        found["near_with"] = correlation(np.nan_to_num(x), np.nan_to_num(y))
    jump = jump_of(own)
    for k in (-2, -1, 0, 1, 2):
        at = jump + k
        if 0 < at < len(v.values) and own.start > 3:
            before = middle(v.values[max(0, jump - 30) : max(1, jump - 2)])
            found[f"jump{k:+d}"] = log_ratio(float(v.values[at]), before)
    return found


def flow(facts: Facts) -> Mapping[str, float]:
    """What a plain gradient step should gain, lr ‖g‖² a step, against what the loss gained.

    About 1 of plain descent, larger with momentum; 0 where the gradient is there and the weights do not follow.
    """
    rate, norm, own = (view(facts, name) for name in ("lr", "grad_norm", facts.event.series))
    if norm is None or own is None or len(norm.values) != len(own.values) or len(own.all) < 8:
        return {}
    edge = max(1, len(own.all) // 20)
    fall, unit = middle(own.all[:edge]) - middle(own.all[-edge:]), own.scatter
    squares = float(np.nansum(np.minimum(norm.all, 1e100) ** 2))
    found = {
        "norm_level": log_ratio(middle(norm.all), middle(np.abs(own.all))),
        "norm_scatter": log_ratio(middle(norm.all), unit),
        "fall_squares": log_ratio(max(fall, 1e-3 * unit), squares),
    }
    if rate is None or len(rate.values) != len(norm.values):
        return found
    table = facts.run.table
    steps = table.values("step") if "step" in table and table.is_dense("step") else np.empty(0)
    stride = float(np.median(np.diff(steps))) if len(steps) > 2 else 1.0
    stride = stride * max(1, len(steps) // max(1, len(own.values))) if stride > 0 else 1.0
    budget = stride * float(np.nansum(rate.values * np.minimum(norm.values, 1e100) ** 2))
    path = stride * float(np.nansum(rate.values * np.minimum(norm.values, 1e100)))
    found |= {
        "fall_budget": log_ratio(max(fall, 1e-3 * unit), budget),
        "budget_scatter": log_ratio(budget, unit),
        "budget_level": log_ratio(budget, middle(np.abs(own.all))),
        "rate_sum": decimal(max(stride * float(np.nansum(rate.all)), 1e-30)),
        "path": decimal(max(path, 1e-30)),
    }
    early = slice(0, max(3, len(own.values) // 5))
    soon = stride * float(np.nansum(rate.values[early] * np.minimum(norm.values[early], 1e100) ** 2))
    gained = middle(own.all[:2]) - middle(own.values[early][-max(1, edge) :])
    return found | {"early_budget": log_ratio(max(gained, 1e-3 * unit), soon)}


COLUMNS_GROUP = TraitGroup("columns", columns)
FLOW = TraitGroup("flow", flow)
