"""Evidence from probes for or against an event that a detector reported.

Computed afterwards by pure functions: the same table gives the same answer, one without probe columns none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

import numpy as np

from engine.events import Event, EventKind
from engine.run import Run, Value
from engine.table import MetricTable, Series
from engine.values import dataclass

Numbers = Mapping[str, float]
CONFIRMED, REFUTED = 1.25, 0.6
CALM_SHARE = 0.5  # mini-batches of one diverge from 0.66 of the full-batch limit on
LARGE_SHARE = 0.3
NEAR, MEMORY = 10, 400


@dataclass(frozen=True)
class Confirmation:
    """Numbers to add to an event's evidence, and a factor for its confidence, 1 if the probes are undecided.

    Attributes
    ----------
    evidence : mapping of str to float
    factor : float
        `CONFIRMED`, `REFUTED` or 1.
    """

    evidence: Numbers = field(default_factory=dict)
    factor: float = 1.0


def confirm(event: Event, table: MetricTable, settings: Mapping[str, Value]) -> Confirmation:
    """Evaluate the probe columns of a table for an event.

    Overshoot and divergence: sharpness against its limit and the over-length of the step at the onset. Spike and late
    rise: the relative step against its ceiling, and how far the denominator had fallen or the gradient jumped. Kick-in,
    plateau, stall: the growth of the first layer's gradient before the loss changes, and gradients against ε.
    Fluctuation: the noise scale against the batch size.
    """
    ask = _QUESTIONS.get(event.kind)
    return Confirmation() if ask is None else ask(event, table, settings)


def confirmed(event: Event, run: Run) -> Event:
    """The event with evidence and confidence updated from the run's probes; idempotent."""
    found = confirm(event, run.table, run.settings)
    if found.evidence.keys() <= event.evidence.keys():
        return event
    evidence = {**event.evidence, **found.evidence}
    return replace(event, evidence=evidence, confidence=min(event.confidence * found.factor, 0.99))  # type: ignore[arg-type]


def _overshoot(event: Event, table: MetricTable, settings: Mapping[str, Value]) -> Confirmation:
    evidence: dict[str, float] = {}
    sharpness = _at_onset(table, "sharpness", event)
    limit = _at_onset(table, "stability_limit", event)
    if sharpness is not None and limit:
        evidence["sharpness_limit_factor"] = sharpness / limit
    overlength = _at_onset(table, "overlength", event)
    if overlength is not None:
        evidence["overlength_factor"] = overlength
    if any(share > 1 for share in evidence.values()):
        return Confirmation(evidence, CONFIRMED)
    is_calm = "sharpness_limit_factor" in evidence and max(evidence.values()) < CALM_SHARE
    return Confirmation(evidence, REFUTED if is_calm else 1.0)


def _long_step(event: Event, table: MetricTable, settings: Mapping[str, Value]) -> Confirmation:
    first, last = event.start - NEAR, event.start + NEAR
    updates = _finite(table, "update_rms", first, last)
    ceiling = _at_onset(table, "update_rms_ceiling", event)
    evidence: dict[str, float] = {}
    if len(updates) and ceiling:
        evidence["update_rms"] = updates.max()
        evidence["update_ceiling_share"] = updates.max() / ceiling
    evidence |= _fall("denominator_fall_factor", table, "denominator_median", event)
    evidence |= _jump("gradient_jump_factor", table, "grad_norm", event)
    share = evidence.get("update_ceiling_share")
    return Confirmation(evidence, CONFIRMED if share is not None and share > LARGE_SHARE else 1.0)


def _signal(event: Event, table: MetricTable, settings: Mapping[str, Value]) -> Confirmation:
    evidence: dict[str, float] = {}
    over_eps = [_last(_within(table, name, 0, event.end)) for name in _family(table, "grad_over_eps/")]
    known = [value for value in over_eps if value is not None]
    if known:
        evidence["gradient_over_eps"] = min(known)
    first_layer = next(iter(_family(table, "grad_rms/")), None)
    if first_layer is None or event.kind is not EventKind.KICK_IN:
        return Confirmation(evidence)
    grown = _growth(_within(table, first_layer, 0, event.start), event.start)
    return Confirmation(evidence | grown, CONFIRMED if grown.get("signal_growth_factor", 0.0) > 10 else 1.0)


def _growth(gradient: Series, start: int) -> dict[str, float]:
    """Growth of the gradient over its lowest value when the loss started to move, and the row at which it was ×10."""
    finite = np.isfinite(gradient.values) & (gradient.values > 0)
    values, rows = gradient.values[finite], gradient.rows[finite]
    if len(values) < 3:
        return {}
    lowest = int(values.argmin())
    found = {"signal_growth_factor": float(values[-1] / values[lowest])}
    tenfold = np.flatnonzero(values[lowest:] > 10 * values[lowest])
    if len(tenfold):
        found["signal_lead_rows"] = float(start - rows[lowest + tenfold[0]])
    return found


def _noise(event: Event, table: MetricTable, settings: Mapping[str, Value]) -> Confirmation:
    scales = _finite(table, "noise_scale", event.start, event.end)
    sizes = _finite(table, "batch_size", event.start, event.end)
    if not len(scales) or not len(sizes):
        return Confirmation()
    return Confirmation({"noise_scale": float(np.median(scales)), "batch_size": float(np.median(sizes))})


_QUESTIONS: dict[EventKind, Callable[[Event, MetricTable, Mapping[str, Value]], Confirmation]] = {
    EventKind.OVERSHOOT: _overshoot,
    EventKind.DIVERGED: _overshoot,
    EventKind.SPIKE: _long_step,
    EventKind.LATE_RISE: _long_step,
    EventKind.KICK_IN: _signal,
    EventKind.PLATEAU: _signal,
    EventKind.STALLED: _signal,
    EventKind.FLUCTUATION: _noise,
}


def _within(table: MetricTable, column: str, first: int, last: int) -> Series:
    if column not in table:
        return Series(np.empty(0, np.int64), np.empty(0))
    return table.series(column, max(first, 0), last + 1)


def _finite(table: MetricTable, column: str, first: int, last: int) -> np.ndarray:
    values = _within(table, column, first, last).values
    return values[np.isfinite(values)]


def _last(series: Series) -> float | None:
    finite = series.values[np.isfinite(series.values)]
    return float(finite[-1]) if len(finite) else None


def _at_onset(table: MetricTable, column: str, event: Event) -> float | None:
    """The last finite reading up to the onset, else the first within the event."""
    before = _last(_within(table, column, 0, event.start))
    if before is not None:
        return before
    during = _finite(table, column, event.start, event.end)
    return float(during[0]) if len(during) else None


def _family(table: MetricTable, prefix: str) -> list[str]:
    return [name for name in table.columns if name.startswith(prefix)]


def _fall(name: str, table: MetricTable, column: str, event: Event) -> dict[str, float]:
    """The largest earlier value of a column over its value at the onset."""
    values = _finite(table, column, event.start - MEMORY, event.start)
    if len(values) < 3 or values[-1] <= 0:
        return {}
    return {name: float(values.max() / values[-1])}


def _jump(name: str, table: MetricTable, column: str, event: Event) -> dict[str, float]:
    """The largest value of a column around the onset over its usual one."""
    usual = _finite(table, column, event.start - MEMORY // 2, event.start - NEAR - 1)
    there = _finite(table, column, event.start - NEAR, event.start + NEAR)
    if len(usual) < 3 or not len(there) or np.median(usual) <= 0:
        return {}
    return {name: float(there.max() / np.median(usual))}
