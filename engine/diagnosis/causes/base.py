"""A possible cause of events; a file that defines one adds it.

A cause has a share for each kind of event, and signals for and against it. The shares are those of runs with that
cause, as far as demos and literature show; a signal that is present multiplies the share, an unknown one does not
change it. The factors are stated by hand, each with its reason beside it, so that a pattern which is all but proof
outweighs every share (×8 and more), one that all but excludes leaves a twentieth or less, and a hint doubles or halves.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.diagnosis.signals import Signal
from engine.events import EventKind
from engine.values import dataclass

# The mechanism that the detector names is right for nine in ten simulated losses (tools.rates.boundary).
NAMED, NAMED_OTHER = 3.0, 0.3


@dataclass(frozen=True)
class CauseEntry:
    """A cause.

    Attributes
    ----------
    weights : mapping of EventKind to float
        Its share among the causes of a kind, without further information.
    signals : tuple of (Signal, float)
        Each signal that is True multiplies the weight by its factor.
    remedies : tuple of str
        Keys in `engine.diagnosis.remedies`, in the order to try.
    factors : tuple of str
        Keys of the factors that can prove or refute it.
    met : tuple of (Signal, float)
        Each signal that is True multiplies what the fit makes of a log: times that the cause is met there where people
        train, against the lab, which makes all of them as often.
    is_of_logging : bool
        Whether it changes what is logged and not what is learned.
    """

    key: str
    text: str
    confirm: str
    refute: str
    source: str
    weights: Mapping[EventKind, float]
    remedies: tuple[str, ...]
    signals: tuple[tuple[Signal, float], ...] = ()
    factors: tuple[str, ...] = ()
    met: tuple[tuple[Signal, float], ...] = ()
    is_of_logging: bool = False
