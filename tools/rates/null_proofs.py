"""Measure how often a proof blames a factor that does nothing: ``python -m tools.rates.null_proofs``.

Each simulated proof goes through the stages of a real one, with the same choices between them; only its forks are
coins. A fork is clean with the same chance in every arm, so whatever is blamed is a false alarm. A line a chance tells
the share of proofs that blame a factor, its 95 % interval, and how many forks a proof took at the mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import product
from types import SimpleNamespace

import numpy as np
from scipy.stats import binomtest

from engine.experiments import plan
from engine.experiments.case import Intervention
from engine.experiments.ledger import ArmKey, Ledger
from engine.experiments.proof import Experiment
from engine.experiments.records import Arm, Control, Ended, Record, Stage, Verdict
from engine.experiments.statistics import LOOK_ALPHA, Count
from engine.experiments.verdict import decide

FACTORS, ONSET = 10, 600
STARTS = {"three": (20, 60, 5), "one": (600,)}
CHANCES = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)


class Coins(Ledger):
    """A ledger whose forks are tossed coins, in place of trainings."""

    def __init__(self, chance: float, rng: np.random.Generator, factors: Mapping[str, Intervention]) -> None:
        super().__init__(SimpleNamespace(), factors)  # type: ignore[arg-type]
        self._chance, self._rng = chance, rng
        self.counts: dict[ArmKey, Count] = {}
        self._merits: Iterator[float] = iter(rng.random, None)

    def toss(self, key: ArmKey, forks: int) -> None:
        """Toss so many more coins for an arm."""
        before = self.counts.get(key, Count(0, 0))
        clean = int(self._rng.binomial(forks, self._chance))
        self.counts[key] = Count(before.clean + clean, before.forks + forks)

    def adopt(self, key: ArmKey, other: ArmKey) -> None:
        own, more = self.count(key), self.count(other)
        self.counts[key] = Count(own.clean + more.clean, own.forks + more.forks)

    def count(self, key: ArmKey) -> Count:
        return self.counts.get(key, Count(0, 0))

    def results(self, key: ArmKey) -> tuple:
        return (None,) * self.count(key).forks

    def keys(self, stage: Stage) -> tuple[ArmKey, ...]:
        return tuple(key for key in self.counts if key.stage is stage)

    def progress(self, key: ArmKey) -> float:
        return next(self._merits)

    def arm(self, key: ArmKey, p: float | None = None) -> Arm:
        count, placebo = self.count(key), self.count(key.placebo)
        return Arm(key.factor, {}, key.distance, key.stage, count.clean, count.forks, p, placebo=placebo)


class NullProof(Experiment):
    """A proof in which no factor does anything."""

    def __init__(self, chance: float, rng: np.random.Generator, distances: tuple[int, ...]) -> None:
        names = [f"factor {i}" for i in range(FACTORS)]
        self.reference = SimpleNamespace(onset=ONSET)  # type: ignore[assignment]
        self.ended = Ended.COMPLETE
        self._forks = plan.FORKS
        self._trial = plan.Trial({name: Intervention(name) for name in names}, {}, {})
        self._ledger: Coins = Coins(chance, rng, self._trial.interventions)
        self._distances = distances
        self._is_exact = True
        self._planned: dict[ArmKey, int] = {}
        self.forks = 0  # coins tossed in all arms

    def _stage(self, _runner: object, _stage: Stage, arms: Sequence[tuple[ArmKey, int]]) -> Generator[Record]:
        for key, count in arms:
            more = count - self._planned.get(key, 0)
            self._ledger.toss(key, more)
            self.forks += more
        self._planned.update(arms)
        yield from ()

    def blamed(self) -> str | None:
        """The factor that the proof names, None if none."""
        runner = SimpleNamespace()
        list(self._screen(runner))  # type: ignore[arg-type]
        if chosen := plan.best(self._ledger, self._trial, self._distances):
            list(self._confirm(runner, chosen))  # type: ignore[arg-type]
        found = decide(self._arms(), Control.REPRODUCED, self.ended, self._tie_break(), LOOK_ALPHA)
        return found.top if found.verdict is Verdict.CAUSE else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proofs", type=int, default=10_000)
    parser.add_argument("--chances", type=float, nargs="+", default=CHANCES)
    args = parser.parse_args()
    print("| starts | a fork is clean in | proofs | blame a factor | 95 % interval | forks |")
    print("|---|---|---|---|---|---|")
    for (starts, distances), chance in product(STARTS.items(), args.chances):
        rng = np.random.default_rng(int(1000 * chance))
        proofs = [NullProof(chance, rng, distances) for _proof in range(args.proofs)]
        blamed = sum(proof.blamed() is not None for proof in proofs)
        interval = binomtest(blamed, args.proofs).proportion_ci(0.95)
        forks = np.mean([proof.forks for proof in proofs])
        print(
            f"| {starts} | {chance:.0%} | {args.proofs} | {blamed / args.proofs:.2%} "
            f"| {interval.low:.2%} to {interval.high:.2%} | {forks:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
