"""Ranks the causes of an event: fitted weights of what the log tells, times what settings and probes say beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.diagnosis.causes.base import CauseEntry
from engine.diagnosis.causes.knob_turned import KNOB
from engine.diagnosis.declared import all_causes, known_causes, share
from engine.diagnosis.facts import Facts
from engine.diagnosis.fitted import fitted
from engine.diagnosis.measures.base import all_measured
from engine.diagnosis.model import Cause
from engine.diagnosis.places import place
from engine.i18n import _
from engine.run import OriginKind
from engine.sources import citation
from engine.tasks.wording import change_texts, setting_title

SOMETHING_ELSE = 0.05  # weight reserved for unlisted causes, of which the lab has none
LEAST_STATED = 0.01  # share of a cause that the lab knows for a kind of event and the list does not
DECISIVE = 0.55  # stated share that only a pattern which is all but proof reaches
AGAINST_DECISIVE = 0.5  # weight of the fit there: families left out are foretold as well, and no odd log outvotes proof
LEAST_PRIOR = 3e-4  # a stated share counts as at least this to the fit, so that evidence can outweigh it
LEAST = 0.03  # causes below this weight are left out
MOST_CAUSES = 5
KNOB_SHARE = 0.6  # weight of a knob turned just before the onset, which ranks first


def rank(facts: Facts) -> tuple[Cause, ...]:
    """The causes by falling weight; with the weight for something else they sum to 1."""
    scores = weighed(facts)
    total = sum(scores.values()) / (1 - SOMETHING_ELSE)
    shares = {key: score / total for key, score in scores.items()}
    if facts.turned is not None:
        shares = {key: (1 - KNOB_SHARE) * share for key, share in shares.items()}
        shares[KNOB.key] = KNOB_SHARE
    best = sorted(shares, key=lambda key: -shares[key])[:MOST_CAUSES]
    return tuple(_cause(all_causes()[key], shares[key], facts) for key in best if shares[key] >= LEAST)


def weighed(facts: Facts) -> dict[str, float]:
    """The share of every cause."""
    return pooled(stated(facts), _added(facts), fitted().temperature(facts.event.kind))


def stated(facts: Facts) -> dict[str, float]:
    """The shares by what literature and settings say: the share for the kind times the factors of what is seen."""
    scores = {entry.key: _score(entry, facts) for entry in all_causes().values()}
    total = sum(scores.values())
    return {key: score / total for key, score in scores.items() if score > 0}


def _added(facts: Facts) -> Mapping[str, float]:
    """What the fit adds for a log; nothing for the program's own trainings, whose settings and probes say more."""
    if facts.run.origin.kind is not OriginKind.LOG:
        return {}
    return fitted().added(facts.event.kind, all_measured(facts))


def pooled(stated: Mapping[str, float], added: Mapping[str, float], temperature: float = 1.0) -> dict[str, float]:
    """The stated shares as a prior, with what the fit adds to their logarithms.

    A cause that the lab does not have keeps its stated share, and one that is stated as impossible stays so.
    """
    own = sum(stated.get(key, 0.0) for key in added)
    if not own:
        return dict(stated)
    weight = AGAINST_DECISIVE if max(stated.values()) >= DECISIVE else 1.0
    scores = {
        key: (math.log(max(stated[key], LEAST_PRIOR)) + weight * more) / temperature
        for key, more in added.items()
        if key in stated
    }
    top = max(scores.values())
    powers = {key: math.exp(score - top) for key, score in scores.items()}
    total = sum(powers.values()) / own
    return {key: powers[key] / total if key in powers else share for key, share in stated.items()}


def _score(entry: CauseEntry, facts: Facts) -> float:
    is_in_lab = entry.key in known_causes() and entry is not KNOB
    score = share(entry, facts.event.kind) or (LEAST_STATED if is_in_lab else 0.0)
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
    before, after = change_texts(change.before, change.after)
    where = place(facts.run, change.row)
    return _(KNOB.text).format(key=setting_title(change.key), before=before, after=after, where=where)
