"""Status of each probe: whether it is on, its stride and cost, and why it cannot measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.i18n import N_, told
from engine.probes.base import Probe, Quantity, all_probes
from engine.run import Value
from engine.table import MetricTable

if TYPE_CHECKING:
    from engine.probes.probing import Probing


@dataclass(frozen=True)
class ProbeStatus:
    """Status of one probe in a scenario or in a run.

    Attributes
    ----------
    name : str
    is_on : bool
    stride : int
        Steps between two readings.
    reason : str or None
        Why it cannot measure here, as a sentence.
    caveat : str or None
        What its readings do not show here, as a sentence.
    share : float or None
        Its measured share of the training time; None before that is known.
    """

    name: str
    is_on: bool
    stride: int
    reason: str | None = None
    caveat: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class Latest:
    """The latest reading of a quantity and its limit; for a family, of its first member, with their number."""

    quantity: Quantity
    column: str
    value: float
    members: int = 1
    limit: float | None = None


def default_names(scenario: str) -> tuple[str, ...]:
    """The probes that are on in a scenario by default."""
    return tuple(name for name, probe in all_probes().items() if probe().is_on(scenario))


def statuses_before_start(scenario: str, settings: Mapping[str, Value], on: Collection[str]) -> tuple[ProbeStatus, ...]:
    """The status of every probe before a training has started."""
    return tuple(_status(probe(), scenario, settings, name in on) for name, probe in all_probes().items())


def _status(probe: Probe, scenario: str, settings: Mapping[str, Value], is_on: bool) -> ProbeStatus:
    reason = probe.applies_to(scenario, settings)
    return ProbeStatus(probe.name, is_on, probe.stride(scenario), reason, probe.caveat(settings))


def statuses(probing: Probing, settings: Mapping[str, Value], seconds: float) -> tuple[ProbeStatus, ...]:
    """The status of every probe in a run after so many seconds of training."""
    found = []
    for name, probe in all_probes().items():
        own = probing.probes.get(name)
        caveat = probe().caveat(settings) or (_frozen(probing) if _is_by_layer(probe) else None)
        stride = probing.strides.get(name, probe().stride(probing.scenario))
        share = probing.seconds.get(name, 0.0) / seconds if own is not None and seconds > 0 else None
        found.append(ProbeStatus(name, own is not None, stride, probing.reason(name), caveat, share))
    return tuple(found)


def _is_by_layer(probe: type[Probe]) -> bool:
    return any(quantity.column.endswith("/*") for quantity in probe.quantities)


def _frozen(probing: Probing) -> str | None:
    if not probing.frozen:
        return None
    message = N_("Left out, because nothing is trained there and there is no gradient to measure: {layers}")
    return told(message, layers=", ".join(probing.frozen))


def latest(probe: Probe | type[Probe], table: MetricTable, rows: int | None = None) -> tuple[Latest, ...]:
    """The latest readings of a probe with their limits, up to so many rows; quantities without one are left out."""
    limits = {quantity.limit for quantity in probe.quantities}
    found = []
    for quantity in probe.quantities:
        values = {name: _newest(table, name, rows) for name in _members(quantity.column, table)}
        known = {name: value for name, value in values.items() if value is not None}
        if known and quantity.column not in limits:
            column, value = next(iter(known.items()))
            limit = _newest(table, quantity.limit, rows)
            found.append(Latest(quantity, column, value, len(known), limit))
    return tuple(found)


def _newest(table: MetricTable, column: str | None, rows: int | None) -> float | None:
    if column is None or column not in table:
        return None
    if rows is None:
        return float(table.values(column)[-1]) if table.count(column) else None
    values = table.series(column, 0, rows).values
    return float(values[-1]) if len(values) else None


def _members(column: str, table: MetricTable) -> list[str]:
    if not column.endswith("/*"):
        return [column] if column in table else []
    return [name for name in table.columns if name.startswith(column[:-1])]
