"""The proof of a cause: rewind, fork, change one thing, and count which change removes the event."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.experiments import cure, plan, rewinding
from engine.experiments.answers.base import all_answers
from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.claims import Claim, claim, ground, may_count
from engine.experiments.executors import Backend, Failure, Forks, ForksLost, LocalProcesses
from engine.experiments.forks import ForkResult, control, run_fork
from engine.experiments.ledger import ArmKey, Ledger
from engine.experiments.records import (
    Arm,
    Control,
    Controlled,
    Cured,
    Ended,
    Finding,
    Forked,
    ForkFailed,
    Record,
    Rewound,
    Stage,
    Staged,
    Verdict,
)
from engine.experiments.reference import Reference
from engine.experiments.stations import Station
from engine.experiments.statistics import LOOK_ALPHA, LOOKS
from engine.experiments.traces import trace_path
from engine.experiments.verdict import TieBreak, decide, is_clear, is_shown

REPEATS = 6  # of a run that is not exact, from each start


@dataclass(frozen=True)
class Proof:
    """The result of an experiment.

    Attributes
    ----------
    control : Control or None
        None if it was cancelled before the control had finished.
    arms : tuple of Arm
        Confirmed arms first, then those only screened.
    top : str or None
        The factor named in the verdict; its arm is `top_arm`.
    ended : Ended
        Why no cause was shown, or why it ended early.
    reasons : mapping of str to str
        Factors not tried, with the reason.
    """

    reference: Reference
    control: Control | None
    arms: tuple[Arm, ...]
    verdict: Verdict
    top: str | None
    ended: Ended
    seconds: float
    cured: tuple[Cured, ...] = ()
    findings: tuple[Finding, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    would_show: Mapping[str, str] = field(default_factory=dict)
    stations: Mapping[int, Station] = field(default_factory=dict, repr=False)
    interventions: Mapping[str, Intervention] = field(default_factory=dict)

    @property
    def claim(self) -> Claim:
        """The most that it may claim."""
        return claim(self.control, ground(self.reference))

    @property
    def top_arm(self) -> Arm | None:
        """The arm that the verdict is based on."""
        return next((arm for arm in self.arms if arm.factor == self.top and arm.stage is Stage.CONFIRM), None)


def prove(
    reference: Reference,
    forks: int = plan.FORKS,
    factors: Sequence[str] | None = None,
    limit_seconds: float | None = None,
    backend: Backend | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    with_cure: bool = False,
    traces: Path | None = None,
) -> Generator[Record, None, Proof]:
    """Run the experiment, yielding records as forks finish, and return the proof.

    Which forks are run, and so the verdict, depends on run, seed and number of forks alone, never on how long anything
    takes. Not to take the next record pauses the experiment: what runs is finished, nothing new is started.

    Parameters
    ----------
    forks : int
        At most so many per arm of the confirmation; twice as many if the result is not clear then.
    factors : sequence of str, optional
        Only these; by default all that apply.
    limit_seconds : float, optional
        End after so long with what has finished by then; by default it runs to its end.
    backend : Backend, optional
        By default spawned processes on this machine, one per core; a given backend is not closed.
    is_cancelled : callable
        Polled every twentieth of a second, in the thread that drives the generator.
    with_cure : bool
        Also train from scratch with the confirmed factors over several seeds; without limit.
    traces : Path, optional
        Folder where forks write their curves while they train, for `traces.growing` to read.

    Raises
    ------
    CannotProve
        If a factor does not exist.
    """
    experiment = Experiment(reference, forks, factors, limit_seconds, is_cancelled, traces)
    own = LocalProcesses() if backend is None else None
    try:
        yield from experiment.run(own or backend)  # type: ignore[arg-type]
        yield from experiment.answer()
        if with_cure:
            yield from experiment.cure(own or backend)  # type: ignore[arg-type]
    except ForksLost:
        experiment.ended = Ended.WORKERS_LOST
    finally:
        if own is not None:
            own.close()
    return experiment.proof()


class Experiment:
    """One proof in progress: control, screening, confirmation, and the results so far."""

    def __init__(
        self,
        reference: Reference,
        forks: int,
        factors: Sequence[str] | None,
        limit_seconds: float | None,
        is_cancelled: Callable[[], bool],
        traces: Path | None = None,
    ) -> None:
        self.reference, self._traces = reference, traces
        self.ended = Ended.COMPLETE
        self._began = time.monotonic()
        self._deadline = math.inf if limit_seconds is None else self._began + limit_seconds
        self._is_cancelled = is_cancelled
        self._forks = forks
        self._trial = plan.trial(reference.case(), factors)
        self._ledger = Ledger(reference, self._trial.interventions)
        self._control: Control | None = None
        self._stations: dict[int, Station] = {}
        self._distances: tuple[int, ...] = ()
        self._planned: dict[ArmKey, int] = {}  # forks of each arm so far, failed ones included
        self._is_exact = True
        self._findings: list[Finding] = []
        self._cured: list[Cured] = []

    def run(self, backend: Backend) -> Generator[Record, None, None]:
        """Run all stages, as far as the control and a time limit allow."""
        if not self._trial.interventions:
            self.ended = Ended.NO_FACTOR
        runner = Forks(backend, self._is_over)
        yield self._rewind()
        if self.ended in (Ended.CANCELLED, Ended.BUDGET):
            return
        yield from self._run_controls(runner)
        if self._control is Control.NOT_REPRODUCED and may_count(ground(self.reference)):
            yield from self._repeat(runner)
        if claim(self._control, ground(self.reference)) is Claim.NONE or self.ended is not Ended.COMPLETE:
            return
        yield from self._screen(runner)
        chosen = plan.best(self._ledger, self._trial, self._distances)
        if self.ended is Ended.COMPLETE and chosen:
            yield from self._confirm(runner, chosen)

    def _is_over(self) -> bool:
        if self._is_cancelled():
            self.ended = Ended.CANCELLED
        elif time.monotonic() > self._deadline:
            self.ended = Ended.BUDGET
        return self.ended is not Ended.COMPLETE and self.ended is not Ended.NO_FACTOR

    def _rewind(self) -> Rewound:
        self._distances = rewinding.distances(self.reference)
        start = max(1, self.reference.onset)
        wanted = self._distances
        if any(change.from_start for change in self._trial.interventions.values()):
            wanted = tuple(dict.fromkeys((*wanted, start)))
        self._stations, checkpoint = rewinding.stations(self.reference, wanted, self._is_over)
        steps = tuple(self._stations[distance].step for distance in wanted if distance in self._stations)
        first = min((step for step in steps if step), default=0)
        begun = 0 if checkpoint is None else checkpoint.step
        brought = self.reference.brought
        if brought is not None and not brought.source.can_restore:
            return Rewound(wanted, steps, False, 0)  # a command runs from its start for every fork, and nothing before
        return Rewound(wanted, steps, bool(first) and checkpoint is None, first - begun)

    def _run_controls(self, runner: Forks) -> Generator[Record, None, None]:
        """Run the control from every start, each of which must reproduce the run bit for bit."""
        jobs = {}
        for distance, station in self._stations.items():
            key = ArmKey(Stage.SCREEN, PLACEBO, distance)
            ((_key, job),) = plan.jobs(self.reference, self._stations, [(key, 1)], {})
            jobs[f"control/{distance}"] = control(job, f"control/{distance}"), distance, station
        for result in runner.results(run_fork, [job for job, _distance, _station in jobs.values()]):
            if isinstance(result, Failure):
                yield ForkFailed(result.id, result.text)
                self._control = Control.NOT_REPRODUCED
                continue
            distance = jobs[result.id][1]
            self._ledger.add_control(distance, result)
            yield self._compare(result)
        if len(self._stations) > len(self._ledger.controls) and self._control is Control.REPRODUCED:
            self._control = None

    def _repeat(self, runner: Forks) -> Generator[Record, None, None]:
        """Repeat a run that is not exact, unchanged: if its event comes back in most repeats, counts may be claimed."""
        self._is_exact = False
        if len(self._ledger.controls) < len(self._stations):
            return
        arms = [(ArmKey(Stage.SCREEN, PLACEBO, distance), REPEATS) for distance in self._distances]
        yield from self._stage(runner, Stage.SCREEN, arms)
        results = [result for key, _count in arms for result in self._ledger.results(key)]
        if sum(result.has_event for result in results) > len(results) / 2:
            self._control = Control.REPEATED

    def _compare(self, result: ForkResult) -> Controlled:
        first = int(result.steps[0]) if len(result.steps) else 1
        expected = self.reference.columns["loss"][first - 1 :]
        same = min(len(expected), len(result.losses))
        differs = np.flatnonzero(expected[:same].view(np.int64) != result.losses[:same].view(np.int64))
        at = first + int(differs[0]) if len(differs) else None if len(expected) == same else first + same
        is_there = self.reference.event.start in result.onsets
        found = Control.REPRODUCED if at is None and is_there else Control.NOT_REPRODUCED
        if self._control is not Control.NOT_REPRODUCED:
            self._control = found
        return Controlled(found, at, result.seconds)

    def _screen(self, runner: Forks) -> Generator[Record, None, None]:
        """Screen placebo first, then the factors from the start where placebo helped least."""
        start = max(1, self.reference.onset)
        scouts = plan.scouting(self._distances)
        yield from self._stage(runner, Stage.SCREEN, scouts)
        self._distances = plan.by_contrast(self._ledger, self._distances)
        yield from self._screen_factors(runner, plan.screening(self._trial, self._distances, start))
        if not plan.is_plain(self._ledger, self._distances[0]):
            yield from self._screen_factors(runner, plan.elsewhere(self._trial, self._distances))

    def _screen_factors(self, runner: Forks, arms: Sequence[tuple[ArmKey, int]]) -> Generator[Record, None, None]:
        """Screen with a fork each, with a second one, then with the rest those that are among the best so far."""
        for most in range(1, plan.SCREEN_LEAST + 1):
            hopeful = [(key, min(count, most)) for key, count in plan.hopeful(self._ledger, self._trial, arms)]
            missing = [(key, count) for key, count in hopeful if count > self._planned.get(key, 0)]
            yield from self._stage(runner, Stage.SCREEN, missing)
        yield from self._stage(runner, Stage.SCREEN, plan.undecided(self._ledger, arms))

    def _confirm(self, runner: Forks, chosen: Sequence[ArmKey]) -> Generator[Record, None, None]:
        """Run a quarter of the forks, half, all, or twice as many, until the verdict is clear.

        From a single start the placebo forks of the screening count here too: they were not chosen for how they ended,
        as those of a run are that is only repeated.
        """
        if len(self._distances) == 1 and self._is_exact:
            for placebo in {key.placebo for key in chosen}:
                again = replace(placebo, stage=Stage.CONFIRM)
                self._ledger.adopt(again, placebo)
                self._planned[again] = self._ledger.count(again).forks
        for count in (math.ceil(share * self._forks) for share in LOOKS):
            arms = [
                (key, max(n, self._planned.get(key, 0)))
                for key, n in plan.confirmation(chosen, count)
                if not plan.is_futile(self._ledger, key)
            ]
            if self.ended is not Ended.COMPLETE or all(key.factor == PLACEBO for key, _n in arms):
                return
            yield from self._stage(runner, Stage.CONFIRM, arms)
            if is_shown(self._arms(), self._tie_break()) or (count >= self._forks and is_clear(self._arms())):
                return

    def _stage(self, runner: Forks, stage: Stage, arms: Sequence[tuple[ArmKey, int]]) -> Generator[Record, None, None]:
        """Run the forks of arms that are still missing, all of them, however many run at once."""
        jobs = plan.jobs(self.reference, self._stations, arms, self._trial.interventions, self._planned)
        if not jobs or self.ended is not Ended.COMPLETE:
            return
        if not self._is_exact:
            jobs = [(key, replace(job, nudge=None)) for key, job in jobs]  # repeats differ by themselves
        jobs = [(key, replace(job, trace=trace_path(self._traces, job.id))) for key, job in jobs]
        self._planned.update(arms)
        keys = {job.id: key for key, job in jobs}
        yield Staged(stage, len(jobs), tuple(dict.fromkeys(key.factor for key, _job in jobs)))
        for result in runner.results(run_fork, [job for _key, job in jobs]):
            if isinstance(result, Failure):
                yield ForkFailed(result.id, result.text)
                continue
            key = keys[result.id]
            self._ledger.add(key, result)
            is_clean = self._ledger.is_clean(key, result)
            arm = self._ledger.arm(key)
            yield Forked(result.id, key.factor, key.distance, stage, is_clean, result.steps, result.losses, arm)

    def answer(self) -> Generator[Record, None, None]:
        """Run the additional answers for this kind of event."""
        is_demo = self.reference.brought is None
        if self._control is not Control.REPRODUCED or self.ended is Ended.CANCELLED or not is_demo:
            return
        for make in all_answers().values():
            if self.reference.event.kind not in make.kinds:
                continue
            finding = make().find(self.reference, self._ledger, self._is_cancelled)
            if finding is not None:
                self._findings.append(finding)
                yield finding

    def cure(self, backend: Backend) -> Generator[Record, None, None]:
        """Test the factors that beat placebo from scratch over several seeds."""
        confirmed = [a for a in self._arms() if a.stage is Stage.CONFIRM and a.p is not None and a.p <= LOOK_ALPHA]
        if self.ended is not Ended.CANCELLED and confirmed and self.reference.brought is None:
            changes = [self._trial.interventions[arm.factor] for arm in confirmed]
            runner = Forks(backend, self._is_cancelled)
            self._cured = yield from cure.cured(self.reference, changes, runner)

    def _arms(self) -> tuple[Arm, ...]:
        return self._ledger.arms(len(self._trial.interventions))

    def _tie_break(self) -> TieBreak:
        return TieBreak(tuple(self._trial.interventions), self._trial.undoing, self._trial.limits)

    def proof(self) -> Proof:
        """The proof with the results so far."""
        arms = self._arms() if self._ledger.controls else ()
        found = decide(arms, self._control, self.ended, self._tie_break(), LOOK_ALPHA)
        return Proof(
            reference=self.reference,
            control=self._control,
            arms=arms,
            verdict=found.verdict,
            top=found.top,
            ended=found.ended,
            seconds=time.monotonic() - self._began,
            cured=tuple(self._cured),
            findings=tuple(self._findings),
            reasons=self._trial.reasons,
            would_show=self._trial.would_show,
            stations=self._stations,
            interventions=self._trial.interventions,
        )
