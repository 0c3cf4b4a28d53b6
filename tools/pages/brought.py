"""Breaks the examples on purpose, proves each, and checks whether they can be rewound: two tables for docs/proofs.md.

``python -m tools.pages.brought FOLDER [--forks N] [--only NAME,…]`` keeps each result as a file in FOLDER, does what is
missing there, and prints the tables of what there is.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from engine.brought.knobs import parted
from engine.tasks.settings import parsed

ROOT = Path(__file__).resolve().parent.parent.parent
HEADING = "## Brought trainings"  # the last section of its page
RULE = """A fault is tried in the strengths of its ladder, the weakest first; the first at which the run has an event,
and its twin, the same run without the fault, has none, is proved. This is decided before any fork is run. What shows at
none of its strengths is no fault of that example: it is listed below and not counted."""


@dataclass(frozen=True)
class Rung:
    """A strength of a fault: what is broken, as ``--set`` takes it, and the sound settings under which it is."""

    broken: tuple[str, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A training broken on purpose, or a sound twin.

    Attributes
    ----------
    rungs : tuple of Rung
        From the weakest; empty for a sound twin.
    undone_by : tuple of str
        The factors that undo it.
    """

    example: str
    rungs: tuple[Rung, ...] = ()
    undone_by: tuple[str, ...] = ()
    seed: int = 0

    @property
    def name(self) -> str:
        return named(self.example, self.rungs[0] if self.rungs else Rung(()), self.seed)


def named(example: str, rung: Rung, seed: int) -> str:
    """The name of a training's file among the results."""
    sets = (*rung.within, *rung.broken)
    return f"{example}_{seed}_{'_'.join(sets).replace('=', '-').replace('@', '-at-') or 'sound'}"


def grown(example: str, text: str, *strengths: str, also: tuple[str, ...] = ()) -> Fault:
    """A fault whose value grows: ``lr={}@60``."""
    keys = tuple(words.partition("=")[0] for words in (text, *also))
    return Fault(example, tuple(Rung((text.format(value), *also)) for value in strengths), keys)


def under(example: str, broken: str, undone_by: tuple[str, ...], text: str, *values: str) -> Fault:
    """A fault that needs a setting under which it matters: first as the example is, then with these values."""
    withins = ((), *((text.format(value),) for value in values))
    return Fault(example, tuple(Rung((broken,), within) for within in withins), undone_by)


EXAMPLES = ("image_classifier", "language_model", "gan", "recurrent_classifier", "physics_informed")
RATES = ("0.006", "0.02", "0.06", "0.2")
FAULTS = (
    grown("image_classifier", "lr={}@60", "0.1", "0.3", "1"),
    grown("image_classifier", "weight_decay={}@60", "3", "10", "30"),
    under("image_classifier", "shuffle=off", ("shuffle",), "lr={}", "0.001", "0.002", *RATES),
    grown("image_classifier", "dropout={}@60", "0.95", "0.99"),
    under("image_classifier", "clip_norm=1000000", ("clip_norm",), "lr={}", "0.001", "0.002", *RATES),
    Fault("language_model", (Rung(("bad=300",)),), ("skip_batches", "bad")),
    grown("language_model", "lr={}", "0.3", "1", also=("warmup=0",)),
    grown("language_model", "lr={}@150", "0.1", "0.3", "1"),
    grown("language_model", "weight_decay={}@150", "10", "30", "100"),
    under("language_model", "warmup=0", ("warmup",), "lr={}", *RATES),
    under("language_model", "clip_norm=1000000", ("clip_norm",), "lr={}", *RATES),
    grown("gan", "lr={}@200", "0.1", "0.3", "1"),
    grown("gan", "weight_decay={}@200", "3", "10", "30"),
    grown("gan", "lr={}@200", "0.01", "0.03", "0.1", also=("beta1=0.99@200",)),
    grown("gan", "eps={}", "1.0", "10", "100", "1000"),
    grown("recurrent_classifier", "lr={}@300", "0.05", "0.15", "0.5"),
    grown("recurrent_classifier", "eps={}", "1.0", "10", "100"),
    grown("recurrent_classifier", "weight_decay={}", "1", "3", "10"),
    grown("recurrent_classifier", "lr={}@300", "0.02", "0.06", "0.2", also=("beta1=0.99@300",)),
    grown("physics_informed", "lr={}", "0.03", "0.1", "0.3", also=("warmup=0",)),
    under("physics_informed", "warmup=0", ("warmup",), "lr={}", *RATES),
    grown("physics_informed", "lr={}@300", "0.3", "1", "3"),
    grown("physics_informed", "weight_decay={}@300", "1", "3", "10"),
    grown("physics_informed", "beta2={}@300", "0.1", "0.03", "0.01"),
    grown("physics_informed", "lr={}@300", "0.1", "0.3", "1", also=("beta1=0.0@300",)),
    *(Fault(example, seed=seed) for seed in range(5) for example in EXAMPLES),
)
WAYS = {"0": "", "2": "num_workers=2", "2, persistent": "num_workers=2, persistent_workers=True"}
WITH_WORKERS = """import torch
import {name}


def build(seed):
    training = {name}.build(seed)
    data = training.data
    if isinstance(data, torch.utils.data.DataLoader):
        is_shuffled = type(data.sampler).__name__ == "RandomSampler"
        training.data = torch.utils.data.DataLoader(data.dataset, data.batch_size, is_shuffled, {options})
    return training
"""


def call(*words: str) -> dict[str, Any]:
    """The object that a command ends with, and how long it took; the error's last line if there is none."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "main.py", *words], cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False
    )
    lines = done.stdout.splitlines() or ["{}"]
    try:
        found = json.loads(lines[-1])
    except ValueError:
        found = {}
    tail = (done.stderr.strip().splitlines() or [""])[-1]
    return {**found, "wall": round(time.monotonic() - began, 1), **({} if found else {"error": tail})}


def in_turn(faults: Sequence[Fault]) -> Iterator[Fault]:
    """One of each example after the other, so that what there is by some time covers them all."""
    left = list(faults)
    while left:
        for example in dict.fromkeys(fault.example for fault in left):
            found = next(fault for fault in left if fault.example == example)
            left.remove(found)
            yield found


def event_of(example: str, seed: int, sets: Sequence[str]) -> dict[str, Any] | None:
    """Kind and step of the event that a proof of this training would be about; None without one."""
    from engine.brought.source import BroughtFile
    from engine.experiments.brought_forks import CREW
    from engine.experiments.brought_runs import record_brought
    from engine.experiments.reference import CannotProve

    source = BroughtFile.chosen(ROOT / "examples" / f"{example}.py")
    worker = CREW.worker(source)
    knobs, turns = parted(*parsed(sets), worker.declared)  # type: ignore[attr-defined]
    course = record_brought(source, seed, knobs, turns)
    while True:
        try:
            next(course)
        except StopIteration as end:
            return {"kind": end.value.event.kind.value, "start": end.value.event.start}
        except CannotProve:
            return None


def strength(fault: Fault) -> dict[str, Any]:
    """The first rung that shows, by its place, or None; with what was found on the way."""
    tried = []
    for place, rung in enumerate(fault.rungs):
        event = event_of(fault.example, fault.seed, (*rung.within, *rung.broken))
        twin = event_of(fault.example, fault.seed, rung.within) if event else None
        tried.append({"sets": [*rung.within, *rung.broken], "event": event, "twin": twin})
        if event and not twin:
            return {"rung": place, "tried": tried}
    return {"rung": None, "tried": tried}


def rung_of(folder: Path, fault: Fault) -> Rung | None:
    """The strength at which a fault is proved; None if it is not known, or it shows at none."""
    if not fault.rungs:
        return Rung(())
    path = folder / f"strength_{fault.name}.json"
    place = json.loads(path.read_text())["rung"] if path.is_file() else None
    return None if place is None else fault.rungs[place]


def is_right(fault: Fault, found: dict[str, Any]) -> bool:
    """Whether the factor that undoes the fault is named, or nothing in a sound twin."""
    return found.get("top") in fault.undone_by if fault.rungs else found.get("top") is None


def faults_table(folder: Path) -> str:
    """The table of what is there, with its shares below."""
    rows = [
        "| example | sound settings | broken | event, step | named | claim | counts | right |",
        "|---|---|---|---|---|---|---|---|",
    ]
    known = [(f, r, folder / f"{named(f.example, r, f.seed)}.json") for f in FAULTS if (r := rung_of(folder, f))]
    done = [(f, r, json.loads(path.read_text())) for f, r, path in known if path.is_file()]
    for fault, rung, found in done:
        event = found.get("event")
        told = f"{event['kind']}, {event['start'] + 1}" if event else "none"
        arms = [f"{a['factor']} {a['clean']}/{a['forks']}" for a in found.get("arms", [])[:3]]
        broken = " ".join(rung.broken) or f"nothing, seed {fault.seed}"
        right = "yes" if is_right(fault, found) else "no"
        within = " ".join(rung.within) or "its own"
        named_as, claim = found.get("top") or "nothing", found.get("claim", "–")
        cells = (fault.example, within, broken, told, named_as, claim, ", ".join(arms), right)
        rows.append(f"| {' | '.join(cells)} |")
    broken_ones = [(f, found) for f, _r, found in done if f.rungs]
    sound = [found for f, _r, found in done if not f.rungs]
    blamed = sum(found.get("top") is not None for found in sound)
    right_ones = sum(is_right(f, found) for f, found in broken_ones)
    rows.append(
        f"\nThe factor that undoes the fault is named in {right_ones} of {len(broken_ones)}; of {len(sound)} sound "
        f"trainings {blamed} blame a factor."
    )
    rows.append(_unseen(folder))
    return "\n".join(rows)


def _unseen(folder: Path) -> str:
    """The faults that show at none of their strengths."""
    lines = []
    for fault in FAULTS:
        path = folder / f"strength_{fault.name}.json"
        found = json.loads(path.read_text()) if fault.rungs and path.is_file() else {}
        if found and found["rung"] is None:
            told = [" ".join(t["sets"]) + (" (as its twin)" if t["event"] else "") for t in found["tried"]]
            lines.append(f"- {fault.example}: {'; '.join(told)}")
    return "\nNo fault there, since nothing is to be seen of it:\n\n" + "\n".join(lines) if lines else ""


def checks_table(folder: Path) -> str:
    """The table of what `check` says."""
    rows = ["| example | workers | verdict | rewound to |", "|---|---|---|---|"]
    for name, way in product(EXAMPLES, WAYS):
        path = folder / f"check_{name}_{way}.json"
        if path.is_file():
            found = json.loads(path.read_text())
            places = ", ".join(map(str, found.get("checked", [])))
            rows.append(f"| {name} | {way} | {found.get('verdict', found.get('error'))} | {places} |")
    return "\n".join(rows)


def checked(name: str, way: str) -> dict[str, Any]:
    """What `check` says of an example whose batches come from so many workers."""
    file = ROOT / "examples" / f"{name}.py"
    if not WAYS[way]:
        return call("check", str(file), "--json")
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(file, place)
        changed = Path(place) / f"{name}_with_workers.py"
        changed.write_text(WITH_WORKERS.format(name=name, options=WAYS[way]))
        return call("check", str(changed), "--json")


def page(folder: Path) -> str:
    """The section of the page."""
    made = "Made by `python -m tools.pages.brought FOLDER`; rows that are missing were not run yet."
    return "\n\n".join([HEADING, made, checks_table(folder), RULE, faults_table(folder)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--forks", default="6")
    parser.add_argument("--only", default="")
    parser.add_argument("--print", action="store_true", help="only print what there is")
    parser.add_argument("--into", type=Path, help="a page whose section is replaced by what there is")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    only = [name for name in args.only.split(",") if name]
    for name, way in () if args.print else product(EXAMPLES, WAYS):
        path = args.folder / f"check_{name}_{way}.json"
        has_loader = name != "physics_informed"  # all of its points are one batch, in memory
        if not path.is_file() and (has_loader or not WAYS[way]) and (not only or name in only):
            path.write_text(json.dumps(checked(name, way)))
    wanted = [fault for fault in in_turn(FAULTS) if not only or fault.example in only]
    for fault in () if args.print else wanted:
        path = args.folder / f"strength_{fault.name}.json"
        if fault.rungs and not path.is_file():
            path.write_text(json.dumps(strength(fault)))
    for fault in () if args.print else wanted:
        rung = rung_of(args.folder, fault)
        if rung is not None and not (path := args.folder / f"{named(fault.example, rung, fault.seed)}.json").is_file():
            words = [word for setting in (*rung.within, *rung.broken) for word in ("--set", setting)]
            file = f"examples/{fault.example}.py"
            found = call("prove", file, "--seed", str(fault.seed), "--forks", args.forks, "--json", *words)
            path.write_text(json.dumps(found))
            print(f"{path.stem}: {found.get('top')}, {found['wall']} s", file=sys.stderr, flush=True)
    print(page(args.folder))
    if args.into:
        before, _heading, _old = args.into.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")
        args.into.write_text(f"{before}\n{page(args.folder)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
