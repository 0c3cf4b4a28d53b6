"""Where in a run, in words: "step 1 124", "240 steps"."""

from __future__ import annotations

import math

from engine.i18n import _, ngettext, number, pgettext
from engine.run import Run


def place(run: Run, row: int) -> str:
    """The position of a table row in the run's own unit, for use within a sentence."""
    x = number(run.x_at(row), 4)
    if run.x == "step":
        return _("step {x}").format(x=x)
    if run.x == "epoch":
        return _("epoch {x}").format(x=x)
    if run.x is None:
        return _("row {x}").format(x=number(row + 1))
    return f"{run.names.get(run.x, run.x)} {x}"


def label(run: Run, row: int) -> str:
    """The position of a table row for use by itself, without the article or case of some languages."""
    x = number(run.x_at(row), 4)
    if run.x == "step":
        return pgettext("by itself", "step {x}").format(x=x)
    if run.x == "epoch":
        return pgettext("by itself", "epoch {x}").format(x=x)
    if run.x is None:
        return pgettext("by itself", "row {x}").format(x=number(row + 1))
    return place(run, row)


def span(run: Run, first: int, last: int) -> str:
    """The distance between two table rows in steps, epochs or rows."""
    distance = run.x_at(last) - run.x_at(first)
    if run.x not in ("step", "epoch") or not math.isfinite(distance):
        count = max(last - first, 0)
        return ngettext("{n} row", "{n} rows", count).format(n=number(count))
    distance = max(distance, 0.0)
    # Plural rules are for whole numbers; fractions take the form of a few.
    form = int(distance) if distance.is_integer() else 2
    if run.x == "epoch":
        return ngettext("{n} epoch", "{n} epochs", form).format(n=number(distance))
    return ngettext("{n} step", "{n} steps", form).format(n=number(distance))
