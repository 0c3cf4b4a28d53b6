"""Ranks the causes of an event by their share for its kind times the signals in the run."""

from __future__ import annotations

from engine.diagnosis.causes import KNOB, CauseEntry
from engine.diagnosis.declared import all_causes, share
from engine.diagnosis.facts import Facts
from engine.diagnosis.model import Cause
from engine.diagnosis.places import place
from engine.i18n import _, number
from engine.run import Value
from engine.sources import citation

SOMETHING_ELSE = 0.15  # weight reserved for unlisted causes
LEAST = 0.03  # causes below this weight are left out
MOST_CAUSES = 5
KNOB_SHARE = 0.6  # weight of a knob turned just before the onset, which ranks first


def rank(facts: Facts) -> tuple[Cause, ...]:
    """The causes by falling weight; with the weight for something else they sum to 1."""
    scores = {entry.key: score for entry in all_causes().values() if (score := _score(entry, facts)) > 0}
    total = sum(scores.values()) + SOMETHING_ELSE
    shares = {key: score / total for key, score in scores.items()}
    if facts.turned is not None:
        shares = {key: (1 - KNOB_SHARE) * share for key, share in shares.items()}
        shares[KNOB.key] = KNOB_SHARE
    best = sorted(shares, key=lambda key: -shares[key])[:MOST_CAUSES]
    return tuple(_cause(all_causes()[key], shares[key], facts) for key in best if shares[key] >= LEAST)


def _score(entry: CauseEntry, facts: Facts) -> float:
    score = share(entry, facts.event.kind)
    for signal, factor in entry.signals:
        if score and signal(facts):
            score *= factor
    return score


def _cause(entry: CauseEntry, weight: float, facts: Facts) -> Cause:
    text = _knob_text(facts) if entry is KNOB else _(entry.text)
    factors = (facts.turned.key,) if entry is KNOB and facts.turned else entry.factors
    return Cause(entry.key, round(weight, 3), text, citation(entry.source), _(entry.confirm), _(entry.refute), factors)


def _knob_text(facts: Facts) -> str:
    change = facts.turned
    assert change is not None
    return _(KNOB.text).format(
        key=setting_title(change.key),
        before=value_text(change.before),
        after=value_text(change.after),
        where=place(facts.run, change.row),
    )


def setting_title(key: str) -> str:
    """The title of a setting."""
    from engine.tasks.settings import SETTINGS

    return _(SETTINGS[key].title) if key in SETTINGS else key


def value_text(value: Value) -> str:
    """Format a setting's value for people."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, (int, float)):
        return number(value)
    return "?" if value is None else str(value)
