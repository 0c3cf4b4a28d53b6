"""Loss became NaN or infinite."""

from __future__ import annotations

import numpy as np

from engine.detectors.base import Detector
from engine.detectors.blocks import Block
from engine.events import EventKind, Severity
from engine.i18n import N_


class Diverged(Detector):
    """Placeholder rule of the first slice: the first non-finite value."""

    name = "diverged"
    kinds = (EventKind.DIVERGED,)
    about = N_("Loss is NaN or infinite, or grows by orders of magnitude and does not return")

    def look(self, block: Block) -> None:
        bad = np.flatnonzero(~np.isfinite(block.values))
        if len(bad) and not self.events:
            row = int(block.rows[bad[0]])
            self.say(EventKind.DIVERGED, row, row, Severity.CRITICAL, 1.0, {"first_non_finite_row": row})
