"""Plan of the forks: screen the factors with few, confirm the best two with new nudges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.experiments.case import PLACEBO, Case, Intervention
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
SCREEN_FIRST, SCREEN_OTHER, SCREEN_LEAST = 4, 2, 2
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
    known = all_factors()
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

    They are ordered by that number, so that the arms are balanced when time runs out.
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


def scouting(distances: Sequence[int], cost: Mapping[int, float], seconds: float) -> list[tuple[ArmKey, int]]:
    """Placebo forks from each start: where chaos alone removes the event, factors cannot show anything."""
    arms = [(ArmKey(Stage.SCREEN, PLACEBO, distance), SCREEN_FIRST) for distance in distances]
    is_affordable = SCREEN_FIRST * sum(cost[distance] for distance in distances) <= seconds / 3
    return arms if is_affordable else [(key, SCREEN_LEAST) for key, _count in arms]


def by_contrast(ledger: Ledger, distances: Sequence[int]) -> tuple[int, ...]:
    """The starts by increasing share of clean placebo forks, ties in the given order."""
    shares = {distance: ledger.count(ArmKey(Stage.SCREEN, PLACEBO, distance)).share for distance in distances}
    return tuple(sorted(distances, key=lambda distance: shares[distance] if shares[distance] >= 0 else 2.0))


def screening(
    trial: Trial, distances: Sequence[int], start: int, cost: Mapping[int, float], seconds: float
) -> list[tuple[ArmKey, int]]:
    """Number of forks of each factor from the first of `distances`, as many as time allows.

    Factors that change the start of training fork only there. Placebo gets as many as the factors.

    Parameters
    ----------
    start : int
        Distance of step 0.
    cost : mapping of int to float
        Seconds per fork from each distance.
    seconds : float
        Total time of all workers, less what the confirmation needs.
    """
    wanted = _screening(trial, distances[:1], start, SCREEN_FIRST)
    return wanted if _seconds(wanted, cost) <= seconds else _screening(trial, distances[:1], start, SCREEN_LEAST)


def elsewhere(
    trial: Trial, distances: Sequence[int], cost: Mapping[int, float], seconds: float
) -> list[tuple[ArmKey, int]]:
    """The factors from the other starts, if the first did not separate them from placebo; empty without time."""
    local = Trial({n: c for n, c in trial.interventions.items() if not c.from_start}, {}, {})
    wanted = _screening(local, distances[1:], 0, SCREEN_OTHER)
    return wanted if _seconds(wanted, cost) <= seconds else []


def _screening(trial: Trial, distances: Sequence[int], start: int, count: int) -> list[tuple[ArmKey, int]]:
    local = [name for name, change in trial.interventions.items() if not change.from_start]
    early = [name for name, change in trial.interventions.items() if change.from_start]
    keys = [ArmKey(Stage.SCREEN, name, distance) for distance in distances if local for name in (PLACEBO, *local)]
    keys += [ArmKey(Stage.SCREEN, name, start) for name in (PLACEBO, *early) if early]
    return [(key, count) for key in dict.fromkeys(keys)]


def _seconds(arms: Iterable[tuple[ArmKey, int]], cost: Mapping[int, float]) -> float:
    return sum(count * cost[key.distance] for key, count in arms)


def is_hopeless(ledger: Ledger, key: ArmKey) -> bool:
    """Whether none of a factor's first forks was clean, so that the rest of its screening can be skipped."""
    count = ledger.count(key) if key.factor != PLACEBO and ledger.results(key) else None
    return count is not None and count.forks >= SCREEN_LEAST and not count.clean


def is_futile(ledger: Ledger, key: ArmKey) -> bool:
    """Whether a factor in confirmation is no better than placebo so far; dropping it can only miss a cause."""
    if key.factor == PLACEBO or not ledger.results(key) or not ledger.results(key.placebo):
        return False
    count, placebo = ledger.count(key), ledger.count(key.placebo)
    return min(count.forks, placebo.forks) >= SCREEN_FIRST and count.share <= placebo.share


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
