"""Explains an event in words, with its evidence, ranked causes and remedies."""

from __future__ import annotations

from collections.abc import Sequence

from engine.diagnosis.advice import advise
from engine.diagnosis.evidence_lines import evidence_lines
from engine.diagnosis.facts import Facts
from engine.diagnosis.model import Diagnosis, Headline
from engine.diagnosis.places import label
from engine.diagnosis.ranking import rank
from engine.diagnosis.sentences import SEVERITIES, sentence, title
from engine.diagnosis.telling_apart import tell_apart
from engine.events import Event
from engine.i18n import _
from engine.probes.confirm import confirmed
from engine.run import Run


def explain(event: Event, run: Run, others: Sequence[Event] = ()) -> Diagnosis:
    """Explain an event in the current language.

    Parameters
    ----------
    others : sequence of Event
        The run's other events, which no remedy contradicts.

    Examples
    --------
    >>> import numpy as np
    >>> from engine.detectors.watch import Watch
    >>> from engine.run import Origin, OriginKind
    >>> from engine.series import LossSeries
    >>> from engine.table import MetricTable
    >>> table = MetricTable()
    >>> table.extend({"step": np.arange(1.0, 4.0), "loss": np.array([1.0, 0.9, np.nan])})
    >>> run = Run("demo", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
    >>> watch = Watch(table, run.series)
    >>> watch.finish()
    >>> explain(watch.events[0], run).sentence
    'Loss became NaN at step 3'
    """
    facts = Facts(confirmed(event, run), run, others)
    causes = rank(facts)
    found = _headline(facts)
    return Diagnosis(
        event_id=event.id,
        kind=event.kind,
        severity=event.severity,
        title=found.title,
        where=found.where,
        sentence=found.sentence,
        severity_text=found.severity_text,
        evidence=evidence_lines(facts),
        causes=causes,
        remedies=advise(facts, causes),
        apart=tell_apart(facts, causes),
    )


def headline(event: Event, run: Run) -> Headline:
    """The headline of a folded card; cheap, since causes and remedies are not computed."""
    return _headline(Facts(confirmed(event, run), run))


def _headline(facts: Facts) -> Headline:
    event = facts.event
    return Headline(
        title=title(event.kind),
        where=label(facts.run, event.start),
        sentence=sentence(facts),
        severity_text=_(SEVERITIES[event.severity]),
    )
