"""Ranks the causes of an event: what the fit makes of a log, with what settings and probes say beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.diagnosis.causes.base import CauseEntry
from engine.diagnosis.causes.knob_turned import KNOB
from engine.diagnosis.declared import all_causes, known_causes, share
from engine.diagnosis.facts import Facts
from engine.diagnosis.fitted import fitted
from engine.diagnosis.forest import forest
from engine.diagnosis.measures.base import all_measured
from engine.diagnosis.model import Cause
from engine.diagnosis.networks import networks
from engine.diagnosis.places import place
from engine.diagnosis.pooling import FittedParts, pooled
from engine.diagnosis.signals import Signal
from engine.diagnosis.traits.base import traits
from engine.i18n import _
from engine.run import OriginKind
from engine.sources import citation
from engine.tasks.wording import change_texts, setting_title

SOMETHING_ELSE = 0.05  # weight reserved for unlisted causes, of which the lab has none
LEAST_STATED = 0.01  # share of a cause that the lab knows for a kind of event and the list does not
LEAST = 0.03  # causes below this weight are left out
MOST_CAUSES = 5
ASKED = "asked"  # the question why a run learns too little, in place of the kind of an event
KNOB_SHARE = 0.6  # weight of a knob turned just before the onset, which ranks first


def rank(facts: Facts, question: str = "", without: Collection[str] = ()) -> tuple[Cause, ...]:
    """The causes by falling weight; with the weight for something else they sum to 1.

    Parameters
    ----------
    question : str
        What the fit knows it under, if not the kind of the event.
    without : collection of str
        Causes that answer another question.
    """
    scores = {key: score for key, score in weighed(facts, question).items() if key not in without}
    total = sum(scores.values()) / (1 - SOMETHING_ELSE)
    shares = {key: score / total for key, score in scores.items()}
    if facts.turned is not None:
        shares = {key: (1 - KNOB_SHARE) * share for key, share in shares.items()}
        shares[KNOB.key] = KNOB_SHARE
    best = sorted(shares, key=lambda key: -shares[key])[:MOST_CAUSES]
    return tuple(_cause(all_causes()[key], shares[key], facts) for key in best if shares[key] >= LEAST)


def weighed(facts: Facts, question: str = "") -> dict[str, float]:
    """The share of every cause; the program's own trainings, whose settings and probes say more, by what is stated."""
    kind, said = question or facts.event.kind.value, stated(facts)
    if facts.run.origin.kind is not OriginKind.LOG or kind not in fitted().kinds:
        return said
    shares = pooled(said, fitted_parts(kind, all_measured(facts), traits(facts)), fitted().temperature(kind))
    met = {key: share * _product(all_causes()[key].met, facts) for key, share in shares.items()}
    total = sum(met.values())
    return {key: share / total for key, share in met.items()}


def fitted_parts(kind: str, told: Mapping[str, float], of_traits: Mapping[str, float]) -> FittedParts:
    """What is fitted says of an event by its measures and traits."""
    every = {**told, **of_traits}
    return FittedParts(fitted().added(kind, told), forest().said(kind, every), networks().said(kind, every))


def stated(facts: Facts) -> dict[str, float]:
    """The shares by what literature and settings say: the share for the kind times the factors of what is seen."""
    scores = {entry.key: _score(entry, facts) for entry in all_causes().values()}
    total = sum(scores.values())
    return {key: score / total for key, score in scores.items() if score > 0}


def _score(entry: CauseEntry, facts: Facts) -> float:
    is_fitted = facts.run.origin.kind is OriginKind.LOG and entry.key in known_causes() and entry is not KNOB
    score = share(entry, facts.event.kind) or (LEAST_STATED if is_fitted else 0.0)
    return score * _product(entry.signals, facts) if score else score


def _product(factors: Sequence[tuple[Signal, float]], facts: Facts) -> float:
    """The factors of the signals that are there, multiplied; what follows an impossible one is not asked."""
    found = 1.0
    for signal, factor in factors:
        if found and signal(facts):
            found *= factor
    return found


def _cause(entry: CauseEntry, weight: float, facts: Facts) -> Cause:
    text = _knob_text(facts) if entry is KNOB else _(entry.text)
    factors = (facts.turned.key,) if entry is KNOB and facts.turned else entry.factors
    return Cause(entry.key, round(weight, 3), text, citation(entry.source), _(entry.confirm), _(entry.refute), factors)


def _knob_text(facts: Facts) -> str:
    change = facts.turned
    assert change is not None
    before, after = change_texts(change.before, change.after)
    where = place(facts.run, change.row)
    return _(KNOB.text).format(key=setting_title(change.key), before=before, after=after, where=where)
