"""The colour of each run: one of its own, or by the value of a setting or result; dimmed beside one that is lit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from engine.run import Run, Value
from gui.look.colours import blend
from gui.look.theme import Theme, current_theme
from gui.runs.document import Runs

# Viridis at tenths: dark to bright, in equal steps for the eye (van der Walt and Smith, 2015).
VIRIDIS = (
    "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c",
    "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725",
)  # fmt: skip
MANY = 24  # runs; from here on they are drawn together, in at most six colours
FEW_STEPS = 5
DIMMED = 0.22
NO_VALUE = 0.45  # of the quiet text
WIDE_RATIO = 50.0  # positive values that span more are told apart on a logarithmic scale

ValueOf = Callable[[Run], Value]


class RunColours(QObject):
    """Gives each run its colour, the same in the table and in the plots.

    Signals
    -------
    changed : any colour may have changed
    """

    changed = Signal()

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._value_of: ValueOf | None = None
        self.lit = ""
        self._made: tuple[tuple, dict[str, str]] = ((), {})

    def colour_by(self, value_of: ValueOf | None) -> None:
        """Colour the runs by a value; None gives each a colour of its own."""
        self._value_of = value_of
        self._made = ((), {})
        self.changed.emit()

    def light(self, run_id: str) -> None:
        """Dim all runs but one; an empty id dims none."""
        if run_id != self.lit:
            self.lit = run_id
            self.changed.emit()

    def own(self) -> Mapping[str, str]:
        """The colour of each run, by id, none dimmed."""
        runs = [shown.run for shown in self._runs.all]
        key = ([run.id for run in runs], current_theme().is_dark, self._value_of)
        if key != self._made[0]:
            chosen = by_place(runs) if self._value_of is None else by_value(runs, self._value_of)
            self._made = key, chosen
        return self._made[1]

    def in_table(self) -> Mapping[str, str]:
        """The colour of each run, by id, as the table shows it: a run drawn alone has its loss's colour."""
        visible = self._runs.visible
        if len(visible) != 1:
            return self.own()
        return {**self.own(), visible[0].id: current_theme().curves[0]}

    def shown(self) -> Mapping[str, str]:
        """The colour of each run, by id, as it is drawn now."""
        own, surface = self.own(), current_theme().surface
        if self.lit not in own:
            return own
        dimmed = {colour: blend(colour, surface, DIMMED).name() for colour in set(own.values())}
        return {run_id: dimmed[colour] for run_id, colour in own.items()}

    @property
    def of_lit(self) -> str:
        """The colour of the run that is lit; empty for none."""
        return self.own().get(self.lit, "")


def by_place(runs: Sequence[Run]) -> dict[str, str]:
    """Colours in the order of opening."""
    theme = current_theme()
    hues = theme.curves if len(runs) > MANY else theme.runs
    return {run.id: hues[place % len(hues)] for place, run in enumerate(runs)}


def by_value(runs: Sequence[Run], value_of: ValueOf) -> dict[str, str]:
    """Colours by a number from dark to bright, or by a word; grey where there is none."""
    theme, values = current_theme(), {run.id: value_of(run) for run in runs}
    numbers = {key: float(str(v)) for key, v in values.items() if _is_number(v)}
    words = sorted({str(v) for key, v in values.items() if v not in (None, "") and key not in numbers})
    scale = _shares(list(numbers.values()))
    none = blend(theme.text_quiet, theme.surface, NO_VALUE).name()
    steps, hues = (FEW_STEPS, theme.curves) if len(runs) > MANY else (0, theme.runs)
    found = {}
    for key, value in values.items():
        if key in numbers:
            found[key] = ramp(scale(numbers[key]), theme, steps)
        elif value not in (None, ""):
            found[key] = hues[words.index(str(value)) % len(hues)]
        else:
            found[key] = none
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _shares(values: Sequence[float]) -> Callable[[float], float]:
    """Maps values to 0 to 1, on a logarithmic scale where they are positive and far apart."""
    if not values or min(values) == max(values):
        return lambda _value: 0.5
    low, high = min(values), max(values)
    if low > 0 and high / low > WIDE_RATIO:
        return lambda value: math.log(value / low) / math.log(high / low)
    return lambda value: (value - low) / (high - low)


def ramp(share: float, theme: Theme, steps: int = 0) -> str:
    """A colour of the ramp, from dark (0) to bright (1), without its end that fades into the theme's ground."""
    if steps:
        share = round(share * steps) / steps
    first, last = (0.25, 1.0) if theme.is_dark else (0.0, 0.85)
    at = (first + (last - first) * min(max(share, 0.0), 1.0)) * (len(VIRIDIS) - 1)
    lower = min(int(at), len(VIRIDIS) - 2)
    return blend(VIRIDIS[lower + 1], VIRIDIS[lower], at - lower).name()
