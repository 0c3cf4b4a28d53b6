"""A pane of the stack: header, axis and curves over the shared x."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.i18n import _, ngettext, number
from engine.table import Floats
from gui.look.colours import RAW_OPACITY, RAW_OPACITY_BESIDE, blend
from gui.look.theme import Theme
from gui.plots.axes.axes import LeftAxis, y_ticks
from gui.plots.axes.scaling import MARGIN, robust_limits, stepped, with_margin
from gui.plots.axes.view import View
from gui.plots.curves.line import Drawn, Line
from gui.plots.items.backdrop import Backdrop
from gui.plots.items.crosshair import Crosshair
from gui.plots.items.edge_marks import EdgeMarks
from gui.plots.items.extremes import Extremes, Point, notable
from gui.plots.items.lines.crowd import CrowdItem
from gui.plots.items.lines.curves import CurvesItem, Stroke
from gui.plots.items.lines.ribbons import RibbonsItem
from gui.plots.items.stretch import StretchItem
from gui.plots.labels.header import Entry, Header
from gui.plots.labels.last_values import LastValue, LastValues
from gui.plots.labels.mark_texts import MarkTexts
from gui.plots.panes.box import PaneBox
from gui.plots.panes.partition import CurvePartition
from gui.plots.panes.quantities import hint, title
from gui.plots.shown.scenery import Peak, Scenery
from gui.plots.shown.spec import Curve, PaneSpec

THINNED = 8  # every eighth block of a crowd is enough for the limits
MOST_TOLD = 12
LONGEST_TAG = 10  # characters
STRONG, PLAIN, THIN = 1.8, 1.2, 1.0


class Pane:
    """Draws its curves for a range of x, independent of tables and other panes; `name` is its title."""

    def __init__(self, spec: PaneSpec, name: str, theme: Theme) -> None:
        self.spec = spec
        self.title = name
        self.header = Header(theme, name)
        self.header.setToolTip(hint((*spec.columns, *spec.limits)))
        self.axis = LeftAxis(theme)
        self.last_values = LastValues(theme)
        self.box = PaneBox()
        self.backdrop = Backdrop(self.box, theme)
        self.strokes = CurvesItem(self.box)
        self.ribbons = RibbonsItem(self.box)
        self.crowd_item = CrowdItem(self.box)
        self.partition = CurvePartition()
        self.edges = EdgeMarks(self.box, theme)
        self.mark_texts = MarkTexts(self.box, theme)
        self.extremes = Extremes(self.box, theme)
        self.stretch = StretchItem(self.box, theme)
        self.crosshair = Crosshair(self.box, theme)
        self.theme = theme
        self._curves: Sequence[Curve] = ()
        self.is_log = bool(spec.is_log)
        self.chosen_y: tuple[float, float] | None = None
        self.view = View(0, 1, 0, 1, 1, 1)
        self._shown_y: tuple[float, float] | None = None
        self._inside: set[int] = set()  # ids of the curves that the view leaves nothing of out
        self._cursor: float | None = None
        self.forks: Sequence[tuple[Floats, Floats, str]] = ()  # x, y and colour of forks of the active run
        self._drawn_forks: tuple[tuple, list[Stroke]] = ((), [])
        self.anchor: float | None = None  # x that differences refer to
        self.has_extremes = False
        self.is_log_chosen = False  # by the data, not by the person

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        for part in (
            self.header,
            self.axis,
            self.last_values,
            self.backdrop,
            self.edges,
            self.mark_texts,
            self.extremes,
            self.stretch,
            self.crosshair,
        ):
            part.theme = theme
            part.update()

    @property
    def curves(self) -> Sequence[Curve]:
        return self._curves

    @curves.setter
    def curves(self, curves: Sequence[Curve]) -> None:
        self._curves = curves
        self.partition.invalidate()

    def recolour(self, curves: Sequence[Curve]) -> None:
        """Show curves of the same values in other colours."""
        self._curves = curves
        self.partition.relight()

    def set_log(self, is_log: bool) -> None:
        """Use a logarithmic or a linear y axis."""
        if is_log != self.is_log:
            self.is_log = is_log
            self.reset_limits()

    def reset_limits(self) -> None:
        """Fit y tightly to the view at the next redraw."""
        self._shown_y = self.chosen_y = None

    def shift_y(self, pixels: float) -> None:
        """Move y by pixels, downwards for positive ones, from the next redraw on."""
        by = pixels / self.view.height * (self.view.top - self.view.bottom)
        self.chosen_y = (self.view.bottom + by, self.view.top + by)

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of y, as values."""
        ends = self.view.bottom, self.view.top
        return (10.0 ** ends[0], 10.0 ** ends[1]) if self.is_log else ends

    def choose_limits(self, low: float, high: float) -> bool:
        """Use these ends of y from the next redraw on, and return whether they can be shown."""
        if not low < high or (self.is_log and low <= 0):
            return False
        self.chosen_y = (float(np.log10(low)), float(np.log10(high))) if self.is_log else (low, high)
        return True

    def zoom_y(self, factor: float, pixel: float) -> None:
        """Zoom y by `factor` around a pixel from the next redraw on."""
        view = self.view
        at = view.top - (view.top - view.bottom) * pixel / view.height
        self.chosen_y = (at - (at - view.bottom) * factor, at + (view.top - at) * factor)

    def redraw(self, left: float, right: float, x_ticks: Floats, scenery: Scenery) -> None:
        """Draw the range of x from `left` to `right`."""
        size = self.box.size()
        pixels = max(int(size.width()), 2)
        alone, crowd, in_crowd = self.partition.of(self.curves)
        drawn = [self._drawn(curve, left, right, pixels) for curve in alone]
        spans = crowd.spans(left, right, pixels // CrowdItem.step(len(crowd.lines)), self.is_log) if crowd else None
        y = [line.y for pair in drawn for line in pair if line is not None]
        peaks = [peak for peak in scenery.peaks if peak.column in self.spec.columns and left <= peak.x <= right]
        values = y if spans is None else [*y, *(ends[..., ::THINNED].ravel() for ends in (spans.low, spans.high))]
        bottom, top = self._limits(values, [peak.value for peak in peaks if peak.fits])
        self.view = View(left, right, bottom, top, max(size.width(), 2.0), max(size.height(), 2.0))
        self._inside = {id(curve) for curve, (raw, _s) in zip(alone, drawn) if raw.is_between(bottom, top)}
        ticks = y_ticks(bottom, top, self.view.height, self.is_log)
        self.backdrop.scenery, self.backdrop.x_ticks, self.backdrop.y_ticks = scenery, x_ticks, ticks.at
        self.backdrop.set_view(self.view)
        self.strokes.show_strokes([*self._strokes(alone, drawn), *self._fork_strokes()], self.view)
        self.ribbons.show_ribbons(self._ribbons(left, right, pixels), self.view)
        self.crowd_item.show_spans(spans, in_crowd, self.view)
        self._mark_off_axis(
            [(raw.off_axis_x, raw.off_axis) for raw, _smooth in drawn]
            + ([crowd.off_axis(self.is_log)] if crowd else [])
        )
        self._mark_points(alone, [raw for raw, _smooth in drawn], peaks)
        self._show_last_values(alone)
        self.axis.show_ticks(ticks, self.view)
        self.show_cursor(self._cursor)

    def _ribbons(self, left: float, right: float, pixels: int) -> list[tuple[Drawn, Drawn, QColor]]:
        groups = [(curve.group, QColor(curve.colour)) for curve in self.curves if curve.group is not None]
        reach = left, right, max(pixels // 2, 2), self.is_log
        return [(group.low.reduce(*reach), group.high.reduce(*reach), colour) for group, colour in groups]

    def _drawn(self, curve: Curve, left: float, right: float, pixels: int) -> tuple[Drawn, Drawn | None]:
        raw = curve.trace.reduce(left, right, pixels, self.is_log)
        if curve.smoothed is None or not len(curve.smoothed):
            return raw, None
        # Half as many points are enough for a smoothed line, which is wider and slower.
        return raw, curve.smoothed.reduce(left, right, max(pixels // 2, 2), self.is_log)

    def _strokes(self, curves: Sequence[Curve], drawn: list[tuple[Drawn, Drawn | None]]) -> list[Stroke]:
        """Strokes in drawing order: raw curves below all smoothed ones, the active run on top."""
        raw, smooth = [], []
        for i in sorted(range(len(curves)), key=lambda i: curves[i].is_active):
            curve, (under, over) = curves[i], drawn[i]
            width = THIN if not curve.is_active else PLAIN if over is None else STRONG
            colour = QColor(curve.colour)
            if over is None:
                smooth.append(Stroke(under, colour, width, curve.is_dashed or curve.is_limit))
                continue
            smooth.append(Stroke(over, colour, width, curve.is_dashed))
            if curve.smoothed is not None and curve.smoothed.is_share:
                continue
            opacity = RAW_OPACITY if curve.is_active else RAW_OPACITY_BESIDE
            raw.append(Stroke(under, blend(curve.colour, self.theme.surface, opacity), THIN))
        return raw + smooth

    def _fork_strokes(self) -> list[Stroke]:
        key = id(self.forks), self.is_log
        if self._drawn_forks[0] != key:
            none = np.empty(0), np.empty(0, np.uint8)
            made = []
            for x, y, colour in self.forks:
                if self.is_log:
                    y = np.log10(np.where(y > 0, y, np.nan))
                made.append(Stroke(Drawn(x, y, *none), QColor(colour), PLAIN))
            self._drawn_forks = key, made
        return self._drawn_forks[1]

    def _limits(self, values: list[Floats], peaks: Sequence[float]) -> tuple[float, float]:
        if self.chosen_y is not None:
            return self.chosen_y
        needed = robust_limits(np.concatenate(values) if values else np.empty(0))
        if needed is None:
            return self._shown_y or (0.0, 1.0)
        tops = [y for y in map(self._placed, peaks) if y is not None]
        needed = needed[0], max(needed[1], *tops) if tops else needed[1]
        low, high = with_margin(*needed)
        if self._shown_y is not None:
            low, high = stepped(low, high, self._shown_y)
        if needed[0] >= 0 and not self.is_log:
            low = max(low, -MARGIN * high)  # no negative numbers on the axis of a non-negative loss
        self._shown_y = (low, high)
        return low, high

    def _mark_off_axis(self, found: list[tuple[Floats, NDArray[np.uint8]]]) -> None:
        self.edges.set_view(self.view)
        if found:
            self.edges.show_off_axis(
                np.concatenate([x for x, _odd in found]), np.concatenate([off_axis for _x, off_axis in found])
            )

    def _mark_points(self, curves: Sequence[Curve], drawn: list[Drawn], peaks: Sequence[Peak]) -> None:
        """Mark the peaks of events, the gravest first, and the extremes if they are wanted."""
        colours = {_column(curve): QColor(curve.colour) for curve in self.curves if curve.is_active}
        points = []
        for peak in sorted(peaks, key=lambda peak: -peak.severity.rank):
            y = self._placed(peak.value)
            if y is not None and peak.column in colours:
                points.append(Point(peak.x, y, number(peak.value, 4), colours[peak.column], is_filled=True))
        if self.has_extremes:
            for curve, line in zip(curves, drawn, strict=True):
                if curve.is_active and not curve.is_limit:
                    points += notable(line, self.view.left, self.view.right, self.is_log, QColor(curve.colour))
        self.extremes.show_points(points, self.view)

    def _show_last_values(self, curves: Sequence[Curve]) -> None:
        """Show the last value in view of each curve, the active one's first."""
        found = []
        for curve in sorted(curves, key=lambda curve: not curve.is_active):
            share = self._share(curve, None)
            value = share if share is not None else _last_in_view(curve.trace, self.view.left, self.view.right)
            y = self._placed(value)
            if value is not None and y is not None:
                height = min(max(self.view.y_pixel(y), 0.0), self.view.height)
                found.append(LastValue(height, _short(value), curve.colour))
        self.last_values.show_values(found)

    def show_cursor(self, x: float | None) -> None:
        """Move the cursor to `x` and show the values there; None shows the last values."""
        self._cursor = x
        if x is None:
            self.crosshair.setVisible(False)
        else:
            self.crosshair.show_at(x, self._dots(x), self.view)
        self._update_header(x)

    def _update_header(self, x: float | None) -> None:
        self.header.title = _("{title}, log scale").format(title=self.title) if self.is_log else self.title
        self.header.show_texts(self.notes(), [self._entry(curve, x) for curve in self._header_curves()])

    def _header_curves(self) -> list[Curve]:
        """The curves listed in the header: the active ones first, and no more than are legible."""
        active = [curve for curve in self.curves if curve.is_active]
        others = (curve for curve in self.curves if not curve.is_active)
        return [*active, *islice(others, max(MOST_TOLD - len(active), 0))][:MOST_TOLD]

    def _dots(self, x: float) -> list[tuple[float, QColor]]:
        found = []
        for curve in self._header_curves():
            share = self._share(curve, x)
            y = self._placed(curve.trace.at(x) if share is None else share)
            if y is not None:
                found.append((y, QColor(curve.colour)))
        return found

    def _share(self, curve: Curve, x: float | None) -> float | None:
        """The share as it is drawn at `x`, or at the end in view; None beyond its ends and for other curves."""
        smooth, view = curve.smoothed, self.view
        if smooth is None or not smooth.is_share or not len(smooth) or (x is not None and smooth.at(x) is None):
            return None
        drawn = smooth.reduce(view.left, view.right, max(int(view.width) // 2, 2), self.is_log)
        inside = np.flatnonzero(np.isfinite(drawn.y) & (drawn.x <= view.right))
        if not len(inside):
            return None
        at = inside[-1] if x is None else inside[np.argmin(np.abs(drawn.x[inside] - x))]
        return float(10.0 ** drawn.y[at] if self.is_log else drawn.y[at])

    def _placed(self, value: float | None) -> float | None:
        """The position of a value on the axis; None if it cannot be drawn."""
        if value is None or not np.isfinite(value) or (self.is_log and value <= 0):
            return None
        return float(np.log10(value)) if self.is_log else value

    def _entry(self, curve: Curve, x: float | None) -> Entry:
        share = self._share(curve, x)
        value = _value(curve.trace, x) if share is None else share
        smooth = _value(curve.smoothed, x) if share is None and x is not None else None
        aside = "" if smooth is None else _("median {value}").format(value=number(smooth, 3))
        against = None if x is None else self._measured_against(curve, x)
        if against is not None and value is not None:
            aside = f"Δ {signed(value - against)}"
        text = "–" if value is None else number(value, 4)
        column = _column(curve)
        is_said = column is not None and curve.name in (column, title(column)) and title(column) == self.title
        name = "" if is_said else curve.name  # the title says it already
        return Entry(QColor(curve.colour), name, text, aside, curve.is_dashed or curve.is_limit)

    def _measured_against(self, curve: Curve, x: float) -> float | None:
        """Reference for differences: the curve at the anchor, or else the active run's value at this x."""
        if self.anchor is not None:
            share = self._share(curve, self.anchor)
            return _value(curve.trace, self.anchor) if share is None else share
        column = _column(curve)
        if curve.is_active or column is None:
            return None
        active = (c.trace for c in self.curves if c.is_active and _column(c) == column)
        return _value(next(active, None), x)

    def notes(self) -> list[str]:
        """Texts about points outside the picture, and about how the curve is drawn."""
        low, high, not_positive = self._left_out()
        found = []
        if self.is_log and self.is_log_chosen:
            found.append(_("L: linear"))
        if high:
            text = ngettext("{count} point above ↑", "{count} points above ↑", high)
            found.append(text.format(count=number(high)))
        if low:
            text = ngettext("{count} point below ↓", "{count} points below ↓", low)
            found.append(text.format(count=number(low)))
        if not_positive:
            text = ngettext(
                "{count} value ≤ 0 cannot be shown on a log axis",
                "{count} values ≤ 0 cannot be shown on a log axis",
                not_positive,
            )
            found.append(text.format(count=number(not_positive)))
        return [*found, *self._line_note()]

    def _line_note(self) -> list[str]:
        """What the strong line is."""
        smooth = next((c.smoothed for c in self.curves if c.is_active and c.smoothed and len(c.smoothed)), None)
        if smooth is None:
            return []
        steps = smooth.width_shown(self.view.left, self.view.right, max(int(self.view.width) // 2, 2))
        if smooth.is_share:
            text = ngettext(
                "line: share of right answers in {n} step", "line: share of right answers in {n} steps", steps
            )
            return [text.format(n=number(steps))]
        return [ngettext("line: median of {n} step", "line: median of {n} steps", steps).format(n=number(steps))]

    def _left_out(self) -> tuple[int, int, int]:
        bottom, top = (
            (10.0**v for v in (self.view.bottom, self.view.top)) if self.is_log else (self.view.bottom, self.view.top)
        )
        low = high = not_positive = 0
        for curve in self._header_curves():
            if id(curve) in self._inside:
                continue
            counts = curve.trace.count_outside(self.view.left, self.view.right, bottom, top, self.is_log)
            low, high, not_positive = low + counts[0], high + counts[1], not_positive + counts[2]
        return low, high, not_positive


def _value(line: Line | None, x: float | None) -> float | None:
    if line is None or not len(line):
        return None
    return float(line.values[-1]) if x is None else line.at(x)


def _column(curve: Curve) -> str | None:
    return getattr(curve.trace, "column", None)


def _last_in_view(line: Line, left: float, right: float) -> float | None:
    spans = line.spans(left, right)
    if not spans:
        return None
    start, stop = spans[-1]
    x = line.x_of(np.arange(max(start, stop - 2), stop))
    inside = np.flatnonzero((x >= left) & (x <= right))
    return float(line.values[max(start, stop - 2) + int(inside[-1])]) if len(inside) else None


def _short(value: float) -> str:
    """A number for the margin: with fewer digits where a power of ten follows."""
    text = number(value, 3)
    return text if len(text) <= LONGEST_TAG else number(value, 2)


def signed(value: float) -> str:
    """A difference with its sign.

    Examples
    --------
    >>> signed(0.25), signed(-2.0)
    ('+0.25', '−2')
    """
    return f"+{number(value, 3)}" if value > 0 else number(value, 3)
