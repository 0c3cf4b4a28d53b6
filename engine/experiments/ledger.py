"""Results of the forks so far, each counted once and compared with the placebo of its stage and start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.forks import ForkResult
from engine.experiments.outcomes import FROM_START, Yardstick, yardstick
from engine.experiments.records import Arm, Stage
from engine.experiments.reference import Reference
from engine.experiments.statistics import Count, difference_interval, hochberg, holm, p_value


@dataclass(frozen=True)
class ArmKey:
    """The key of an arm."""

    stage: Stage
    factor: str
    distance: int

    def fork_id(self, number: int) -> str:
        return f"{self.stage}/{self.factor}/{self.distance}/{number}"

    @property
    def placebo(self) -> ArmKey:
        return replace(self, factor=PLACEBO)


class Ledger:
    """The results of all forks, by arm."""

    def __init__(self, reference: Reference, interventions: Mapping[str, Intervention]) -> None:
        self._reference = reference
        self._interventions = interventions
        self.controls: dict[int, ForkResult] = {}
        self._results: dict[ArmKey, dict[str, ForkResult]] = {}

    def add_control(self, distance: int, result: ForkResult) -> None:
        """Add the control from a start, whose measure others are compared with."""
        self.controls[distance] = result

    def add(self, key: ArmKey, result: ForkResult) -> None:
        """Add a fork; repeated ids are ignored."""
        self._results.setdefault(key, {})[result.id] = result

    def adopt(self, key: ArmKey, other: ArmKey) -> None:
        """Count the forks of another arm to this one as well."""
        self._results[key] = {**self._results.get(other, {}), **self._results.get(key, {})}

    def results(self, key: ArmKey) -> tuple[ForkResult, ...]:
        """The forks of an arm in the order of their ids, whichever finished first."""
        found = self._results.get(key, {})
        return tuple(found[id] for id in sorted(found))

    def keys(self, stage: Stage) -> tuple[ArmKey, ...]:
        return tuple(key for key in self._results if key.stage is stage)

    def yardstick(self, key: ArmKey) -> Yardstick:
        """The criterion for the forks of an arm."""
        kind = self._reference.event.kind
        from_start = kind in FROM_START or key.distance >= self._reference.onset
        return yardstick(kind, self.controls[key.distance], self.results(key.placebo), from_start)

    def is_clean(self, key: ArmKey, result: ForkResult) -> bool:
        return self.yardstick(key).is_clean(result)

    def count(self, key: ArmKey) -> Count:
        """Number of clean forks of an arm, of how many."""
        yard, results = self.yardstick(key), self.results(key)
        return Count(sum(yard.is_clean(result) for result in results), len(results))

    def gain(self, key: ArmKey) -> float:
        """An arm's share of clean forks minus placebo's; −1 without forks."""
        arm, placebo = self.count(key), self.count(key.placebo)
        return arm.share - placebo.share if arm.forks and placebo.forks else -1.0

    def progress(self, key: ArmKey) -> float:
        """Mean progress of an arm's clean forks at equal cost; NaN if there are none."""
        yard = self.yardstick(key)
        values = [r.progress for r in self.results(key) if yard.is_clean(r)]
        return self._at_equal_cost(key, float(np.mean(values))) if values else float("nan")

    def _at_equal_cost(self, key: ArmKey, progress: float) -> float:
        """Progress per sample seen: a mini-batch four times as large costs four times as much."""
        change = self._interventions.get(key.factor)
        if progress <= 0 or change is None or "batch_size" not in change.settings:
            return progress
        case = self._reference.case()
        after = replace(case, settings={**case.settings, **change.settings})
        return progress * case.batch_size / after.batch_size

    def arm(self, key: ArmKey, p: float | None = None) -> Arm:
        """The current counts of an arm."""
        count, placebo = self.count(key), self.count(key.placebo)
        is_placebo = key.factor == PLACEBO
        return Arm(
            factor=key.factor,
            setting={} if is_placebo else dict(self._interventions[key.factor].settings),
            distance=key.distance,
            stage=key.stage,
            clean=count.clean,
            forks=count.forks,
            p=p,
            interval=(0.0, 0.0) if is_placebo else difference_interval(count, placebo),
            placebo=placebo,
            progress=self.progress(key),
            seconds=sum(result.seconds for result in self.results(key)),
        )

    def arms(self, tried: int) -> tuple[Arm, ...]:
        """All arms, confirmed ones first; those are not listed again as screened.

        What is confirmed is corrected (Hochberg) for what is confirmed alone, since new forks of it are counted, which
        had no part in the choice; what is screened (Holm), for all that were tried. Placebo's forks that are counted
        again (`adopt`) had a part: ``python -m tools.rates.null_proofs`` measures what is blamed with them.
        """
        confirmed = self._with_p(self.keys(Stage.CONFIRM), hochberg)
        known = {(arm.factor, arm.distance) for arm in confirmed}
        screened = self._with_p(self.keys(Stage.SCREEN), lambda raw: holm(raw, tried))
        return confirmed + tuple(arm for arm in screened if (arm.factor, arm.distance) not in known)

    def _with_p(self, keys: Iterable[ArmKey], correct: Callable[[list[float]], list[float]]) -> tuple[Arm, ...]:
        keys = list(keys)
        factors = [key for key in keys if key.factor != PLACEBO]
        raw = [p_value(self.count(key), self.count(key.placebo)) for key in factors]
        corrected = dict(zip(factors, correct(raw), strict=True))
        ordered = sorted(keys, key=lambda key: (key.factor != PLACEBO, key.distance, self._rank(key.factor)))
        return tuple(self.arm(key, corrected.get(key)) for key in ordered)

    def _rank(self, factor: str) -> int:
        """The place of a factor among those tried, which does not depend on which fork finished first."""
        return 0 if factor == PLACEBO else list(self._interventions).index(factor)
