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

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Fault:
    """A training broken on purpose.

    Attributes
    ----------
    sets : tuple of str
        What is broken, as ``--set`` takes it; empty for a sound twin.
    undone_by : tuple of str
        The factors that undo it.
    """

    example: str
    sets: tuple[str, ...] = ()
    undone_by: tuple[str, ...] = ()
    seed: int = 0

    @property
    def name(self) -> str:
        broken = "_".join(self.sets).replace("=", "-").replace("@", "-at-") or "sound"
        return f"{self.example}_{self.seed}_{broken}"


EXAMPLES = ("image_classifier", "language_model", "gan", "recurrent_classifier", "physics_informed")
FAULTS = (
    Fault("image_classifier", ("lr=0.1@60",), ("lr",)),
    Fault("image_classifier", ("weight_decay=3@60",), ("weight_decay",)),
    Fault("image_classifier", ("shuffle=off",), ("shuffle",)),
    Fault("image_classifier", ("dropout=0.95@60",), ("dropout",)),
    Fault("language_model", ("bad=300",), ("skip_batches", "bad")),
    Fault("language_model", ("lr=0.3", "warmup=0"), ("lr", "warmup")),
    Fault("language_model", ("lr=0.1@150",), ("lr",)),
    Fault("language_model", ("weight_decay=10@150",), ("weight_decay",)),
    Fault("language_model", ("warmup=0",), ("warmup",)),
    Fault("language_model", ("clip_norm=1000000",), ("clip_norm",)),
    Fault("gan", ("lr=0.1@200",), ("lr",)),
    Fault("gan", ("weight_decay=3@200",), ("weight_decay",)),
    Fault("gan", ("beta1=0.99@200", "lr=0.01@200"), ("beta1", "lr")),
    Fault("gan", ("eps=1.0",), ("eps",)),
    Fault("recurrent_classifier", ("lr=0.05@300",), ("lr",)),
    Fault("recurrent_classifier", ("eps=1.0",), ("eps",)),
    Fault("recurrent_classifier", ("weight_decay=1",), ("weight_decay",)),
    Fault("recurrent_classifier", ("lr=0.02@300", "beta1=0.99@300"), ("lr", "beta1")),
    Fault("physics_informed", ("lr=0.03", "warmup=0"), ("lr", "warmup")),
    Fault("physics_informed", ("warmup=0",), ("warmup",)),
    Fault("physics_informed", ("lr=0.3@300",), ("lr",)),
    Fault("physics_informed", ("weight_decay=1@300",), ("weight_decay",)),
    Fault("physics_informed", ("beta2=0.1@300",), ("beta2",)),
    Fault("physics_informed", ("beta1=0.0@300", "lr=0.1@300"), ("beta1", "lr")),
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


def is_right(fault: Fault, found: dict[str, Any]) -> bool:
    """Whether the factor that undoes the fault is named, or nothing in a sound twin."""
    return found.get("top") in fault.undone_by if fault.sets else found.get("top") is None


def faults_table(folder: Path) -> str:
    """The table of what is there, with its shares below."""
    rows = ["| example | broken | event, step | named | claim | counts | right |", "|---|---|---|---|---|---|---|"]
    done = [(f, json.loads(p.read_text())) for f in FAULTS if (p := folder / f"{f.name}.json").is_file()]
    for fault, found in done:
        event = found.get("event")
        told = f"{event['kind']}, {event['start'] + 1}" if event else "none"
        arms = [f"{a['factor']} {a['clean']}/{a['forks']}" for a in found.get("arms", [])[:3]]
        broken = " ".join(fault.sets) or f"nothing, seed {fault.seed}"
        right = "yes" if is_right(fault, found) else "no"
        cells = (fault.example, broken, told, found.get("top") or "nothing", found.get("claim", "–"), ", ".join(arms))
        rows.append(f"| {' | '.join(cells)} | {right} |")
    broken = [(f, r) for f, r in done if f.sets]
    with_event = [(f, r) for f, r in broken if r.get("event")]
    blamed = sum(r.get("top") is not None for f, r in done if not f.sets)
    right = sum(is_right(f, r) for f, r in broken)
    shown = sum(is_right(f, r) for f, r in with_event)
    rows.append(
        f"\nThe factor that undoes the fault is named in {right} of {len(broken)}, in {shown} of the "
        f"{len(with_event)} with an event; of {len(done) - len(broken)} sound twins {blamed} blame a factor."
    )
    return "\n".join(rows)


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
    return "\n\n".join(["## Brought trainings", made, checks_table(folder), faults_table(folder)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--forks", default="6")
    parser.add_argument("--only", default="")
    parser.add_argument("--print", action="store_true", help="only print what there is")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    only = [name for name in args.only.split(",") if name]
    for name, way in () if args.print else product(EXAMPLES, WAYS):
        path = args.folder / f"check_{name}_{way}.json"
        has_loader = name != "physics_informed"  # all of its points are one batch, in memory
        if not path.is_file() and (has_loader or not WAYS[way]) and (not only or name in only):
            path.write_text(json.dumps(checked(name, way)))
    for fault in () if args.print else in_turn(FAULTS):
        path = args.folder / f"{fault.name}.json"
        if path.is_file() or (only and fault.example not in only):
            continue
        words = [word for setting in fault.sets for word in ("--set", setting)]
        file = f"examples/{fault.example}.py"
        found = call("prove", file, "--seed", str(fault.seed), "--forks", args.forks, "--json", *words)
        path.write_text(json.dumps(found))
        print(f"{fault.name}: {found.get('top')}, {found['wall']} s", file=sys.stderr, flush=True)
    print(page(args.folder))


if __name__ == "__main__":
    main()
