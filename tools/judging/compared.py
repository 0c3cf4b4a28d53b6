"""Draw what two builds say of a labelled series, one above the other, with what a labeller says.

    python -m tools.judging.compared --base CHECKOUT FOLDER/series/ID__COLUMN.csv ... [--out docs/images]

``FOLDER`` is a labelled set, ``CHECKOUT`` another build; the upper curve is what that says, the lower one what this
does, and the lines under both are the labels that count (full where sure, dashed where likely). Writes
``before-after-N.svg``.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from engine.table import Floats

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT, LEFT, TOP, FOOT = 820, 150, 76, 44, 48
SEVERITY = {"info": "#5b8def", "warning": "#d08700", "critical": "#c5303a"}
WIDE_RANGE = 60  # largest over smallest value from which the axis is logarithmic


@dataclass(frozen=True)
class Stretch:
    """A claim or a label: its name, from where to where in x, and its colour or dashes."""

    name: str
    start: float
    end: float
    style: str


def claims(checkout: Path, path: Path, column: str) -> list[Stretch]:
    """What a build says of a series."""
    command = [sys.executable, "main.py", "diagnose", "--json", str(path)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    found = []
    for record in map(json.loads, done.stdout.splitlines()):
        for event in record["events"] if record["series"] == column else ():
            if isinstance(event["start"], int | float):
                end = event["end"] if isinstance(event["end"], int | float) else event["start"]
                found.append(Stretch(event["kind"], event["start"], end, SEVERITY[event["severity"]]))
    return found


def labels(folder: Path, name: str) -> list[Stretch]:
    """What labellers say of it, without what they are unsure of; nothing for a healthy one."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if f"{row['id']}__{_plain(row['column'])}" == name]
    return [
        Stretch(row["kind"], float(row["start_x"]), float(row["end_x"] or row["start_x"]), row["confidence"])
        for row in rows
        if row["start_x"] and row["confidence"] != "unsure"
    ]


def _plain(column: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", column)


def curve(path: Path) -> tuple[str, Floats, Floats]:
    """The labelled column with its x: the last of the file."""
    with path.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    points = [(float(row[0]), float(row[-1])) for row in rows if row[-1]]
    x, y = np.array(points).T
    return header[-1], x, y


def picture(before: Sequence[Stretch], after: Sequence[Stretch], said: Sequence[Stretch], x: Floats, y: Floats) -> str:
    """Both as SVG."""
    parts = [_panel(0, "before", before, said, x, y), _panel(TOP + HEIGHT + FOOT, "after", after, said, x, y)]
    height = 2 * (TOP + HEIGHT + FOOT)
    size = f'width="{WIDTH}" height="{height}" font-size="12" font-family="sans-serif"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(parts)}</svg>\n'


def _panel(top: int, name: str, found: Sequence[Stretch], said: Sequence[Stretch], x: Floats, y: Floats) -> str:
    is_log = bool((y[np.isfinite(y)] > 0).all()) and np.nanmax(y) > WIDE_RANGE * np.nanmin(y)
    values = np.log10(y) if is_log else y
    low, high = np.nanmin(values[np.isfinite(values)]), np.nanmax(values[np.isfinite(values)])
    across = (WIDTH - LEFT - 12) / max(float(x.max() - x.min()), 1e-12)

    def at(value: float) -> float:
        return LEFT + (value - float(x.min())) * across

    floor = top + TOP + HEIGHT
    parts = [f'<text x="8" y="{top + 16}" font-weight="bold">{name}</text>']
    rows = _rows([(at(one.start), len(one.name) * 6.6) for one in found])
    for one, row in zip(found, rows, strict=True):
        left, width = at(one.start), max(at(one.end) - at(one.start), 2.0)
        parts.append(
            f'<rect x="{left:.1f}" y="{top + TOP}" width="{width:.1f}" height="{HEIGHT}" fill="{one.style}" '
            f'fill-opacity=".13"/><rect x="{left:.1f}" y="{top + TOP}" width="1" height="{HEIGHT}" fill="{one.style}"/>'
            f'<text x="{min(left, WIDTH - 90):.1f}" y="{top + TOP - 4 - 13 * row}" fill="{one.style}">'
            f"{escape(one.name.replace('_', ' '))}</text>"
        )
    scaled = floor - (values - low) / max(high - low, 1e-12) * HEIGHT
    parts.append(f'<path d="{_path(at, x, scaled)}" fill="none" stroke="#222" stroke-width="1"/>')
    for value in (low, high):
        shown = 10**value if is_log else value
        line = floor - (value - low) / max(high - low, 1e-12) * HEIGHT
        parts.append(f'<text x="{LEFT - 6}" y="{line + 4:.0f}" text-anchor="end" fill="#666">{shown:.3g}</text>')
    rows = _rows([(at(one.start), len(one.name) * 6.6) for one in said])
    parts += [_label(one, at, floor, row) for one, row in zip(said, rows, strict=True)]
    parts.append(f'<path d="M{LEFT} {top + TOP}V{floor}H{WIDTH - 12}" fill="none" stroke="#bbb"/>')
    return "".join(parts)


def _label(one: Stretch, at: Callable[[float], float], floor: int, row: int) -> str:
    dashes = ' stroke-dasharray="3 3"' if one.style == "likely" else ""
    left, right = at(one.start), max(at(one.end), at(one.start) + 3)
    text = escape(one.name.replace("_", " "))
    return (
        f'<path d="M{left:.1f} {floor + 6}H{right:.1f}" stroke="#1a7f4b" stroke-width="3"{dashes}/>'
        f'<text x="{min(left, WIDTH - 90):.1f}" y="{floor + 21 + 13 * row}" fill="#1a7f4b">{text}</text>'
    )


def _rows(places: Sequence[tuple[float, float]]) -> list[int]:
    """A row for each text, given its left edge and width, so that few overlap."""
    ends = [0.0, 0.0, 0.0]
    rows = []
    for left, width in places:
        row = next((i for i, end in enumerate(ends) if left >= end), int(np.argmin(ends)))
        ends[row] = left + width
        rows.append(row)
    return rows


def _path(at: Callable[[float], float], x: Floats, pixels: Floats) -> str:
    """The line through at most a low and a high point of each pixel."""
    finite = np.isfinite(pixels)
    column = np.array([at(value) for value in x])
    words, is_down = [], False
    for place in np.unique(column.round()):
        inside = pixels[(column.round() == place) & finite]
        if not len(inside):
            is_down = False
            continue
        for value in dict.fromkeys((inside[0], inside.min(), inside.max(), inside[-1])):
            words.append(f"{'L' if is_down else 'M'}{place:.0f} {value:.1f}")
            is_down = True
    return "".join(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", nargs="+", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="a checkout of another build")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    given = parser.parse_args()
    for number, path in enumerate((one.absolute() for one in given.series), 1):
        column, x, y = curve(path)
        said = labels(path.parent.parent, path.stem)
        drawing = picture(claims(given.base, path, column), claims(ROOT, path, column), said, x, y)
        target = given.out / f"before-after-{number}.svg"
        target.write_text(drawing, encoding="utf-8")
        print(target)


if __name__ == "__main__":
    main()
