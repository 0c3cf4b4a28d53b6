"""Geometry of a report's curves for SVG, reduced to the extremes of each pixel column so that no spike is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tsdownsample import MinMaxDownsampler

from engine.events import Event
from engine.i18n import _, number
from engine.run import Run
from engine.table import Floats, Rows

WIDTH, HEIGHT = 900, 260
LEFT, RIGHT, TOP, BOTTOM = 68, 28, 30, 34
LOG_SPAN = 50.0  # ratio of largest to smallest value from which on the axis is logarithmic
TICKS = 5
NARROWEST_BAND = 2.0
MARK_ROOM = 12.0  # pixels between marks of non-finite values
LABEL_ROOM = 8.0  # pixels per character of a band's number


@dataclass(frozen=True)
class Tick:
    """A grid line: its position in pixels and its text."""

    at: float
    text: str


@dataclass(frozen=True)
class Band:
    """The band of an event: left edge and width in pixels, severity, and its number in the report."""

    left: float
    width: float
    severity: str
    label: str


@dataclass(frozen=True)
class Drawing:
    """All that the template needs to draw a series; coordinates are pixels from the upper left corner.

    `labels` are the bands with room for their number above them.
    """

    title: str
    path: str
    bands: tuple[Band, ...]
    bad: tuple[float, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_title: str
    is_log: bool
    labels: tuple[Band, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw(run: Run, column: str, events: Sequence[Event], labels: Sequence[str]) -> Drawing | None:
    """The geometry of a loss column with its events; None without finite values.

    Parameters
    ----------
    labels : sequence of str
        One per event, written above its band.
    """
    series = run.table.series(column)
    finite = np.isfinite(series.values)
    if not finite.any():
        return None
    xs, title = _abscissa(run, series.rows)
    scale_x = _Scale(*_range(xs), LEFT, WIDTH - RIGHT)
    values = series.values
    is_log = _is_log(values[finite])
    heights = np.log10(np.where(values > 0, values, np.nan)) if is_log else values
    drawn = np.isfinite(heights)
    scale_y = _Scale(*_padded(heights[drawn]), HEIGHT - BOTTOM, TOP)
    bands = tuple(_band(run, event, label, scale_x) for event, label in zip(events, labels))
    return Drawing(
        title=column,
        path=_path(scale_x(xs[drawn]), scale_y(heights[drawn]), np.flatnonzero(drawn)),
        bands=bands,
        labels=tuple(_with_room(bands)),
        bad=_apart(scale_x(xs[~finite])),
        x_ticks=tuple(Tick(float(scale_x(t)), number(t)) for t in _round_ticks(*_range(xs))),
        y_ticks=_y_ticks(scale_y, is_log),
        x_title=title,
        is_log=is_log,
    )


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    first: float
    last: float

    def __call__(self, value):
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)


def _abscissa(run: Run, rows: Rows) -> tuple[Floats, str]:
    """The x of the rows, shape (n,), and its name; row numbers if x does not increase."""
    if run.x is not None:
        x = run.table.series(run.x)
        if len(x) and (np.diff(x.values) >= 0).all() and np.isfinite(x.values).all():
            return np.interp(rows, x.rows, x.values), run.names.get(run.x, run.x)
    return rows.astype(np.float64) + 1, _("row")


def _range(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _padded(values: Floats) -> tuple[float, float]:
    low, high = _range(values)
    room = 0.05 * (high - low)
    return low - room, high + room


def _is_log(values: Floats) -> bool:
    positive = values[values > 0]
    return len(positive) > 0.99 * len(values) and float(positive.max() / positive.min()) > LOG_SPAN


def _path(xs: Floats, ys: Floats, points: Rows) -> str:
    """SVG path through the points, with gaps for missing ones; through the extremes of groups if there are many."""
    if len(xs) > 4 * WIDTH:
        keep = MinMaxDownsampler().downsample(np.ascontiguousarray(ys), n_out=4 * WIDTH)
        # Only missing points between two kept ones make a gap.
        gaps = np.diff(points[keep] - keep) > 0
        xs, ys = xs[keep], ys[keep]
    else:
        gaps = np.diff(points) > 1
    joints = np.concatenate([["M"], np.where(gaps, "M", "L")])
    return "".join(f"{joint}{x:.1f},{y:.1f}" for joint, x, y in zip(joints, xs, ys))


def _band(run: Run, event: Event, label: str, scale: _Scale) -> Band:
    first, last = (float(scale(_x_of(run, row))) for row in (event.start, event.end))
    width = max(last - first, NARROWEST_BAND)
    return Band(round(first, 1), round(width, 1), event.severity.value, label)


def _apart(places: Floats) -> tuple[float, ...]:
    """Positions at least `MARK_ROOM` apart, keeping the first of each group."""
    kept: list[float] = []
    for place in np.unique(np.round(places, 1)).tolist():
        if not kept or place - kept[-1] >= MARK_ROOM:
            kept.append(place)
    return tuple(kept)


def _with_room(bands: Sequence[Band]) -> Iterator[Band]:
    """The bands whose number does not cover the previous one."""
    free_from = -np.inf
    for band in bands:
        if band.left >= free_from:
            free_from = band.left + LABEL_ROOM * (1 + len(band.label))
            yield band


def _x_of(run: Run, row: int) -> float:
    xs, _title = _abscissa(run, np.array([row]))
    return float(xs[0])


def _round_ticks(low: float, high: float) -> list[float]:
    """About five round numbers between two bounds."""
    step = 10 ** np.floor(np.log10((high - low) / TICKS))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (m * step) <= TICKS + 1)
    first = np.ceil(low / step) * step
    return [float(f"{tick:.10g}") for tick in np.arange(first, high + 1e-9 * step, step)]


def _y_ticks(scale: _Scale, is_log: bool) -> tuple[Tick, ...]:
    if not is_log:
        return tuple(Tick(float(scale(t)), number(t)) for t in _round_ticks(scale.low, scale.high))
    decades = np.arange(np.ceil(scale.low), np.floor(scale.high) + 1)
    decades = decades[:: max(1, round(len(decades) / TICKS))]
    return tuple(Tick(float(scale(d)), number(10.0**d)) for d in decades)
