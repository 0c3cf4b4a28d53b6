"""The clues of every event that a fault made, for the fit."""

from __future__ import annotations

import json
import lzma
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from engine.detectors.watch import Watch
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import all_measured
from engine.diagnosis.offering import has_problem, question
from engine.diagnosis.ranking import ASKED, stated
from engine.diagnosis.traits.base import traits
from engine.events import Event, EventKind, EventState, Severity
from engine.logs import open_log
from engine.probes.confirm import confirmed
from engine.run import Run
from tools.faultlab import HELD_OUT
from tools.faultlab.matching import fitting
from tools.faultlab.measure import columns_of
from tools.faultlab.prior import as_in_the_lab
from tools.faultlab.rules import ON_VALIDATION
from tools.faultlab.store import read_shard, write_csv

MISSED = -1  # place of an event that no detector found
OFFERED = -2  # place of the question that is asked of a whole run beside it, where no event is a problem
UNOFFERED = -3  # and where one is, so that nothing is offered: only to learn from


@dataclass(frozen=True)
class _Found:
    kind: str
    start: float
    end: float
    severity: str
    confidence: float
    event: Event


def gather(
    folder: Path, workers: int = 1, is_again: bool = False, manners: int = 3, with_held: bool = False, most: int = 0
) -> None:
    """Read the clues of every shard that has none yet, or of all shards again, at the events that were kept.

    Parameters
    ----------
    manners : int
        In how many of the ways in which each training was logged.
    with_held : bool
        Whether families that were set aside are read, too.
    most : int
        Shards; 0 for all.
    """
    jobs = [(path, is_again, manners, with_held) for path in sorted(folder.glob("*.npz"))]
    jobs = [job for job in jobs if is_again is job[0].with_suffix(".clues").exists()]
    with Pool(workers) as pool:
        for path, count in pool.imap_unordered(_shard, jobs[: most or None]):
            print(f"{path.name}: {count} events", flush=True)


def _shard(job: tuple[Path, bool, int, bool]) -> tuple[Path, int]:
    path, is_again, manners, with_held = job
    kept: dict[str, list[dict[str, Any]]] = {}
    if is_again:
        for line in path.with_suffix(".clues").read_text().splitlines():
            kept.setdefault((record := json.loads(line))["name"], []).append(record)
    runs = [run for run in read_shard(path) if run["label"]["fault"] and run.get("manner", 0) < manners]
    runs = [run for run in runs if with_held or run["label"]["family"] not in HELD_OUT]
    records = [record for run in runs for record in of_run(run, kept.get(run["name"], []) if is_again else None)]
    path.with_suffix(".clues").write_text("\n".join(map(json.dumps, records)))
    return path, len(records)


def of_run(run: dict[str, Any], kept: list[dict[str, Any]] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the clues of each event of a run that its fault made, the gravest first.

    Parameters
    ----------
    kept : list of dict, optional
        What was yielded before, whose events are taken instead of asking the detectors again.
    """
    if kept == []:
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "log.csv"
        write_csv(run, path)
        opened = open_log(str(path))[0]
    label = run["label"]
    if kept is None:
        listed, events = _asked(run, opened)
    else:
        listed = [event_of(one) for one in kept[0]["listed"]]
        events = [(record["place"], event_of(record["event"])) for record in kept]
    for place_, event in events:
        kind = ASKED if place_ <= OFFERED else event.kind.value
        facts = Facts(confirmed(event, opened), opened, listed)
        about = {key: label[key] for key in ("fault", "accepted", "family", "optimizer", "schedule", "cadence", "face")}
        yield {
            "name": run["name"],
            "kind": kind,
            "place": place_,
            "series": event.series,
            **about,
            "columns": columns_of(run),
            "clues": {name: round(value, 5) for name, value in all_measured(facts).items()},
            "traits": {name: float(f"{value:.4g}") for name, value in traits(facts).items()},
            "stated": {cause: round(share, 6) for cause, share in as_in_the_lab(stated(facts), facts).items()},
            "event": _plain(event),
            "listed": [_plain(one) for one in listed],
        }


def _asked(run: dict[str, Any], opened: Run) -> tuple[list[Event], list[tuple[int, Event]]]:
    """All events of a log, and with their places those that the fault made."""
    watch = Watch(opened.table, opened.series, opened.clock)
    watch.finish()
    steps, label = run["columns"]["step"], run["label"]
    label |= {"onset_step": float(steps[min(label["onset"], len(steps) - 1)])}
    found = [
        _Found(e.kind.value, opened.x_at(e.start), opened.x_at(e.end), e.severity.value, e.confidence, e)
        for e in watch.listed
        if label["face"] != "grok" or e.series == "val_loss"  # training is flat throughout, which is no part of it
    ]
    events = [one.event for one in fitting(label, found, float(steps[-1]))]
    if events:
        return list(watch.listed), list(enumerate(events))
    missed = [(MISSED, event) for event in supposed(label, opened)]
    asked = question(opened) if label["face"] != "grok" else None  # its training loss has nothing left to ask about
    place = UNOFFERED if has_problem(watch.listed) else OFFERED
    return list(watch.listed), missed + ([(place, asked)] if asked is not None else [])


def _plain(event: Event) -> dict[str, Any]:
    kept = {field.name: getattr(event, field.name) for field in fields(event)}
    return kept | {"evidence": dict(event.evidence)}


def event_of(kept: dict[str, Any]) -> Event:
    """An event that was gathered."""
    enums = {"kind": EventKind, "severity": Severity, "state": EventState}
    return Event(**{name: enums[name](value) if name in enums else value for name, value in kept.items()})


def supposed(label: dict[str, Any], run: Run) -> list[Event]:
    """What a detector would have said of a fault that none found; the fit learns from it, and no score counts it."""
    onset, last = label["onset"], len(run.table) - 1
    series = "val_loss" if label["face"] in ON_VALIDATION else run.series[0].name
    if series not in run.table:
        return []
    kind, start, end = {
        "slow": (EventKind.STALLED, 0, last),
        "noise": (EventKind.FLUCTUATION, 0, last),
        "done": (EventKind.PLATEAU, onset, last),
        "drop": (EventKind.KICK_IN, onset, min(last, onset + last // 20 + 3)),
        "grok": (EventKind.KICK_IN, onset, min(last, onset + last // 6 + 3)),
        "turn": (EventKind.OVERFITTING, onset, last),
        "rise": (EventKind.SPIKE, onset, min(last, onset + last // 30 + 3)),
    }.get(label["face"], (None, 0, 0))
    if kind is None:
        return []
    return [Event(f"{series}/supposed/0", kind, series, start, end, end, Severity.WARNING, 0.5, {})]


def kept(records: list[dict[str, Any]]) -> bytes:
    """What the fit needs of records, compressed; the same for the same records."""
    needed = [{key: value for key, value in record.items() if key not in ("event", "listed")} for record in records]
    return lzma.compress("\n".join(json.dumps(one, separators=(",", ":")) for one in needed).encode())


def gathered(folder: Path) -> list[dict[str, Any]]:
    """All that was gathered."""
    texts = [path.read_text() for path in sorted(folder.glob("*.clues"))]
    texts += [lzma.decompress(path.read_bytes()).decode() for path in sorted(folder.glob("*.clues.xz"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]
