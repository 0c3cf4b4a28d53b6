"""Remedies in the order to try, from ranked causes, without contradicting other events of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from engine.diagnosis import patterns
from engine.diagnosis.declared import all_causes, all_remedies
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.model import Cause, Factor, Remedy
from engine.diagnosis.remedies import STEPS_TOO_LONG, RemedyEntry, Steps, Way
from engine.diagnosis.signals import is_adaptive, is_at_start
from engine.diagnosis.snippets import snippets
from engine.events import EventKind
from engine.i18n import _
from engine.run import OriginKind, Value
from engine.sources import citation
from engine.tasks.settings import SETTINGS
from engine.tasks.wording import change_texts, setting_title

MOST_REMEDIES = 5
NOT_MEASURED = 0.4  # assumed share of runs cured by a remedy that was never measured
FOR_NEW_WEIGHTS = ("kaiming_init", "larger_init", "batch_norm")  # they would throw away what was learned before
RAISED_TO = 10.0  # times the lowest usual rate, where the present one is below that
LATER = 0.45  # factor on a cause's weight for each further remedy of it


def advise(facts: Facts, causes: tuple[Cause, ...]) -> tuple[Remedy, ...]:
    """The remedies by falling promise: the cause's weight, reduced for each earlier remedy of the same cause."""
    known = all_remedies()
    scores: dict[str, float] = {}
    for cause in causes:
        for place, key in enumerate(all_causes()[cause.key].remedies):
            scores[key] = scores.get(key, 0.0) + cause.weight * LATER**place * _promise(known[key], facts)
    best = sorted(scores, key=lambda key: -scores[key])
    allowed = [known[key] for key in best if not contradicts(known[key], facts)]
    return tuple(_remedy(entry, facts) for entry in allowed[:MOST_REMEDIES])


def _promise(entry: RemedyEntry, facts: Facts) -> float:
    """Factor for a remedy: above 1 if it was measured to help in most runs with this kind of event."""
    return 0.5 + entry.cured.get(facts.event.kind, NOT_MEASURED)


def contradicts(entry: RemedyEntry, facts: Facts) -> bool:
    """Whether a remedy would worsen another event of the run, has no effect here, or changes nothing."""
    kinds = {facts.event.kind, *(e.kind for e in facts.others)}
    if entry.steps is Steps.LONGER and kinds & set(STEPS_TOO_LONG):
        return True
    if entry.key == "wait" and EventKind.DIVERGED in kinds:
        return True
    if entry.steps is Steps.SHORTER and patterns.rate_is_tiny(facts):
        return True
    if entry.key in FOR_NEW_WEIGHTS and patterns.is_fine_tuning(facts):
        return True
    if entry.steps is not Steps.AS_THEY_ARE and patterns.is_policy(facts) and patterns.policy_improves(facts):
        return True
    if entry.key == "early_stopping" and patterns.falls_below_later(facts):
        return True
    if entry.key == "use_adam" and facts.settings.get("optimizer") in ("adam", "adamw"):
        return True
    if entry.is_for_adaptive and is_adaptive(facts) is False:
        return True
    if entry.key == "warmup" and not is_at_start(facts):
        return True
    if any(_is_beyond(entry.way, new, facts.settings.get(key)) for key, new in entry.changes):
        return True
    return bool(entry.changes) and all(_is_so_already(key, new, facts) for key, new in entry.changes)


def _is_beyond(way: Way, new: Value | Factor, present: Value | None) -> bool:
    """Whether a setting is further that way already than a remedy would set it."""
    numbers = isinstance(new, (int, float)) and isinstance(present, (int, float))
    return numbers and way * (present - new) > 0  # type: ignore[operator]


def _is_so_already(key: str, new: Value | Factor, facts: Facts) -> bool:
    if key not in facts.settings:
        return False
    present = facts.settings[key]
    return present == resolve(key, new, present)


def resolve(key: str, new: Value | Factor, present: Value) -> Value:
    """The new value of a setting, for a `Factor` relative to the present one and within the setting's range."""
    if not isinstance(new, Factor):
        return new
    if isinstance(present, bool) or not isinstance(present, (int, float)):
        return present
    setting = SETTINGS.get(key)
    value: float = float(f"{present * new.times:.6g}")
    if setting is not None:
        value = min(max(value, setting.low or 0.0), setting.high or np.inf)
    return round(value) if isinstance(present, int) else value


def _remedy(entry: RemedyEntry, facts: Facts) -> Remedy:
    values = dict(_new_values(entry, facts))
    return Remedy(
        entry.key,
        _text(entry, facts, values),
        _live(values, facts),
        citation(entry.source),
        _(entry.cost),
        _(entry.watch) if entry.watch else "",
        snippets(entry.key, values),
    )


def _new_values(entry: RemedyEntry, facts: Facts) -> Iterator[tuple[str, Value]]:
    if entry.key == "undo_knob" and facts.turned is not None:
        yield facts.turned.key, facts.turned.before
    for key, new in entry.changes:
        measured_value = MEASURED_VALUES[entry.key, key](facts) if (entry.key, key) in MEASURED_VALUES else None
        if measured_value is not None and (key == "clip_norm" or key in facts.settings):
            yield key, measured_value
        elif key in facts.settings or not isinstance(new, Factor):
            yield key, resolve(key, new, facts.settings.get(key))


def _usual_rate(facts: Facts) -> float | None:
    """Ten times the lowest rate in use with the optimizer, where the present one is below that."""
    rate, share = measured("lr_at", facts), measured("lr_over_least_usual", facts)
    return float(f"{RAISED_TO * rate / share:.1g}") if rate and share and share < 1 else None


def _usual_norm(facts: Facts) -> float | None:
    """The median gradient norm before the onset, to two digits."""
    norms = facts.values("grad_norm", facts.event.start - 200, facts.event.start - 3)
    norms = norms[np.isfinite(norms) & (norms > 0)]
    return float(f"{np.median(norms):.2g}") if len(norms) >= 5 else None


def _live(values: Mapping[str, Value], facts: Facts) -> Mapping[str, Value] | None:
    """The settings that this run has; None if the remedy's first one is not among them, or the run is no training."""
    if facts.run.origin.kind is not OriginKind.TRAINING:
        return None
    known = {key: value for key, value in values.items() if key in facts.run.settings}
    return known if known and next(iter(values)) in known else None


def _text(entry: RemedyEntry, facts: Facts, values: Mapping[str, Value]) -> str:
    key = next(iter(values), None)
    if not entry.text_with_values or key is None:
        return _(entry.text)
    before = facts.settings.get(key)
    is_known = before is not None or ("{before}" not in entry.text_with_values and _usual_norm(facts) is not None)
    if not is_known:
        return _(entry.text)
    old, new = change_texts(before, values[key])
    return _(entry.text_with_values).format(key=setting_title(key), before=old, after=new)


# Values that the run itself suggests, by remedy and setting.
MEASURED_VALUES: Mapping[tuple[str, str], Callable[[Facts], float | None]] = {
    ("clip_norm", "clip_norm"): _usual_norm,
    ("raise_lr", "lr"): _usual_rate,
}
