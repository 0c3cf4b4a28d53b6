"""What is reported of some of the labelled trainings: ``python -m tests.made.expected`` writes it anew.

A change of a detector changes this file, and its difference shows which curves are concerned. Whether the change is for
the better is measured on all of them: ``python -m tests.benchmarks trainings``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from engine.detectors.watch import Watch
from engine.series import pair
from tests.made.labelled import labelled, load

FOLDER = Path(__file__).resolve().parents[1] / "data" / "trainings"
FILE = FOLDER / "expected.csv"
EACH = 2
LONGEST = 4000  # rows; ten times as long takes ten times as long

Line = tuple[str, ...]


def sample() -> list[str]:
    """File names: two series of each labelled kind in each third of the labels (ids beginning with 7, 8 and 9)."""
    chosen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, rows in labelled(FOLDER):
        if len((FOLDER / "series" / name).read_text(encoding="utf-8").splitlines()) > LONGEST:
            continue
        for row in rows:
            if row["confidence"] != "unsure":
                chosen[row["kind"], name[0]].append(name)
    return sorted({name for names in chosen.values() for name in names[:EACH]})


def events(name: str) -> list[Line]:
    """The events that are listed of a series: file, series, kind, first and last row, severity."""
    table = load(FOLDER / "series" / name)
    watch = Watch(table, pair([column for column in table.columns if column != "step"]), "step")
    watch.finish()
    return sorted((name, e.series, e.kind.value, str(e.start), str(e.end), e.severity.value) for e in watch.listed)


def committed() -> dict[str, list[Line]]:
    """The lines of the file by series; a series of which nothing is reported has none."""
    found: dict[str, list[Line]] = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as file:
        for line in list(csv.reader(file))[1:]:
            found[line[0]].append(tuple(line))
    return {name: sorted(lines) for name, lines in found.items()}


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "series", "kind", "start", "end", "severity"])
        for name in sample():
            writer.writerows(events(name))


if __name__ == "__main__":
    main()
