"""The law of what a proof may claim, by the kind of run and by whether its control reproduced it.

Nothing is claimed of other seeds, data or machines, nor that a cause is the only one, nor from fewer forks than the
level of the test needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.experiments.records import Control

if TYPE_CHECKING:
    from engine.experiments.reference import Reference


class Claim(StrEnum):
    """An experiment: forks that differ from the run in one thing. Counts: shares against unchanged repeats."""

    EXPERIMENT = "experiment"
    COUNTS = "counts"
    NONE = "none"


class Ground(StrEnum):
    """What a proof stands on; a watched run that is not run again is no more than a log."""

    LOG = "log"
    DEMO = "demo"
    BROUGHT = "brought"
    RERUN = "rerun"  # a command, from its start or from where it waits to be forked


REPEATABLE: Mapping[Control, Claim] = {Control.REPRODUCED: Claim.EXPERIMENT, Control.REPEATED: Claim.COUNTS}
LAW: Mapping[Ground, Mapping[Control, Claim]] = {
    Ground.LOG: {},
    Ground.DEMO: {Control.REPRODUCED: Claim.EXPERIMENT},
    Ground.BROUGHT: REPEATABLE,
    Ground.RERUN: REPEATABLE,
}


def ground(reference: Reference) -> Ground:
    """What the proof of a reference stands on."""
    if reference.brought is None:
        return Ground.DEMO
    return Ground.BROUGHT if reference.brought.source.can_restore else Ground.RERUN


def claim(control: Control | None, on: Ground = Ground.BROUGHT) -> Claim:
    """The most that may be claimed after a control.

    Examples
    --------
    >>> claim(Control.REPRODUCED).value, claim(Control.REPEATED).value, claim(Control.REPEATED, Ground.DEMO).value
    ('experiment', 'counts', 'none')
    """
    return Claim.NONE if control is None else LAW[on].get(control, Claim.NONE)


def may_count(on: Ground) -> bool:
    """Whether unchanged repeats of a run that is not exact can be claims of their own."""
    return Claim.COUNTS in LAW[on].values()
