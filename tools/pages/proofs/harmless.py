"""Put events on trial with factors that change nothing: how often is one of them blamed?

``python -m tools.pages.proofs.harmless``. A run with nothing wrong has no event, so that it blames nothing says
little. Here the events are real, and chaos alone removes some of them: each factor is a second placebo, with nudges
of its own, that goes through the whole procedure (screening, choice of the best two, confirmation, correction).
Whatever is named is a false alarm; 5 % of the proofs may have one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.executors import Backend, InThread, LocalProcesses
from engine.experiments.forks import ForkJob
from engine.experiments.ledger import ArmKey
from engine.experiments.nudges import draw
from engine.experiments.plan import STAGE_NUMBERS, Trial
from engine.experiments.proof import Experiment, Proof
from engine.experiments.reference import Reference, record

FACTORS = 6
RUNS = 12
FIRST_SEED = 20
FIRST_STREAM = 100  # of nudges; the experiment's own begin at 0


class HarmlessExperiment(Experiment):
    """The same course with factors that only nudge, each by draws of its own."""

    def __init__(self, reference: Reference, seconds: float) -> None:
        super().__init__(reference, 12, None, seconds, lambda: False)
        names = [f"nothing {n}" for n in range(1, FACTORS + 1)]
        self._trial = Trial({name: Intervention(name) for name in names}, dict.fromkeys(names, ""), {})
        self._ledger._interventions = self._trial.interventions

    def _jobs(
        self, arms: Sequence[tuple[ArmKey, int]], since: Mapping[ArmKey, int] | None = None
    ) -> list[tuple[ArmKey, ForkJob]]:
        return [(key, self._renudged(key, job)) for key, job in super()._jobs(arms, since)]

    def _renudged(self, key: ArmKey, job: ForkJob) -> ForkJob:
        if key.factor == PLACEBO:
            return job
        stream = FIRST_STREAM + 2 * list(self._trial.interventions).index(key.factor) + STAGE_NUMBERS[key.stage]
        place = int(job.id.rsplit("/", 1)[1])
        return replace(job, nudge=draw(place + 1, self.reference.seed, stream)[place])


def tried(scenario: str, seed: int, seconds: float, backend: Backend) -> Proof:
    """One proof in which nothing can be a cause."""
    experiment = HarmlessExperiment(_end(record(scenario, seed)), seconds)
    _end(experiment.run(backend))
    return experiment.proof()


def _end(course: Generator) -> Any:
    while True:
        try:
            next(course)
        except StopIteration as end:
            return end.value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="late-rise")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--in-thread", action="store_true", help="no processes of their own")
    parser.add_argument("--out", type=Path, default=Path("harmless.jsonl"))
    args = parser.parse_args()
    blamed = 0
    print("| scenario | seed | event at step | placebo | best harmless factor | blamed |")
    print("|---|---|---|---|---|---|")
    with InThread() if args.in_thread else LocalProcesses() as backend:
        for seed in range(FIRST_SEED, FIRST_SEED + args.runs):
            proof = tried(args.scenario, seed, args.seconds, backend)
            blamed += proof.top is not None
            cells = [args.scenario, seed, proof.reference.onset, *_counts(proof), proof.top or "nothing"]
            print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
            with args.out.open("a") as file:
                file.write(json.dumps({"cells": cells, "forks": sum(arm.forks for arm in proof.arms)}) + "\n")
    print(f"blamed: {blamed} of {args.runs}")


def _counts(proof: Proof) -> tuple[str, str]:
    """Placebo's clean forks and those of the arm that came closest to beating it."""
    factors = [arm for arm in proof.arms if not arm.is_placebo and arm.p is not None]
    if not factors:
        return "–", "–"
    best = min(factors, key=lambda arm: (arm.stage.value != "confirm", arm.p))
    return f"{best.placebo.clean}/{best.placebo.forks}", f"{best.clean}/{best.forks} (p = {best.p:.2g})"


if __name__ == "__main__":
    main()
