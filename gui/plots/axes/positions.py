"""Texts for x: the name of the axis and the value at the cursor."""

from __future__ import annotations

from engine.i18n import _, number


def x_name(x: str, in_millions: bool = False, is_aligned: bool = False) -> str:
    """The name of the x axis.

    Examples
    --------
    >>> x_name("step"), x_name("time"), x_name("row", in_millions=True)
    ('step', 'time (s)', 'row (millions)')
    """
    names = {"step": _("step"), "epoch": _("epoch"), "time": _("time"), "row": _("row")}
    name = {**names, "share": _("share of the run (%)")}.get(x, x)
    if is_aligned:
        return _("{name}, counted from the chosen point").format(name=name)
    if in_millions:
        return _("{name} (millions)").format(name=name)
    return _("{name} (s)").format(name=name) if x == "time" else name


def x_text(x: float, step: float) -> str:
    """Format an x to the precision of the view, not abbreviated, so that the step can be looked up."""
    if abs(x - round(x)) < 1e-9 and abs(x) < 1e15:
        return f"{round(x):,}".replace(",", "\u2009").replace("-", "−")
    digits = 6 if step <= 0 else 7
    return number(x, digits)
