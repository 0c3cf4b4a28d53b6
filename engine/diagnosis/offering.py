"""The ranking that is offered where nothing was found: why a run might learn less than was hoped.

No detector can call a slow or low course wrong, since nobody knows how fast this task can be learned; three faulty
trainings in ten raise no event at all. So nothing is called trouble here: the causes are ranked for a person who asks,
by what the fit knows of trainings with a fault that no detector found.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.diagnosis.advice import advise
from engine.diagnosis.declared import all_causes
from engine.diagnosis.facts import Facts
from engine.diagnosis.model import Apart, Cause, Remedy
from engine.diagnosis.ranking import ASKED, rank
from engine.diagnosis.telling_apart import tell_apart
from engine.events import Event, EventKind, Severity
from engine.i18n import _, number
from engine.run import OriginKind, Run
from engine.series import Role
from engine.values import dataclass

FEWEST_POINTS = 12
MOST_NAMED = 2  # in a sentence


@dataclass(frozen=True)
class Offer:
    """What may be behind a run in which nothing was found.

    Attributes
    ----------
    series : str
    causes : tuple of Cause
        By falling weight, which is that among trainings with a fault.
    remedies : tuple of Remedy
    apart : Apart or None
    """

    series: str
    causes: tuple[Cause, ...]
    remedies: tuple[Remedy, ...]
    apart: Apart | None

    @property
    def sentence(self) -> str:
        """The likeliest causes in the current language, without a full stop."""
        parts = [
            _("{cause} ({percent} %)").format(cause=cause.text, percent=number(round(100 * cause.weight)))
            for cause in self.causes[:MOST_NAMED]
        ]
        return "; ".join(parts)


def has_problem(listed: Sequence[Event]) -> bool:
    return any(event.severity.rank >= Severity.WARNING.rank for event in listed)


def question(run: Run) -> Event | None:
    """The whole of a log's first training loss, as the event that is asked about; None of a demo or a few points."""
    if run.origin.kind is not OriginKind.LOG:
        return None
    series = next((s.name for s in run.usable_series() if s.role is Role.TRAINING), None)
    if series is None or run.table.count(series) < FEWEST_POINTS:
        return None
    last = len(run.table) - 1
    return Event(f"{series}/{ASKED}", EventKind.STALLED, series, 0, last, last, Severity.INFO, 0.5)


def can_offer(run: Run, listed: Sequence[Event]) -> bool:
    """Whether there is something to ask: no event is a problem, and it is a log that is not too short."""
    return not has_problem(listed) and question(run) is not None


def offer(run: Run, listed: Sequence[Event], series: str = "") -> Offer | None:
    """What is offered to a person who asks; None if any event is a problem, since that is the answer then.

    Parameters
    ----------
    series : str
        Only if it is about this one.
    """
    event = question(run) if can_offer(run, listed) else None
    if event is None or series not in ("", event.series):
        return None
    facts = Facts(event, run, listed)
    causes = rank(facts, ASKED, [key for key, cause in all_causes().items() if cause.is_of_logging])
    return Offer(event.series, causes, advise(facts, causes), tell_apart(facts, causes)) if causes else None
