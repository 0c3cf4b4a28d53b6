"""The panes and curves that the stack shows for a set of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from engine.run import Run
from engine.series import Role, role_of
from gui.look.colours import run_colour
from gui.look.theme import Theme
from gui.plots.curves.group import Group
from gui.plots.curves.line import Line
from gui.plots.curves.run_lines import RunLines
from gui.plots.panes.quantities import quantity, title
from gui.plots.shown.spec import Curve, PaneSpec

ACCURACIES = ("accuracy", "val_accuracy")
FAMILY = "/*"
POSITIONS = ("step", "epoch", "time", "row")


def pane_specs(runs: Sequence[Run], third: Sequence[str]) -> list[PaneSpec]:
    """Specs for loss and accuracy if the runs have them, then one for each chosen column with its limit line."""
    names = {series.name: None for run in runs for series in run.series}
    specs = [PaneSpec("loss", tuple(names))] if names else []
    accuracies = tuple(name for name in ACCURACIES if any(name in run.table for run in runs))
    if accuracies:
        specs.append(PaneSpec("accuracy", accuracies, is_log=False))
    for column in third:
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


def curves(spec: PaneSpec, lines: Sequence[RunLines], active: int, hidden: set[str], theme: Theme) -> list[Curve]:
    """The curves of a pane: for one run a colour per column, for several a colour per run with validation dashed."""
    found = []
    for index, run_lines in enumerate(lines):
        if run_lines.run.id in hidden or (spec.is_heat and index != active):
            continue
        for place, column in enumerate((*spec.columns, *spec.limits)):
            if column in run_lines.run.table:
                found.append(_curve(run_lines, index, place, column, spec, len(lines) > 1, index == active, theme))
    return found


def group_curves(
    spec: PaneSpec, lines: Sequence[RunLines], groups: Mapping[str, Sequence[str]], theme: Theme
) -> list[Curve]:
    """A median with a band for each group of runs (name to run ids) and column."""
    found = []
    for index, (name, ids) in enumerate(groups.items()):
        for place, column in enumerate(spec.columns):
            members = [run_lines for run_lines in lines if run_lines.run.id in ids and column in run_lines.run.table]
            if members:
                group = Group(partial(_best_lines, members, column))
                group.update()
                label = name if len(spec.columns) == 1 else f"{name} {column}"
                found.append(Curve(label, group.median, None, run_colour(index, theme), True, place > 0, group=group))
    return found


def _best_lines(members: Sequence[RunLines], column: str) -> list[Line]:
    smooth = [run_lines.smoothed(column) for run_lines in members]
    return list(smooth) if all(len(line) for line in smooth) else [run_lines.trace(column) for run_lines in members]


def _curve(
    lines: RunLines,
    index: int,
    place: int,
    column: str,
    spec: PaneSpec,
    is_overlay: bool,
    is_active: bool,
    theme: Theme,
) -> Curve:
    is_limit = column in spec.limits
    if spec.is_heat:
        return Curve(column.split("/", 1)[1], lines.trace(column), None, theme.curves[0], is_active)
    if is_overlay:
        colour = run_colour(index, theme)
        is_dashed = role_of(column) is Role.VALIDATION
        name = lines.run.name if len(spec.columns) == 1 else f"{lines.run.name} {column}"
    else:
        colour = theme.text_quiet if is_limit else theme.curves[place % len(theme.curves)]
        is_dashed, name = False, title(column) if is_limit else column
    smoothed = None if is_limit else lines.smoothed(column)
    return Curve(name, lines.trace(column), smoothed, colour, is_active, is_dashed, is_limit)


def x_choices(runs: Sequence[Run]) -> list[str]:
    """What the x axis can show: the usual columns first, then all others."""
    columns = list(dict.fromkeys(column for run in runs for column in run.table.columns))
    usual = [name for name in POSITIONS if name == "row" or name in columns]
    return usual + [name for name in columns if name not in usual]
