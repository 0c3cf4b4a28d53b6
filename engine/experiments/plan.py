"""Plan of the forks: screen the factors with few, confirm the best two with new nudges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.experiments.case import PLACEBO, Case, Intervention
from engine.experiments.declared import declared_factors
from engine.experiments.factors.base import Factor, all_factors
from engine.experiments.forks import ForkJob
from engine.experiments.ledger import ArmKey, Ledger
from engine.experiments.nudges import draw
from engine.experiments.outcomes import FROM_START, patience
from engine.experiments.records import Stage
from engine.experiments.reference import CannotProve, Reference
from engine.experiments.stations import Station
from engine.i18n import _, number

FORKS = 12
SCREEN_FIRST, SCREEN_OTHER, SCREEN_LEAST = 4, 2, 2  # forks of an arm
FUTILE_LEAST = 3  # forks of a factor in confirmation before it is given up
CONFIRMED_FACTORS = 2
PLAIN_GAIN = 0.75
FAR = 300  # steps; whole runs to a later event would take the time of all other forks
STAGE_NUMBERS = {Stage.SCREEN: 0, Stage.CONFIRM: 1}


@dataclass(frozen=True)
class Trial:
    """The factors to try, and why others are not tried.

    Attributes
    ----------
    undoing : frozenset of str
        Factors that undo a turn or a non-default setting.
    limits : frozenset of str
        Factors that only limit steps.
    """

    interventions: Mapping[str, Intervention]
    would_show: Mapping[str, str]
    reasons: Mapping[str, str]
    undoing: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()


def trial(case: Case, names: Sequence[str] | None = None) -> Trial:
    """The factors, or those among `names`, that apply to a case.

    Raises
    ------
    CannotProve
        If there is no factor of a name.
    """
    known = {name: kind for name, kind in all_factors().items() if case.is_brought or not kind.only_brought}
    if case.is_brought:
        known |= declared_factors(case, known)
    for name in names or ():
        if name not in known:
            raise CannotProve(
                _("unknown factor {name!r}; known factors: {known}").format(name=name, known=", ".join(known))
            )
    interventions: dict[str, Intervention] = {}
    reasons: dict[str, str] = {}
    undoing = set()
    for name, make in known.items():
        if names and name not in names:
            continue
        factor: Factor = make()
        reason = factor.applies_to(case)
        if reason is not None:
            reasons[name] = reason
            continue
        change = factor.intervention(case)
        if (
            change.from_start
            and case.event.kind not in FROM_START
            and case.event.start > FAR
            and not case.undone(factor.keys)
        ):
            reasons[name] = _("it changes the start of the run, {n} steps before the onset").format(
                n=number(case.event.start)
            )
            continue
        interventions[name] = change
        if case.undone(factor.keys):
            undoing.add(name)
    shows = {name: known[name].would_show for name in interventions}
    limits = frozenset(name for name in interventions if known[name].is_limit)
    return Trial(interventions, shows, reasons, frozenset(undoing), limits)


def jobs(
    reference: Reference,
    starts: Mapping[int, Station],
    arms: Iterable[tuple[ArmKey, int]],
    interventions: Mapping[str, Intervention],
    since: Mapping[ArmKey, int] | None = None,
) -> list[tuple[ArmKey, ForkJob]]:
    """The forks of arms, paired: the n-th fork of every arm of a stage has the same nudge.

    They are ordered by that number, so that the arms are balanced when it is cancelled. `since` is how many an arm has.
    """
    found: list[tuple[int, ArmKey, ForkJob]] = []
    for key, count in arms:
        nudges = draw(count, reference.seed, STAGE_NUMBERS[key.stage])
        change = interventions.get(key.factor, Intervention(PLACEBO))
        for place in range((since or {}).get(key, 0), count):
            job = ForkJob(
                id=key.fork_id(place),
                station=starts[key.distance],
                intervention=change,
                nudge=nudges[place],
                kind=reference.event.kind,
                onset=reference.onset,
                horizon=reference.horizon,
                stops_at_event=key.factor != PLACEBO,
                patience=patience(reference),
            )
            found.append((place, key, job))
    found.sort(key=lambda item: item[0])
    return [(key, job) for _place, key, job in found]


def scouting(distances: Sequence[int]) -> list[tuple[ArmKey, int]]:
    """Placebo forks from each start: where chaos alone removes the event, factors cannot show anything."""
    return [(ArmKey(Stage.SCREEN, PLACEBO, distance), SCREEN_LEAST) for distance in distances if len(distances) > 1]


def by_contrast(ledger: Ledger, distances: Sequence[int]) -> tuple[int, ...]:
    """The starts by increasing share of clean placebo forks, ties in the given order."""
    shares = {distance: ledger.count(ArmKey(Stage.SCREEN, PLACEBO, distance)).share for distance in distances}
    return tuple(sorted(distances, key=lambda distance: shares[distance] if shares[distance] >= 0 else 2.0))


def screening(trial: Trial, distances: Sequence[int], start: int) -> list[tuple[ArmKey, int]]:
    """Number of forks of each factor from the first of `distances`.

    Factors that change the start of training fork only there. Placebo gets as many as the factors.

    Parameters
    ----------
    start : int
        Distance of step 0.
    """
    return _screening(trial, distances[:1], start, SCREEN_FIRST)


def elsewhere(trial: Trial, distances: Sequence[int]) -> list[tuple[ArmKey, int]]:
    """The factors from the other starts, if the first did not separate them from placebo."""
    local = Trial({n: c for n, c in trial.interventions.items() if not c.from_start}, {}, {})
    return _screening(local, distances[1:], 0, SCREEN_OTHER)


def hopeful(ledger: Ledger, trial: Trial, arms: Iterable[tuple[ArmKey, int]]) -> list[tuple[ArmKey, int]]:
    """The arms of which another fork may change what is confirmed.

    Once as many factors as are confirmed surely remove the event, and do more than limit steps, or one that undoes a
    change does: those that would be chosen now, and what undoes a change, for it goes before them. None where no more
    are tried than are confirmed and one is sure: what else had a clean fork is confirmed beside it.
    """
    arms = list(arms)
    sure = {key.factor for key, _count in arms if key.factor != PLACEBO and _is_sure(ledger, key)} - trial.limits
    if sure and trial.undoing <= sure and len(trial.interventions) <= CONFIRMED_FACTORS:
        return []
    if len(sure) < CONFIRMED_FACTORS and not sure & trial.undoing:
        return arms
    kept = {PLACEBO, *trial.undoing, *(key.factor for key in best(ledger, trial, ()))}
    return [(key, count) for key, count in arms if key.factor in kept]


def undecided(ledger: Ledger, arms: Iterable[tuple[ArmKey, int]]) -> list[tuple[ArmKey, int]]:
    """The arms whose further forks may change which factors are confirmed: empty if no more than those are clean.

    Nor do more forks part factors all of whose forks are clean where none of placebo's is: any of them removes the
    event, and which two are confirmed is settled as ties are (`best`). Each is to have as many forks as it was given; a
    factor without a clean fork, or behind enough others, has none.
    """
    shares = {key: ledger.count(key).share for key, _count in arms if key.factor != PLACEBO}
    least = min(sorted(shares.values(), reverse=True)[:CONFIRMED_FACTORS], default=0.0)
    left = {key for key, share in shares.items() if share > 0 and share >= least}
    if len(left) <= CONFIRMED_FACTORS or all(_is_sure(ledger, key) for key in left):
        return []
    return [(key, count) for key, count in arms if key in left or any(key == other.placebo for other in left)]


def _is_sure(ledger: Ledger, key: ArmKey) -> bool:
    """Whether all forks of a factor are clean, and none of its placebo."""
    return ledger.count(key).share == 1.0 and ledger.count(key.placebo).share == 0.0


def _screening(trial: Trial, distances: Sequence[int], start: int, count: int) -> list[tuple[ArmKey, int]]:
    local = [name for name, change in trial.interventions.items() if not change.from_start]
    early = [name for name, change in trial.interventions.items() if change.from_start]
    keys = [ArmKey(Stage.SCREEN, name, distance) for distance in distances if local for name in (PLACEBO, *local)]
    keys += [ArmKey(Stage.SCREEN, name, start) for name in (PLACEBO, *early) if early]
    return [(key, count) for key in dict.fromkeys(keys)]


def is_futile(ledger: Ledger, key: ArmKey) -> bool:
    """Whether a factor in confirmation is no better than placebo so far; dropping it can only miss a cause."""
    if key.factor == PLACEBO or not ledger.results(key) or not ledger.results(key.placebo):
        return False
    count, placebo = ledger.count(key), ledger.count(key.placebo)
    return min(count.forks, placebo.forks) >= FUTILE_LEAST and count.share <= placebo.share


def is_plain(ledger: Ledger, distance: int) -> bool:
    """Whether screening from a start separated a factor from placebo, so that other starts are not needed."""
    keys = [k for k in ledger.keys(Stage.SCREEN) if k.factor != PLACEBO and k.distance == distance]
    return any(ledger.gain(key) >= PLAIN_GAIN for key in keys)


def best(ledger: Ledger, trial: Trial, distances: Sequence[int]) -> list[ArmKey]:
    """The two factors with the largest gain over placebo, each from its best start; fewer if fewer had any.

    Ties go to a factor that undoes a change, then to more progress, then to the order of factors. This is only the
    choice of what to confirm, with new nudges.
    """
    ranks = {name: rank for rank, name in enumerate(trial.interventions)}
    order = {distance: place for place, distance in enumerate(distances)}

    def merit(key: ArmKey) -> tuple[float, ...]:
        progress = ledger.progress(key)
        return (
            round(ledger.gain(key), 6),
            key.factor in trial.undoing,
            -order.get(key.distance, len(order)),
            progress if progress == progress else -1e9,
            -ranks[key.factor],
        )

    found: dict[str, ArmKey] = {}
    for key in sorted((k for k in ledger.keys(Stage.SCREEN) if k.factor != PLACEBO), key=merit, reverse=True):
        if ledger.gain(key) > 0:
            found.setdefault(key.factor, key)
    return list(found.values())[:CONFIRMED_FACTORS]


def confirmation(chosen: Iterable[ArmKey], forks: int) -> list[tuple[ArmKey, int]]:
    """The chosen arms and the placebo of each of their starts, with new nudges."""
    arms = [ArmKey(Stage.CONFIRM, key.factor, key.distance) for key in chosen]
    placebos = dict.fromkeys(key.placebo for key in arms)
    return [(key, forks) for key in (*placebos, *arms)]
