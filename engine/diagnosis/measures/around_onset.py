"""The level just before and after an onset, whatever the event is."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, SCATTERS, SHARE, Measure, part_of
from engine.diagnosis.view import TINY, finite, log_ratio, middle, view


def around(facts: Facts) -> dict[str, float]:
    """What came before, how abrupt it is, and where the loss is soon after."""
    v = view(facts, facts.event.series)
    if v is None:
        return {}
    found: dict[str, float] = {}
    before, y = finite(v.values[max(0, v.start - 50) : v.start]), v.values
    if len(before) < 3:
        return found
    level, unit, near = middle(before), v.scatter, v.near
    top = finite(y[v.start : min(len(y), v.end + 2)])
    if len(top):
        peak = float(top.max())
        found["top_of_level_log"] = log_ratio(peak, level)
        found["onset_of_height_share"] = float(np.clip((top[0] - level) / max(peak - level, TINY), -1, 2))
        found["top_at_share"] = float(np.argmax(top)) / max(1, len(v.values))
        found["drop_scatters_log"] = log_ratio(level - float(top.min()), unit) if top.min() < level else -1.0
    then = finite(y[v.start + 1 : v.start + 1 + near])
    later = finite(y[v.start + near : v.start + 3 * near])
    if len(then) and len(later):
        found["settled_scatters"] = float(np.clip((middle(later) - level) / unit, -50, 50))
        found["just_after_scatters"] = float(np.clip((middle(then) - level) / unit, -50, 50))
    found["run_up_scatters"] = float(np.clip((middle(before[-3:]) - level) / unit, -20, 20))
    if len(v.before) > 10 and len(then):
        found["above_after_share"] = float((v.before > middle(then)).mean())
    return found


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(around, name))


MEASURES = (
    _measure(
        "top_of_level_log",
        "Top of the event against the level before",
        "log₁₀(highest L of the event ÷ level before)",
        "far above 0, weights were thrown far off",
        LOG,
    ),
    _measure(
        "onset_of_height_share",
        "Height at the first point of the event",
        "(first L of the event − level before) ÷ (highest − level before)",
        "1 is a jump, near 0 a climb",
        SHARE,
    ),
    _measure(
        "top_at_share",
        "Distance of the top from the onset",
        "points from the onset to the highest L ÷ points of the run",
        "0, an accident of one point; far, growth from step to step",
        SHARE,
    ),
    _measure(
        "drop_scatters_log",
        "Fall during the event",
        "log₁₀((level before − lowest L of the event) ÷ scatter), −1 if there is none",
        "high, the loss settles: the rate was lowered, or a signal kicks in",
        LOG,
    ),
    _measure(
        "settled_scatters",
        "Level some time after the onset",
        "(median of the second and third thirtieth after the onset − level before) ÷ scatter",
        "0, all is as before; above, it is another task, another rate or lost weights",
        SCATTERS,
    ),
    _measure(
        "just_after_scatters",
        "Level just after the onset",
        "(median of the first thirtieth after the onset − level before) ÷ scatter",
        "0 beside a high top, one point only",
        SCATTERS,
    ),
    _measure(
        "run_up_scatters",
        "Level of the last three points before",
        "(median of the last three before the onset − level before) ÷ scatter",
        "above 0, it was growing already",
        SCATTERS,
    ),
    _measure(
        "above_after_share",
        "Earlier points above the level just after",
        "share of the points before the onset above the median of the first thirtieth after it",
        "some, a level as it was once; none, higher than ever",
        SHARE,
    ),
)
