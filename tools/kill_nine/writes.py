"""The program's other writes: a process makes one after the other, says each number once it is done, and is killed.

After the kill everything that was said has to be there, whole: a later number may be, half of one never.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.library import Library

ROOT = Path(__file__).resolve().parents[2]
ROWS = 3000  # of an exported table: long enough to be killed in its middle
LATEST_ROWS_SECONDS = 1.0  # rows of a watched training go to the disk at least as often

START = """
import itertools, os, sys, time
from pathlib import Path
path = Path(sys.argv[1])
def said(number):
    os.write(1, b"%d %f\\n" % (number, time.monotonic()))
"""
LIBRARY = """
from engine.library import Library
from engine.run import Origin, OriginKind, Run
from engine.table import MetricTable
library = Library(path)
run = Run("killed", MetricTable(("step", "loss")), (), Origin(OriginKind.TRAINING))
library.add(run)
for number in itertools.count(1):
    library.annotate(run.id, str(number))
    library.put_items(run.id, "pair", {"one": str(number), "other": str(number) * 500})
    library.tag(run.id, [str(number)])
    library.rename(run.id, str(number))
    said(number)
"""
EXPORT = f"""
import numpy as np
from engine.export import write_table
from engine.table import MetricTable
for number in itertools.count(1):
    table = MetricTable()
    table.extend({{"step": np.arange({ROWS}.0), "loss": np.full({ROWS}, float(number))}})
    write_table(table, path)
    said(number)
"""
REPORT = """
from engine.replacing import replacing
for number in itertools.count(1):
    with replacing(path) as target:
        target.write_text(f"{number} " * 100_000)
    said(number)
"""
SETTINGS = """
from gui.shell.remembered import Remembered
remembered = Remembered(path)
for number in itertools.count(1):
    for key in range(200):
        remembered.set_text(f"text{key}", str(number) * 20)
    remembered.write()
    said(number)
"""
PICTURES = """
from gui.runs.start.small_curve import SmallCurve
from gui.runs.start.thumbnails import Thumbnail, Thumbnails
thumbnails = Thumbnails(path)
for number in itertools.count(1):
    curve = SmallCurve(tuple(range(100)), (float(number),) * 100)
    thumbnails._known = {f"run{key}": Thumbnail(curve) for key in range(24)}
    thumbnails.write()
    said(number)
"""
WATCH = """
os.environ["OVERSHOOT_HOME"] = str(path)
import overshoot
run = overshoot.watch(name="killed")
for number in itertools.count(1):
    run.log(loss=float(number))
    said(number)
    time.sleep(0.0005)
"""


@dataclass(frozen=True)
class Write:
    """A kind of write: its process, and what is wrong with what it left, given the numbers it said."""

    code: str
    name: str
    look: Callable[[Path, list[tuple[int, float]]], str]


def problem(write: Write, folder: Path, seconds: float) -> str:
    """Kill once, and say what is wrong; empty if nothing is."""
    path, said = folder / write.name, folder / f"{write.name}.said"
    with said.open("wb") as out:
        call = [sys.executable, "-c", START + write.code, str(path)]
        child = subprocess.Popen(call, stdout=out, cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
        while not said.stat().st_size and child.poll() is None:
            time.sleep(0.005)
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    numbers = [line.split() for line in said.read_text().split("\n")[:-1]]
    try:
        return write.look(path, [(int(number), float(moment)) for number, moment in numbers])
    except Exception as error:  # what cannot be read is what is looked for
        return f"{type(error).__name__}: {error}"


def _is_due(found: set[str], said: list[tuple[int, float]]) -> str:
    """One number all over, the last that was said or the next."""
    last = said[-1][0]
    return "" if found in ({str(last)}, {str(last + 1)}) else f"{sorted(found)[:3]} after {last} was said"


def _library(path: Path, said: list[tuple[int, float]]) -> str:
    library = Library(path)
    if library.set_aside is not None:
        return "the library was damaged"
    entry, last = library.entries()[0], said[-1][0]
    pair = library.items(entry.id, "pair")
    library.close()
    if pair["one"] * 500 != pair["other"]:
        return "half of a transaction"
    apart = {entry.note, pair["one"], *entry.tags, entry.name} - {str(last), str(last + 1)}
    return f"{sorted(apart)} after {last} was said" if apart else ""


def _export(path: Path, said: list[tuple[int, float]]) -> str:
    with path.open(newline="", encoding="utf-8") as file:
        _header, *rows = list(csv.reader(file))
    return _is_due({f"{float(row[1]):.0f}" for row in rows}, said) if len(rows) == ROWS else f"{len(rows)} rows"


def _report(path: Path, said: list[tuple[int, float]]) -> str:
    words = path.read_text().split()
    return _is_due(set(words), said) if len(words) == 100_000 else f"{len(words)} words"


def _settings(path: Path, said: list[tuple[int, float]]) -> str:
    lines = [line.split("=")[1].strip() for line in path.read_text().splitlines() if line.startswith("text")]
    last = said[-1][0]
    if len(lines) != 200:
        return f"{len(lines)} settings"
    return _is_due(
        {
            str(last) if line == str(last) * 20 else str(last + 1) if line == str(last + 1) * 20 else line
            for line in lines
        },
        said,
    )


def _pictures(path: Path, said: list[tuple[int, float]]) -> str:
    kept = json.loads(path.read_text())
    return _is_due({f"{value:.0f}" for one in kept.values() for value in one["y"]}, said) if len(kept) == 24 else "few"


def _watch(path: Path, said: list[tuple[int, float]]) -> str:
    from engine.logs import NoLossError, open_log

    log = max(path.rglob("*.jsonl"), key=lambda file: file.stat().st_mtime)
    try:
        losses = open_log(log)[0].table.values("loss")
    except NoLossError:  # killed before its first rows went to the disk
        losses = np.empty(0)
    if losses.tolist() != [float(n) for n in range(1, len(losses) + 1)]:
        return "rows are missing in between"
    lost = [moment for number, moment in said if number > len(losses)]
    seconds = said[-1][1] - lost[0] if lost else 0.0
    return f"{seconds:.2f} s of rows lost" if seconds > LATEST_ROWS_SECONDS else ""


WRITES = {
    "library": Write(LIBRARY, "library.db", _library),
    "export": Write(EXPORT, "table.csv", _export),
    "report": Write(REPORT, "report.md", _report),
    "settings": Write(SETTINGS, "window.ini", _settings),
    "pictures": Write(PICTURES, "thumbnails.json", _pictures),
    "watch": Write(WATCH, "home", _watch),
}
