"""Score a checkout of the program on the lab's runs through its command line, as a person would use it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.faultlab import HELD_OUT
from tools.faultlab.also import right_of
from tools.faultlab.logbook import log_of
from tools.faultlab.matching import fitting
from tools.faultlab.rules import face_of_its_own
from tools.faultlab.store import read_runs, write_csv

AT_ONCE = 150  # files

Named = dict[str, list[Any]]  # causes and weights
Answer = tuple[list[dict[str, Any]], Named | None]  # events, and what is offered


@dataclass(frozen=True)
class Said:
    """An event as the command line says it."""

    kind: str
    start: float
    end: float
    severity: str
    confidence: float
    causes: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """How a run was answered.

    Attributes
    ----------
    is_found : bool
        Whether an event of a fitting kind is near the onset.
    place : int
        Of the first right cause among those of the gravest such event, or of what is offered where nothing is called
        trouble, which a person then sees first: 0 is the first; -1, it is not named.
    weight : float
        Of the first cause.
    is_alarmed : bool
        Whether anything of severity warning or above is said.
    """

    label: dict[str, Any]
    is_found: bool
    place: int
    weight: float
    is_alarmed: bool


def columns_of(run: dict[str, Any]) -> str:
    """The set of columns of a log in words."""
    names = set(run["columns"])
    found = [
        word for word, name in (("lr", "lr"), ("gradient", "grad_norm"), ("validation", "val_loss")) if name in names
    ]
    if {"accuracy", "reward", "kl"} & names:
        found.append("metric")
    return "+".join(found) or "loss only"


def _version(checkout: Path) -> str:
    """A digest of all that an answer depends on."""
    files = [*checkout.glob("engine/**/*.py"), *checkout.glob("resources/fitted/*")]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(checkout)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def answers(folder: Path, checkout: Path, python: Path, every: int = 1, is_held: bool = False) -> Iterator[Outcome]:
    """Yield the outcome of each run; answers of a checkout are kept beside the runs, until its code or fit changes."""
    kept = folder / f"answers-{checkout.name}-{_version(checkout)}.jsonl"
    known: dict[str, Answer] = {}
    if kept.exists():
        known = {
            (record := json.loads(line))["name"]: (record["events"], record.get("offered")) for line in kept.open()
        }
    runs = [run for run in read_runs(folder) if not is_held or run["label"]["family"] in HELD_OUT][::every]
    for start in range(0, len(runs), AT_ONCE):
        part = runs[start : start + AT_ONCE]
        missing = [run for run in part if run["name"] not in known]
        if missing:
            said = _ask(folder, checkout, python, missing)
            with kept.open("a") as out:
                for name, (events, offered) in said.items():
                    out.write(json.dumps({"name": name, "events": events, "offered": offered}) + "\n")
            known |= said
        for run in part:
            events, offered = known[run["name"]]
            yield outcome(run, [_said(event) for event in events], offered)


def _shares(group: list[Outcome]) -> tuple[float, ...]:
    """Found, first and among two; the last two once more where only events count and nothing that is offered."""
    found = [one for one in group if one.is_found]
    counted = ((_found, group), (_first, group), (_among_two, group), (_first, found), (_among_two, found))
    return tuple(sum(test(one) for one in part) / len(group) for test, part in counted)


def _said(event: dict[str, Any]) -> Said:
    return Said(**{**event, "causes": tuple(event["causes"]), "weights": tuple(event["weights"])})


def outcome(run: dict[str, Any], said: list[Said], offered: Named | None = None) -> Outcome:
    """Hold what was said against the label."""
    steps = run["columns"]["step"]
    label = run["label"] | {
        "columns": columns_of(run),
        "own_face": None if run["label"]["fault"] else face_of_its_own(log_of(run), run["label"]["main"]),
        "onset_step": float(steps[min(run["label"]["onset"], len(steps) - 1)]),
    }
    fit = fitting(label, said, float(steps[-1]))
    is_alarmed = any(event.severity != "info" for event in said)
    causes, weights = (fit[0].causes, fit[0].weights) if fit else ((), ())
    if not fit and offered is not None and not is_alarmed:
        causes, weights = tuple(offered["causes"]), tuple(offered["weights"])
    right = [i for i, cause in enumerate(causes) if cause in right_of(label)]
    return Outcome(label, bool(fit), right[0] if right else -1, weights[0] if weights else 0.0, is_alarmed)


def _ask(folder: Path, checkout: Path, python: Path, runs: list[dict[str, Any]]) -> dict[str, Answer]:
    place = folder / "csv"
    place.mkdir(exist_ok=True)
    paths = {}
    for run in runs:
        path = place / f"{run['name']}.csv"
        if not path.exists():
            write_csv(run, path)
        paths[str(path)] = run["name"]
    asks = ["--why"] if (checkout / "engine/diagnosis/offering.py").exists() else []
    command = [str(python), str(checkout / "main.py"), "diagnose", "--json", *asks, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said: dict[str, Answer] = {name: ([], None) for name in paths.values()}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        events, offered = said[name := paths[record["file"]]]
        events += [_plain(event) for event in record.get("events", ())]
        said[name] = events, offered or (_named(record["offered"]) if record.get("offered") else None)
    if not done.stdout:
        sys.exit(f"{checkout}: {done.stderr[-500:]}")
    return said


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    kept = {name: event[name] for name in ("kind", "start", "end", "severity", "confidence")}
    return kept | _named(event)


def _named(said: dict[str, Any]) -> Named:
    causes = said["causes"]
    return {"causes": [c["cause"] for c in causes], "weights": [c["weight"] for c in causes]}


def rows(outcomes: list[Outcome]) -> Iterator[tuple[str, int, *tuple[float, ...]]]:
    """Yield shares by group: name, runs, found, first cause right, among the first two, and both by events alone."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if not one.label["fault"] or one.label["fault"] == "moving_target":
            continue
        side = "held out" if one.label["family"] in HELD_OUT else "fitted"
        groups[f"{side}: all"].append(one)
        groups[f"{side}: {one.label['columns']}"].append(one)
        groups[f"family {one.label['family']}"].append(one)
        groups[f"fault {one.label['fault']} ({side})"].append(one)
    for name, group in sorted(groups.items()):
        yield name, len(group), *_shares(group)


def alarmed(outcomes: list[Outcome]) -> Iterator[tuple[str, int, int]]:
    """Yield how many runs without a fault are called troubled, and of those that show no face: name, runs, alarmed."""
    for side, is_held in (("fitted", False), ("held out", True)):
        sound = [o for o in outcomes if not o.label["fault"] and (o.label["family"] in HELD_OUT) is is_held]
        yield f"{side}: without a fault", len(sound), sum(o.is_alarmed for o in sound)
        sound = [o for o in sound if o.label["own_face"] is None]
        yield f"{side}: sound", len(sound), sum(o.is_alarmed for o in sound)


def reliability(outcomes: list[Outcome]) -> Iterator[tuple[float, int, float, float]]:
    """Yield by the weight of the first cause, on held-out families: lower edge, runs, mean weight, share right."""
    held = [o for o in outcomes if o.label["fault"] and o.label["family"] in HELD_OUT and o.is_found]
    for low in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        part = [o for o in held if low <= o.weight < low + (0.2 if low == 0 else 0.1) + (0.01 if low > 0.85 else 0)]
        if part:
            yield low, len(part), sum(o.weight for o in part) / len(part), sum(_first(o) for o in part) / len(part)


def _found(one: Outcome) -> bool:
    return one.is_found


def _first(one: Outcome) -> bool:
    return one.place == 0


def _among_two(one: Outcome) -> bool:
    return 0 <= one.place <= 1
