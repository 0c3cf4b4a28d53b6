"""Validation loss turns up while training loss goes down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.detectors.base import FIRST, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.claims.rules import runs_up, unless_likelier
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.scales import BRIEF, FEW, MANY, SLIGHT, UNSEEN
from engine.detectors.shapes.proposed.climbs import climb_features, find_climbs, turn_of
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.rises import Rise, find_rises
from engine.detectors.shapes.turn import find_turn
from engine.detectors.stream.blocks import Block, TableView
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.trend import wander
from engine.events import EventKind, Severity
from engine.i18n import N_
from engine.table import Floats

OVERFITTING = Kind(
    EventKind.OVERFITTING,
    N_("Overfitting"),
    N_("Validation loss turned up at {where}, from {floor} to {last}, while training loss kept falling"),
    absorbs={EventKind.LATE_RISE: unless_likelier(runs_up)},
)


class Overfitting(Hindsight):
    """The validation loss rises above its best (see `find_rises`) while the training loss goes on falling.

    The rise must last for 5 % of the run and five evaluations, exceed twice the scatter of single points, and the
    training loss must fall visibly from the turn to the end of the rise. While the run goes on it must have lasted
    twice as long. In grokking runs it ends when the validation loss comes down.

    Wrong when the validation loss rises only because confidence is badly calibrated, while accuracy still improves.
    """

    name = "overfitting"
    kinds = (EventKind.OVERFITTING,)
    about = N_("Validation loss turns up while training loss keeps falling")
    needs_pair = True

    @staticmethod
    def example() -> dict[str, Floats]:
        rows = np.arange(200)
        loss = 0.2 + 2 * np.exp(-rows / 25)
        return {"loss": loss, "val_loss": loss + 0.3 + np.clip(rows - 80, 0, None) / 100}

    @dataclass
    class Memory(Hindsight.Memory):
        """The other columns up to the last block."""

        table: TableView | None = None

    memory: Memory

    lasts = Threshold(BRIEF, "of the run", "the rise must last when the run is over, and twice that before", FIRST)
    fewest_bins = Threshold(FEW, "bins", "it must last at least; evaluations, in short runs", FIRST)
    still_learns = Threshold(
        1 - UNSEEN,
        "of the training loss at the turn",
        "what that must fall below while the validation loss is up",
        FIRST,
    )
    scatters = Threshold(2.0, "scatters of single points", "what the rise must exceed", FIRST)

    def read(self, block: Block) -> None:
        self.memory.table = block.table
        super().read(block)

    fewest_judged = Threshold(FEW, "evaluations", "in the run, for the judge", FIRST)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        claims = self._ruled(curve, is_over)
        if not is_over or curve.points < self.fewest_judged:
            return claims
        context = surroundings(curve, self.series)
        climbs = zip(find_climbs(curve), climb_features(curve), strict=True)
        proposals = [self._proposal(curve, rise, {**features, **context}) for rise, features in climbs]
        return self.decided("overfitting", claims, [p for p in proposals if not self._has_stopped(p.claim)])

    def _has_stopped(self, claim: Claim) -> bool:
        """Whether the training loss is known not to fall: then what ails both losses has another name."""
        return claim.evidence["training_after"] >= self.still_learns * claim.evidence["training_at_turn"]

    def _proposal(self, curve: Curve, rise: Rise, features: Mapping[str, float]) -> Proposal:
        start, end = curve.row_of(turn_of(curve, rise)), curve.end_of(rise.end)
        claim = self._evident(curve, rise, start, *self._training(curve, start, end), 0.0)
        before, after = claim.evidence["training_at_turn"], claim.evidence["training_after"]
        fall = math.log(before / after) if before > 0 and after > 0 else 0.0
        is_known = float(math.isfinite(before) and math.isfinite(after))
        return Proposal(claim, {**features, "training_falls": fall, "training_is_known": is_known})

    def _ruled(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        lasts = max(self.fewest_bins, self.lasts * len(curve)) * (1 if is_over else 2)
        turn = find_turn(curve)
        long = [r for r in (*find_rises(curve), *([turn] if turn else [])) if r.length >= lasts]
        return [claim for rise in long[:1] if (claim := self._claim(curve, rise)) is not None]

    def _claim(self, curve: Curve, rise: Rise) -> Claim | None:
        scatter = _scatter(curve, rise)
        if rise.lasting < self.scatters * scatter:
            return None
        start, end = curve.row_of(turn_of(curve, rise, MANY)), curve.end_of(rise.end)
        at_turn, later = self._training(curve, start, end)
        if not len(at_turn) or not len(later) or not np.median(later) < self.still_learns * np.median(at_turn):
            return None
        sure = confidence(EventKind.OVERFITTING, rise.lasting / max(self.scatters * scatter, SLIGHT))
        return self._evident(curve, rise, start, at_turn, later, sure)

    def _evident(self, curve: Curve, rise: Rise, start: int, at_turn: Floats, later: Floats, sure: float) -> Claim:
        is_known = len(at_turn) > 0 and len(later) > 0
        evidence = {
            "best_validation": float(curve.level[: rise.onset + 1].min()),
            "validation_after": float(np.median(curve.level[rise.top : rise.end + 1])),
            "training_at_turn": float(np.median(at_turn)) if is_known else math.nan,
            "training_after": float(np.median(later)) if is_known else math.nan,
            "share_of_run": rise.length / len(curve),
        }
        end = curve.end_of(rise.end)
        return Claim(EventKind.OVERFITTING, start, end, Severity.WARNING, sure, evidence, is_open=not rise.is_back)

    def _training(self, curve: Curve, start: int, end: int) -> tuple[Floats, Floats]:
        """Training losses about the turn, and in the second half of the rise."""
        partner = self.series.partner
        if self.memory.table is None or partner is None or partner not in self.memory.table:
            return np.empty(0), np.empty(0)
        near = max(2, round(UNSEEN * (end - start)))
        first = curve.row_of(0)
        at_turn = self.memory.table.values(partner, max(first, start - near), start + near + 1)
        later = self.memory.table.values(partner, (start + end + 1) // 2, end + 1)
        return at_turn[np.isfinite(at_turn)], later[np.isfinite(later)]


def _scatter(curve: Curve, rise: Rise) -> float:
    """That of single points on the rise; in few points the turn itself would count as scatter."""
    scatter = float(np.median(curve.scatter[rise.onset : rise.end + 1]))
    return min(scatter, wander(curve.u[rise.onset : rise.end + 1])) if len(curve) <= MANY else scatter
