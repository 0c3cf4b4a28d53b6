"""What detectors propose of labelled series, kept so that any judge can be tried on it in no time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.commands.diagnose import open_runs
from engine.detectors.base import Detector
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.climbs import named, named_alike
from engine.detectors.claims.judges import Judge
from engine.detectors.claims.proposals import Proposal, Verdict, judged
from engine.detectors.hindsight import Hindsight
from engine.detectors.watch import Watch, all_detectors
from engine.events import Event, EventKind
from engine.logs import LogError
from engine.run import Run
from engine.table import Floats
from tools.judging.corpora import Labelled
from tools.judging.scoring import Said

WITHOUT_JUDGE = ("diverged", "epoch_boundary")
LABEL_KINDS: Mapping[str, tuple[str, ...]] = {"instability": ("overshoot", "late_rise", "diverged")}


@dataclass(frozen=True)
class Asked:
    """What a detector asked a judge about one series, once it was over."""

    judge: str
    detector: str
    kinds: tuple[EventKind, ...]
    series: str
    proposals: Sequence[Proposal]
    apart: float
    known: Sequence[Claim]

    def called(self, judge: Judge) -> Asked:
        """The same with the names of climbs as a judge of names says."""
        if self.judge != "instability":
            return self
        proposals = named(self.proposals, judge)
        return replace(self, proposals=proposals, known=named_alike(self.known, proposals, self.apart))

    def events(self, judge: Judge, number: int) -> list[Event]:
        """The events that would have been reported with a judge."""
        claims = judged(self.judge, self.proposals, self.apart, self.known, judge).claims
        return [
            Event(
                f"{self.series}/{self.detector}/{number}.{i}",
                claim.kind,
                self.series,
                claim.start,
                claim.end,
                claim.end,
                claim.severity,
                claim.confidence,
                claim.evidence,  # type: ignore[arg-type]
                detector=self.detector,
            )
            for i, claim in enumerate(claims)
            if claim.kind in self.kinds
        ]


@dataclass(frozen=True)
class Part:
    """One run of a file: what was asked, what was reported without a judge, and the x of each row."""

    watch: Watch
    asked: Sequence[Asked]
    reported: Sequence[Event]
    x: Floats

    def x_at(self, row: int) -> float:
        return float(self.x[min(row, len(self.x) - 1)])


@dataclass(frozen=True)
class Recorded:
    """A labelled series with what was asked of it."""

    series: Labelled
    parts: Sequence[Part] = field(default_factory=list)
    is_scored: bool = True

    def counts(self, name: str) -> bool:
        """Whether claims on a column count."""
        return not self.series.is_paired or name == "val_loss"

    def events(self, judges: Mapping[str, Judge]) -> Iterator[tuple[Event, float]]:
        """The events that would have been reported with some judges, absorbed ones too, and where each starts."""
        for part in self.parts:
            asked = [one.called(judges["overshoot"]) for one in part.asked]
            new = [e for i, one in enumerate(asked) for e in one.events(judges[one.judge], i)]
            for event in part.watch.concluded([*part.reported, *new]):
                if self.counts(event.series) or event.kind == EventKind.OVERFITTING:
                    yield event, part.x_at(event.start)

    def said(self, judges: Mapping[str, Judge]) -> list[Said]:
        """What would have been reported with some judges."""
        found = ((event, x) for event, x in self.events(judges) if event.is_listed)
        return [Said(event.kind, x, event.severity, event.confidence) for event, x in found]


def record(
    series: Labelled,
    runs: Iterable[Run] | None = None,
    is_scored: bool = True,
    detectors: Sequence[type[Detector]] = (),
) -> Recorded:
    """Run the detectors over a labelled series, from its file or from runs that stand for it.

    By default all of them; where it is not scored, without those that ask no judge.
    """
    try:
        found = list(runs) if runs is not None else open_runs(str(series.path), None)
    except LogError:
        found = []
    return Recorded(series, [_part(run, is_scored, detectors) for run in found if run.usable_series()], is_scored)


def _part(run: Run, is_scored: bool, detectors: Sequence[type[Detector]]) -> Part:
    asked: list[Asked] = []
    detectors = detectors or [d for name, d in all_detectors().items() if is_scored or name not in WITHOUT_JUDGE]
    watch = Watch(run.table, run.usable_series(), run.clock, [_recording(d, asked) for d in detectors])
    watch.finish()
    reported = watch.events_reported
    watch.let_go()
    return Part(watch, asked, reported, np.array([run.x_at(row) for row in range(len(run.table))]))


def _recording(detector: type[Detector], asked: list[Asked]) -> type[Detector]:
    """The detector, reviewing nothing before the end, and then keeping what it asks instead of reporting it."""
    if not issubclass(detector, Hindsight):
        return detector

    class Recording(detector):  # type: ignore[valid-type,misc]
        def _update_events(self, is_over: bool) -> None:
            if is_over:
                super()._update_events(is_over)

        def judge(self, judge: str, proposals: Sequence[Proposal], apart: float, known: Sequence[Claim]) -> Verdict:
            rows = apart * self._run_rows
            asked.append(Asked(judge, self.name, self.kinds, self.series.name, tuple(proposals), rows, known))
            return Verdict()

    Recording.__name__ = detector.__name__
    return Recording
