"""What a proof may claim, by the kind of run and by whether its control reproduced it."""

from __future__ import annotations

from enum import StrEnum

from engine.experiments.records import Control


class Claim(StrEnum):
    """An experiment: forks that differ from the run in one thing. Counts: shares against unchanged repeats."""

    EXPERIMENT = "experiment"
    COUNTS = "counts"
    NONE = "none"


def claim(control: Control | None) -> Claim:
    """The most that may be claimed after a control.

    Examples
    --------
    >>> claim(Control.REPRODUCED).value, claim(Control.REPEATED).value, claim(None).value
    ('experiment', 'counts', 'none')
    """
    if control is Control.REPRODUCED:
        return Claim.EXPERIMENT
    return Claim.COUNTS if control is Control.REPEATED else Claim.NONE
