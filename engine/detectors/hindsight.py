"""Detectors that review the whole run so far, repeatedly, at fixed point numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

import numpy as np

from engine.detectors.base import FIRST, Detector, Threshold
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.proposals import Proposal, Verdict, judged
from engine.detectors.scales import BRIEF, HALF
from engine.detectors.stream.blocks import Block
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.digest import Digest
from engine.detectors.stream.restarts import FEWEST_SURE_RESTARTS, are_of_one_length
from engine.table import Rows


class Restart(Enum):
    """Whether training restarts: one or two restarts may also be a collapse and recovery, unless evenly spaced."""

    NO = 0
    POSSIBLE = 1
    SURE = 2


class Hindsight(Detector):
    """Reviews the curve so far and updates its events to match what it finds.

    What a review finds again is updated, what is new is reported with the present row as `raised`, and what later
    points have refuted is retracted: a loss that jumped and stayed up for a tenth of the run may still return. What
    only the end shows is reported when `is_over`.

    Attributes
    ----------
    is_asked_at_ends : bool
        Only the end of each run is reviewed, whose blocks come joined, and nothing is reported: where nothing is
        claimed there (`has_claimed`), whatever the reviews before had reported is retracted by then, and they need not
        be made.
    doubtful_claims : tuple of Claim
        What a judge found too doubtful to claim, and worth a remark.
    """

    @dataclass
    class Memory(Detector.Memory):
        """The run so far, and the handles of the events that the last review confirmed."""

        digest: Digest | None = None
        reported: list[int] = field(default_factory=list)
        is_over: bool = False

    memory: Memory
    is_asked_at_ends: bool = False
    has_claimed: bool = False
    doubtful_claims: tuple[Claim, ...] = ()

    needs_finite_points: ClassVar[bool] = True  # a curve without any is not reviewed

    same_event = Threshold(BRIEF, "of the run", "a claim whose start moved by less is the same event", FIRST)

    def read(self, block: Block) -> None:
        self.memory.digest = block.digest
        if block.digest.is_due:
            self._update_events(is_over=False)

    def restart(self, block: Block) -> None:
        self._update_events(is_over=True)
        super().restart(block)

    def finish(self) -> None:
        self._update_events(is_over=True)
        super().finish()

    @property
    def restarts(self) -> Rows:
        """Table rows at which training restarts though the clock goes on (see `find_restarts`)."""
        return self.memory.digest.restarts if self.memory.digest is not None else np.empty(0, np.int64)

    def restart_within(self, start: int, end: int) -> Restart:
        """Whether training restarts between two table rows."""
        rows = self.restarts
        if self.memory.digest is None or not ((start <= rows) & (rows <= end)).any():
            return Restart.NO
        first, last = self.memory.digest.first_row, self.memory.digest.curve.last_row
        # A live run is twice as long as it was at any jump at some time.
        is_sure = len(rows) >= FEWEST_SURE_RESTARTS or (self.memory.is_over and are_of_one_length(rows, first, last))
        return Restart.SURE if is_sure else Restart.POSSIBLE

    def decided(
        self, judge: str, known: Sequence[Claim], proposals: Sequence[Proposal], apart: float | None = None
    ) -> Sequence[Claim]:
        """What is left of the claims of the rules, and what a fitted judge adds, once the run is over.

        `apart` is a share of the run: of two proposals that start so near each other the likelier counts.
        """
        verdict = self.judge(judge, proposals, self.same_event if apart is None else apart, known)
        return [claim for claim in verdict.claims if claim.kind in self.kinds]  # others are its relatives'

    def judge(self, judge: str, proposals: Sequence[Proposal], apart: float, known: Sequence[Claim]) -> Verdict:
        """What a judge says; replaced where judges are fitted."""
        verdict = judged(judge, proposals, apart * self._run_rows, known)
        own = [claim for claim in verdict.perhaps if claim.kind in self.kinds]
        self.doubtful_claims = (*self.doubtful_claims, *(claim for claim in own if claim not in self.doubtful_claims))
        return verdict

    def trust(self, start: int, end: int) -> float:
        """1; one half where the name of the series or a possible restart explains a climb; 0 where a restart does."""
        restart = self.restart_within(start, end)
        if restart is Restart.SURE:
            return 0.0
        return HALF if self.is_doubtful or restart is Restart.POSSIBLE else 1.0

    @property
    def _run_rows(self) -> int:
        digest = self.memory.digest
        if digest is None:
            return 0
        curve = digest.curve
        return curve.last_row - (curve.row_of(0) if len(curve) else digest.first_row) + 1

    @abstractmethod
    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        """All claims that the curve so far supports."""

    def _update_events(self, is_over: bool) -> None:
        digest = self.memory.digest
        if digest is None or (self.is_asked_at_ends and not is_over):
            return
        if self.needs_finite_points and not len(digest.curve):
            return
        self.memory.is_over = is_over
        curve = digest.curve
        if self.is_asked_at_ends:
            self.has_claimed |= bool(self.review(curve, is_over))
            return
        claims, before = self.review(curve, is_over), self.memory.reported
        if not claims and not before:
            return
        near = self.same_event * self._run_rows
        self.memory.reported = []
        for claim in claims:
            handle = self._match(claim, before, near)
            if handle is None:
                handle = self.report(**vars(claim))
            else:
                before.remove(handle)
                self.update(handle, **vars(claim))
            self.memory.reported.append(handle)
        for handle in before:
            self.retract(handle)

    def _match(self, claim: Claim, handles: list[int], near: float) -> int | None:
        same = [h for h in handles if self.event(h).kind is claim.kind and self._is_same(h, claim, near)]
        return min(same, key=lambda h: abs(self.event(h).start - claim.start), default=None)

    def _is_same(self, handle: int, claim: Claim, near: float) -> bool:
        event = self.event(handle)
        overlaps = event.start <= claim.end and claim.start <= event.end
        # What starts after the event was reported cannot be what was reported then.
        return claim.start <= event.raised and (overlaps or abs(event.start - claim.start) <= near)
