"""What a review of the curve finds."""

from __future__ import annotations

from collections.abc import Mapping

from engine.events import EventKind, Severity
from engine.values import dataclass


@dataclass(frozen=True)
class Claim:
    """What a review finds; rows are table rows. `is_open`: it has not ended at the last row so far."""

    kind: EventKind
    start: int
    end: int
    severity: Severity
    confidence: float
    evidence: Mapping[str, float]
    is_open: bool = False
