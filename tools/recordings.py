"""Record the curves of demos and samples for the start page: ``python -m tools.recordings [NAME ...]``.

Each demo trains once with its defaults and the seed 0; `POINTS` extremes of its loss go to ``resources/demos``, with
the first event that the demo is known for. Of a sample, given by the name of
its file in ``resources/samples``, it is the gravest event. Run it again when a demo's defaults or a sample change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from engine.detectors.watch import Watch
from engine.events import Event, gravest
from engine.logs.reading import open_log
from engine.resources import resource
from engine.run import Run
from engine.scenarios.base import all_scenarios, scenario_named
from engine.table import Floats
from engine.training.session import TrainingSession
from gui.runs.start.samples import samples

POINTS = 200
DIGITS = 4


def main(names: list[str]) -> int:
    """Record the named demos and samples, or all."""
    logs = {path.name: path for path in samples()}
    for name in names or [*all_scenarios(), *logs]:
        record = recorded_sample(logs[name]) if name in logs else recorded(name)
        path = logs[name].with_suffix(".json") if name in logs else resource("demos") / f"{name}.json"
        path.write_text(json.dumps(record, allow_nan=False) + "\n", "utf-8")
        print(f"{path.name}: {record['steps']} steps, {record['event']}", flush=True)
    return 0


def recorded(name: str) -> dict:
    """Train a demo and reduce its loss; x is the share of the run."""
    session = TrainingSession(name, 0, probes="none")
    watch = Watch(session.run.table, session.run.series, session.run.x)
    for _row in session:
        pass
    watch.finish()
    shown = scenario_named(name).shows
    events = [event for event in watch.events if event.is_listed]
    return _record(session.run, next((event for event in events if event.kind in shown), None))


def recorded_sample(path: Path) -> dict:
    """Read a sample and reduce its first loss; x is the share of the run."""
    run = open_log(path)[0]
    watch = Watch(run.table, run.series, run.x)
    watch.finish()
    events = [event for event in watch.events if event.is_listed]
    return _record(run, gravest(events) if events else None)


def _record(run: Run, told: Event | None) -> dict:
    series, rows = run.table.series(run.series[0].name), len(run.table)
    x, y = extremes(series.rows / max(rows - 1, 1), series.values)
    return {
        "steps": rows,
        "x": [round(float(v), DIGITS) for v in x],
        "y": [None if not np.isfinite(v) else float(f"{v:.{DIGITS}g}") for v in y],
        "event": _event(told, rows) if told is not None else None,
    }


def extremes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The smallest and the largest value of `POINTS` / 2 stretches, in their order."""
    kept: list[int] = []
    for part in np.array_split(np.arange(len(y)), POINTS // 2):
        finite = part[np.isfinite(y[part])] if len(part) else part
        if len(finite):
            low, high = finite[np.argmin(y[finite])], finite[np.argmax(y[finite])]
            kept += sorted({int(low), int(high)})
        elif len(part):
            kept.append(int(part[0]))
    return x[kept], y[kept]


def _event(event: Event, rows: int) -> dict:
    last = max(rows - 1, 1)
    return {
        "kind": event.kind.value,
        "severity": event.severity.value,
        "start": round(event.start / last, DIGITS),
        "end": round(event.end / last, DIGITS),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
