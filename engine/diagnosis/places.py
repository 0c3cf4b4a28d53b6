"""Where in a run, in words: "step 1 124", "240 steps"."""

from __future__ import annotations

from engine.i18n import _, ngettext, number
from engine.run import Run


def place(run: Run, row: int) -> str:
    """The position of a table row in the run's own unit."""
    x = number(run.x_at(row), 4)
    if run.x == "step":
        return _("step {x}").format(x=x)
    if run.x == "epoch":
        return _("epoch {x}").format(x=x)
    if run.x is None:
        return _("row {x}").format(x=number(row + 1))
    return f"{run.names.get(run.x, run.x)} {x}"


def span(run: Run, first: int, last: int) -> str:
    """How far it is from one table row to another, in the run's own unit."""
    if run.x not in ("step", "epoch"):
        count = max(last - first, 0)
        return ngettext("{n} row", "{n} rows", count).format(n=number(count))
    return length(run, run.x_at(last) - run.x_at(first))


def length(run: Run, distance: float) -> str:
    """A distance in the run's own unit."""
    distance = max(distance, 0.0)
    forms = int(distance) if distance == int(distance) else 2
    if run.x == "epoch":
        return ngettext("{n} epoch", "{n} epochs", forms).format(n=number(distance))
    if run.x == "step":
        return ngettext("{n} step", "{n} steps", forms).format(n=number(distance))
    return ngettext("{n} row", "{n} rows", forms).format(n=number(distance))
