"""The reliability figure: how often the first cause is right against the weight that it was given."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

SIDE, LEFT, TOP = 320, 56, 28
SMALLEST, LARGEST = 3.0, 11.0  # radius of a point
STYLE = """
text { font: 12px sans-serif; fill: #444 } .axis { stroke: #888; fill: none } .even { stroke: #999;
stroke-dasharray: 4 4 } circle { fill: #2f6fb0; fill-opacity: 0.8 } .link { stroke: #2f6fb0; fill: none }
@media (prefers-color-scheme: dark) { text { fill: #ccc } }
"""

Row = tuple[float, int, float, float]


def figure(rows: Iterable[Row], title: str) -> str:
    """An SVG of points whose area grows with the number of events; on the dashed line, weights are to be believed.

    Parameters
    ----------
    rows : iterable of (lower edge, events, mean weight, share right)
    """
    found = list(rows)
    most = max((events for _low, events, _said, _right in found), default=1)
    points = [(_x(said), _y(right), events, said, right) for _low, events, said, right in found]
    link = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + LEFT + 24} {SIDE + TOP + 52}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="axis" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>',
        f'<line class="even" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>',
        f'<polyline class="link" points="{link}"/>',
    ]
    for x, y, events, said, right in points:
        radius = SMALLEST + (LARGEST - SMALLEST) * (events / most) ** 0.5
        note = f"said {said:.2f}, right {right:.2f}, {events} events"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{note}</title></circle>')
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<text x="{_x(tick)}" y="{_y(0) + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<text x="{_x(0.5)}" y="{_y(0) + 40}" text-anchor="middle">weight of the first cause</text>')
    parts.append(f'<text x="{LEFT - 40}" y="{TOP - 10}">how often it is right</text></svg>')
    return "\n".join(parts) + "\n"


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)
