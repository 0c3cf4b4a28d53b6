"""Specification of a pane and its curves; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gui.plots.curves.group import Group
from gui.plots.curves.line import Line
from gui.plots.curves.smoothed import Smoothed


@dataclass(frozen=True)
class PaneSpec:
    """The columns of a pane, and those that are limit lines."""

    key: str
    columns: tuple[str, ...]
    limits: tuple[str, ...] = ()
    is_log: bool | None = None  # None: as chosen for the loss
    is_heat: bool = False


@dataclass(frozen=True)
class Curve:
    """A line of a pane and its style."""

    name: str
    trace: Line
    smoothed: Smoothed | None
    colour: str
    is_active: bool = True
    is_dashed: bool = False
    is_limit: bool = False
    group: Group | None = None
