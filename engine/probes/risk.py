"""Readings currently beyond their limits: a state, not a forecast, with how often such states led to an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.i18n import N_, _
from engine.run import Value
from engine.table import MetricTable

RMSPROP_LINE, ADAM_LINE = 0.65, 2.0
GROWTH = 10.0
FAR_BELOW_EPS = 0.01


@dataclass(frozen=True)
class Risk:
    """A reading beyond its limit.

    Attributes
    ----------
    column : str
        The column of the reading.
    value, line : float
    row : int
        Table row of the reading.
    """

    key: str
    column: str
    value: float
    line: float
    row: int

    @property
    def text(self) -> str:
        """Description of the state."""
        return _(_TEXTS[self.key])

    @property
    def record(self) -> str:
        """What such states led to in the demos over seeds 10-19: ``python -m tools.pages.early_warning``."""
        return _(_RECORDS[self.key])


_TEXTS = {
    "sharp": N_("The curvature of the loss is too large for steps of this length"),
    "long_step": N_("The optimizer is about to take unusually long steps"),
    "long_step_of_adam": N_("The optimizer is about to take unusually long steps"),
    "growing_signal": N_("The signal is growing behind the flat loss, which may soon begin to fall"),
    "below_eps": N_("Gradients are far below ε: the optimizer does not scale them up, and a plateau can last"),
}
_RECORDS = {
    "sharp": N_(
        "In ten runs of each of two demos it preceded the first rise of the loss every time (by 2 steps in one, "
        "mostly by 41–52 in the other), with no false alarm in twenty calm runs"
    ),
    "long_step": N_(
        "Read at every step of ten runs, it preceded all 103 spikes (half of them by 2–11 steps), with 4 false "
        "alarms: enough lead for the program, not for a person"
    ),
    "long_step_of_adam": N_(
        "Read at every step of ten runs, it preceded 56 of 65 rises (half of them by 1–4 steps), with 50 false "
        "alarms: not a reliable warning"
    ),
    "growing_signal": N_(
        "In ten runs it preceded the end of the plateau every time, mostly by 86–94 steps, with no false alarm"
    ),
    "below_eps": N_("Below a hundredth of ε the demo's plateau did not end; at a few hundredths it lasted long"),
}


def risks(table: MetricTable, settings: Mapping[str, Value]) -> tuple[Risk, ...]:
    """The latest readings that are beyond their limits; empty if there are none or nothing is measured."""
    found = (ask(table, settings) for ask in _QUESTIONS)
    return tuple(risk for risk in found if risk is not None)


def _sharp(table: MetricTable, settings: Mapping[str, Value]) -> Risk | None:
    limit = _latest(table, "stability_limit")
    return None if limit is None else _beyond(table, "sharp", "sharpness", limit[1])


def _long_step(table: MetricTable, settings: Mapping[str, Value]) -> Risk | None:
    if settings.get("optimizer") == "rmsprop":
        return _beyond(table, "long_step", "update_rms", RMSPROP_LINE)
    return _beyond(table, "long_step_of_adam", "update_rms", ADAM_LINE)


def _growing_signal(table: MetricTable, settings: Mapping[str, Value]) -> Risk | None:
    column = next((name for name in table.columns if name.startswith("grad_rms/")), None)
    if column is None or _has_moved(table):
        return None
    values = table.values(column)
    values = values[np.isfinite(values)]
    return _beyond(table, "growing_signal", column, GROWTH * float(values.min())) if len(values) > 2 else None


def _below_eps(table: MetricTable, settings: Mapping[str, Value]) -> Risk | None:
    columns = [name for name in table.columns if name.startswith("grad_over_eps/")]
    latest = [(name, found) for name in columns if (found := _latest(table, name)) is not None]
    if not latest or _has_moved(table):
        return None
    column, (row, value) = min(latest, key=lambda item: item[1][1])
    return Risk("below_eps", column, value, FAR_BELOW_EPS, row) if value < FAR_BELOW_EPS else None


_QUESTIONS: tuple[Callable[[MetricTable, Mapping[str, Value]], Risk | None], ...] = (
    _sharp,
    _long_step,
    _growing_signal,
    _below_eps,
)


def _has_moved(table: MetricTable) -> bool:
    """Whether the loss has left its initial level, so that the signal no longer predicts anything new."""
    first, last = table.values("loss", 0, 10), table.values("loss", len(table) - 10)
    if len(table) < 20 or not np.isfinite(first).all():
        return True
    return not float(np.median(last)) >= 0.97 * float(np.median(first))


def _latest(table: MetricTable, column: str) -> tuple[int, float] | None:
    if column not in table:
        return None
    series = table.series(column)
    return (int(series.rows[-1]), float(series.values[-1])) if len(series) and np.isfinite(series.values[-1]) else None


def _beyond(table: MetricTable, key: str, column: str, line: float) -> Risk | None:
    latest = _latest(table, column)
    return Risk(key, column, latest[1], line, latest[0]) if latest is not None and latest[1] > line else None
