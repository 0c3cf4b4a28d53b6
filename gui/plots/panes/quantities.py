"""Properties of a column by its name: title, limit line, logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from engine.i18n import N_, _
from engine.probes.base import Quantity, all_probes

KNOWN = (
    Quantity("loss", N_("Loss"), "L(θ), as it was logged"),
    Quantity("accuracy", N_("Accuracy"), "correct / samples, as it was logged"),
    Quantity("lr", N_("Learning rate"), "η of this step, after any schedule", is_log=True),
    Quantity("batch_size", N_("Batch size"), "samples in the mini-batch"),
)


@cache
def _quantities() -> dict[str, Quantity]:
    found = {quantity.column: quantity for quantity in KNOWN}
    for probe in all_probes().values():
        found |= {quantity.column: quantity for quantity in probe.quantities}
    return found


def quantity(column: str) -> Quantity:
    """The quantity of a column; ``family/layer`` is looked up as ``family/*``."""
    known = _quantities()
    family = column.split("/")[0] + "/*"
    return known.get(column) or known.get(family) or Quantity(column, column, "")


def title(column: str) -> str:
    """The title of a column in the current language; its name if it is unknown."""
    found = quantity(column)
    return _(found.title) if found.title != column else column


def told(column: str) -> str:
    """The title of what a probe measures; the file's own name of anything else."""
    return column if quantity(column) in KNOWN else title(column)


def hint(columns: Iterable[str]) -> str:
    """Tool tip for the known columns of a plot."""
    return "\n\n".join(explained(column) for column in columns if quantity(column).formula)


def explained(column: str) -> str:
    """Tool tip of a column: title, formula and source."""
    found = quantity(column)
    source = _("Source: {source}").format(source=found.source) if found.source else ""
    return "\n".join(part for part in (title(column), found.formula, source) if part)
