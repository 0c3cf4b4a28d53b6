"""Several rises in one run: how many, how evenly they lie, whether they grow, and which of them the event is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from engine.diagnosis.epochs import epoch_parts
from engine.diagnosis.facts import Facts
from engine.diagnosis.traits.base import TraitGroup
from engine.diagnosis.traits.tools import correlation, decimal, smooth, squeezed
from engine.diagnosis.view import TINY, noise, view

OUT = 5  # scatters above the course
MOST = 200


def peaks(facts: Facts) -> Mapping[str, float]:
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 16 or len(v.all) < len(v.values):
        return {}
    y = v.values
    unit = max(noise(y), 1e-9 * float(np.abs(y).max()), TINY)
    left = (y - smooth(y, max(5, len(y) // 20)))[1:-1]
    is_top = (left > OUT * unit) & (y[1:-1] >= y[:-2]) & (y[1:-1] > y[2:])
    where = np.flatnonzero(is_top)
    found = {"count": decimal(1 + len(where)), "share": len(where) / len(y)}
    if not len(where):
        return found
    if len(where) > MOST:
        where = np.sort(where[np.argsort(left[where])[-MOST:]])
    heights = left[where]
    own = int(np.argmin(np.abs(where + 1 - v.start)))
    found |= {
        "own_rank": float(np.mean(heights > heights[own])),
        "own_of_top": float(heights[own] / heights.max()),
        "own_far": abs(where[own] + 1 - v.start) / len(y),
        "first_at": float(where[0] + 1) / len(y),
        "last_at": float(where[-1] + 1) / len(y),
    }
    if len(where) < 3:
        return found
    gaps = np.diff(where).astype(float)
    found |= {
        "gap_spread": float(gaps.std() / gaps.mean()),
        "gap_share": float(np.median(gaps)) / len(y),
        "height_grows": correlation(where.astype(float), np.log(heights)),
        "height_spread": float(heights.std() / heights.mean()),
        "gap_shrinks": correlation(np.arange(len(gaps), dtype=float), gaps),
    }
    parts = epoch_parts(facts)
    epoch = float(np.median([len(part) for part in parts])) if len(parts) > 2 else 0.0
    if epoch >= 2:
        phase = np.exp(2j * np.pi * where / epoch).mean()
        found["epoch_phase"] = float(abs(phase)) * math.sqrt(len(where))
    return found


def events(facts: Facts) -> Mapping[str, float]:
    """The other events of the run: how many of each kind, and where those of the same series lie."""
    rows = max(1, len(facts.run.table))
    counts = Counter(event.kind.value for event in facts.others)
    found = {f"of_{kind}": float(count) for kind, count in counts.items()}
    found["all"] = float(len(facts.others))
    places = sorted(event.start for event in facts.others)
    if places:
        away = min(places, key=lambda row: abs(row - facts.event.start)) - facts.event.start
        found |= {"nearest": away / rows, "first": places[0] / rows, "last": places[-1] / rows}
    found["length"] = (facts.event.end - facts.event.start + 1) / rows
    found["points"] = squeezed(float(facts.event.end - facts.event.start))
    found["confidence"] = facts.event.confidence
    found["severity"] = float(facts.event.severity.rank)
    return found | {f"evidence_{name}": squeezed(value) for name, value in facts.event.evidence.items()}


PEAKS = TraitGroup("peaks", peaks)
EVENTS = TraitGroup("events", events)
