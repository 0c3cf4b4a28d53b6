"""Which probes explain an event, to link from one to the other."""

from __future__ import annotations

from collections.abc import Iterable

from engine.events import EventKind
from engine.probes.base import Quantity, all_probes

# Most informative first; the other quantities of the probes that explain a kind follow.
FIRST_LOOK: dict[EventKind, tuple[str, ...]] = {
    EventKind.OVERSHOOT: ("sharpness", "overlength", "update_ratio"),
    EventKind.DIVERGED: ("sharpness", "overlength", "grad_norm"),
    EventKind.SPIKE: ("update_rms", "denominator_median", "grad_norm"),
    EventKind.LATE_RISE: ("update_rms", "grad_norm", "sharpness"),
    EventKind.FLUCTUATION: ("noise_scale", "update_rms"),
    EventKind.KICK_IN: ("signal/*", "grad_rms/*"),
    EventKind.PLATEAU: ("signal/*", "grad_over_eps/*"),
    EventKind.STALLED: ("grad_over_eps/*", "signal/*"),
}


def quantity_of(column: str) -> Quantity | None:
    """The quantity of a column, for a layer's column its family; None if no probe writes it.

    Examples
    --------
    >>> quantity_of("signal/conv1").column, quantity_of("loss")
    ('signal/*', None)
    """
    family = f"{column.split('/')[0]}/*" if "/" in column else column
    known = {q.column: q for probe in all_probes().values() for q in probe.quantities}
    return known.get(family)


def explaining(kind: EventKind, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns of a table that explain an event of a kind, the most informative first.

    Examples
    --------
    >>> explaining(EventKind.SPIKE, ["loss", "grad_norm", "update_rms"])
    ('update_rms', 'grad_norm')
    """
    wanted = dict.fromkeys((*FIRST_LOOK.get(kind, ()), *_quantities_explaining(kind)))
    there = list(columns)
    return tuple(dict.fromkeys(name for want in wanted for name in there if _is_of(name, want)))


def _quantities_explaining(kind: EventKind) -> list[str]:
    """Columns of the probes that explain a kind, without limits, which are drawn with their quantity."""
    of_kind = [q for probe in all_probes().values() if kind in probe.explains for q in probe.quantities]
    limits = {q.limit for q in of_kind}
    return [q.column for q in of_kind if q.column not in limits]


def _is_of(column: str, wanted: str) -> bool:
    return column.startswith(wanted[:-1]) if wanted.endswith("/*") else column == wanted
