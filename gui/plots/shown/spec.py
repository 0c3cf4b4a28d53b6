"""What a pane is for, and what it draws; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gui.plots.curves.group import Group
from gui.plots.curves.line import Line
from gui.plots.curves.smoothed import Smoothed


@dataclass(frozen=True)
class PaneSpec:
    """What a pane is for: its columns, and those that are limit lines."""

    key: str
    columns: tuple[str, ...]
    limits: tuple[str, ...] = ()
    is_log: bool | None = None  # None follows the switch for the loss
    is_heat: bool = False


@dataclass(frozen=True)
class Curve:
    """A line of a pane and how it looks."""

    name: str
    trace: Line
    smoothed: Smoothed | None
    colour: str
    is_active: bool = True
    is_dashed: bool = False
    is_limit: bool = False
    group: Group | None = None
