"""The panes and curves that the stack shows for a set of runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType

import numpy as np

from engine.run import Run
from engine.series import Role, role_of
from engine.table import MetricTable
from gui.look.colours import run_colour
from gui.look.theme import Theme
from gui.plots.curves.group import Group
from gui.plots.curves.line import Line
from gui.plots.curves.run_lines import SHARE, RunLines
from gui.plots.panes.quantities import quantity, title, told
from gui.plots.shown.spec import Curve, PaneSpec

ACCURACIES = ("accuracy", "val_accuracy")
FAMILY = "/*"
POSITIONS = ("step", "epoch", "time", "row", SHARE)
SAMPLED = 40
FEWEST_TO_GO = 3  # values, from which a column is seen to go one way


def pane_specs(runs: Sequence[Run], third: Sequence[str], has_accuracy: bool = True) -> list[PaneSpec]:
    """Specs for the loss, the accuracy if it is wanted, and each chosen column with its limit line."""
    names = {series.name: None for run in runs for series in run.series}
    specs = [PaneSpec("loss", tuple(names))] if names else []
    accuracies = tuple(name for name in ACCURACIES if any(name in run.table for run in runs))
    if accuracies and (has_accuracy or ACCURACIES[0] in third):
        specs.append(PaneSpec("accuracy", accuracies, is_log=False))
    for column in third:
        if column in ACCURACIES:
            continue
        if column.endswith(FAMILY):
            specs += _heat_spec(runs, column)
            continue
        if any(column in run.table for run in runs):
            known = quantity(column)
            limits, beside = (
                [n] if n and any(n in run.table for run in runs) else [] for n in (known.limit, known.beside)
            )
            specs.append(PaneSpec(column, (column, *beside), tuple(limits), known.is_log))
    return specs


def _heat_spec(runs: Sequence[Run], family: str) -> list[PaneSpec]:
    members = [column for run in runs for column in run.table.columns if column.startswith(family[:-1])]
    columns = tuple(dict.fromkeys(members))
    return [PaneSpec(family, columns, is_log=quantity(family).is_log, is_heat=True)] if columns else []


def with_families(columns: Sequence[str]) -> list[str]:
    """Group the columns of layers (``signal/conv1``) into families (``signal/*``).

    Examples
    --------
    >>> with_families(["loss", "signal/conv1", "signal/conv2", "val/loss"])
    ['loss', 'signal/*', 'val/loss']
    """
    names = (column.split("/")[0] + FAMILY for column in columns)
    known = (quantity(name).column == name and quantity(name).title != name for name in names)
    return list(dict.fromkeys(c.split("/")[0] + FAMILY if "/" in c and k else c for c, k in zip(columns, known)))


def pane_title(spec: PaneSpec) -> str:
    """The title of a pane; the file's own name for a single loss."""
    if spec.key == "loss" and len(spec.columns) == 1:
        return title(spec.columns[0])
    return title(spec.key)


def curves(
    spec: PaneSpec,
    lines: Sequence[RunLines],
    active: int,
    hidden: set[str],
    theme: Theme,
    colours: Mapping[str, str] = MappingProxyType({}),
) -> list[Curve]:
    """The curves of a pane: for one run a colour per column, for several a colour per run with validation dashed."""
    found = []
    for index, run_lines in enumerate(lines):
        if run_lines.run.id in hidden or (spec.is_heat and index != active):
            continue
        for place, column in enumerate((*spec.columns, *spec.limits)):
            if column in run_lines.run.table:
                colour = (colours.get(run_lines.run.id) or run_colour(index, theme)) if len(lines) > 1 else ""
                found.append(_curve(run_lines, colour, place, column, spec, index == active, theme))
    return found


def group_curves(
    spec: PaneSpec,
    lines: Sequence[RunLines],
    groups: Mapping[str, Sequence[str]],
    theme: Theme,
    colours: Mapping[str, str] = MappingProxyType({}),
) -> list[Curve]:
    """A median with a band for each group of runs (name to run ids) and column."""
    found = []
    # Where all members of each group have one colour, as when coloured by what they are grouped by, it has it too.
    by_group = all(len({colours.get(run_id) for run_id in ids}) == 1 for ids in groups.values())
    for index, (name, ids) in enumerate(groups.items()):
        for place, column in enumerate(spec.columns):
            members = [run_lines for run_lines in lines if run_lines.run.id in ids and column in run_lines.run.table]
            if members:
                group = Group(partial(_best_lines, members, column))
                group.update()
                label = name if len(spec.columns) == 1 else f"{name} {column}"
                colour = colours.get(ids[0] if by_group else "") or run_colour(index, theme)
                found.append(Curve(label, group.median, None, colour, True, place > 0, group=group))
    return found


def _best_lines(members: Sequence[RunLines], column: str) -> list[Line]:
    smooth = [run_lines.smoothed(column) for run_lines in members]
    return list(smooth) if all(len(line) for line in smooth) else [run_lines.trace(column) for run_lines in members]


def _curve(
    lines: RunLines,
    run_colour: str,
    place: int,
    column: str,
    spec: PaneSpec,
    is_active: bool,
    theme: Theme,
) -> Curve:
    """One curve; `run_colour` is empty where each column has its own."""
    is_limit = column in spec.limits
    if spec.is_heat:
        return Curve(column.split("/", 1)[1], lines.trace(column), None, theme.curves[0], is_active)
    if run_colour:
        colour = run_colour
        is_dashed = _role_of(column) is Role.VALIDATION
        name = lines.run.name if len(spec.columns) == 1 else f"{lines.run.name} {column}"
    else:
        colour = theme.text_quiet if is_limit else theme.curves[place % len(theme.curves)]
        is_dashed, name = False, told(column)
    smoothed = None if is_limit else lines.smoothed(column)
    return Curve(name, lines.trace(column), smoothed, colour, is_active, is_dashed, is_limit)


@cache
def _role_of(column: str) -> Role:
    """Cached: asked for each of a thousand runs whenever one is lit."""
    return role_of(column)


def x_choices(runs: Sequence[Run]) -> list[str]:
    """What the x axis can show: the usual columns first, then all others."""
    columns = list(dict.fromkeys(column for run in runs for column in run.table.columns))
    usual = [name for name in POSITIONS if name in ("row", SHARE) or name in columns]
    return usual + [name for name in columns if name not in usual and _is_position(runs, name)]


def _is_position(runs: Sequence[Run], column: str) -> bool:
    """Whether a column, such as a count of tokens, goes one way only, by a sample of its values."""
    return all(_goes_one_way(run.table, column) for run in runs if column in run.table)


def _goes_one_way(table: MetricTable, column: str) -> bool:
    """By a sample, of most columns by its first values."""
    if table.count(column) < FEWEST_TO_GO:
        return False
    found: list[float] = []
    goes_up = goes_down = False
    for row in np.unique(np.linspace(0, max(len(table) - 1, 0), SAMPLED).astype(int)).tolist():
        for value in table.values(column, row, row + 1).tolist():
            if found:
                goes_up, goes_down = goes_up or value > found[-1], goes_down or value < found[-1]
            if not math.isfinite(value) or (goes_up and goes_down):
                return False
            found.append(value)
    return len(found) >= FEWEST_TO_GO and found[0] != found[-1]
