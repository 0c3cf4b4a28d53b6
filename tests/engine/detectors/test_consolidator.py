"""Which event explains which other one: a case and a near miss for each rule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from engine.detectors.claims.consolidator import absorbs, consolidate, echoes
from engine.detectors.epochs.mechanism import Mechanism
from engine.events import Event, EventKind, EventState, Severity
from engine.series import LossSeries, Role

K = EventKind
PAIR = (LossSeries("loss"), LossSeries("val_loss", Role.VALIDATION, partner="loss"))


@dataclass(frozen=True)
class Said:
    """First and last row of an event, and the evidence that the rule asks for."""

    start: int
    end: int
    evidence: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """What the graver event explains, and what is so near that it might."""

    graver: Said
    explained: tuple[Said, ...]
    not_explained: tuple[Said, ...]


def epoch(mechanism: int, **evidence: float) -> Said:
    """Epochs of 50 rows with their first boundary at row 100."""
    return Said(100, 400, {"period_rows": 50, "phase_row": 100, "mechanism": mechanism, **evidence})


def scatter(start: int, end: int, relative: float) -> Said:
    return Said(start, end, {"scatter_relative": relative})


def high(start: int, factor: float) -> Said:
    return Said(start, start, {"height_factor": factor})


# Explained although it began before, as long as the two overlap.
OVERLAPPING = Case(
    Said(100, 200), (Said(90, 100), Said(150, 160), Said(200, 300)), (Said(90, 99), Said(201, 210), Said(0, 20))
)
# Explained if it begins within the graver event, however long it lasts.
BEGUN_WITHIN = Case(Said(100, 200), (Said(100, 100), Said(200, 300)), (Said(99, 150), Said(201, 210)))
# At a boundary means within a tenth of an epoch of it, and over before the next one.
AT_A_BOUNDARY = Case(
    epoch(Mechanism.LAST_BATCH),
    (Said(100, 100), Said(155, 160), Said(195, 230)),
    (Said(106, 110), Said(125, 126), Said(194, 196), Said(150, 200), Said(50, 51), Said(450, 451)),
)
FLAT_OR_FALL = Case(
    epoch(Mechanism.LAST_BATCH),
    (Said(50, 60), Said(125, 175), Said(400, 450)),
    (Said(49, 60), Said(125, 176), Said(401, 420)),
)

NAN_AS_ZERO = Case(
    Said(100, 200, {"first_non_finite_row": 100.0}), (Said(80, 100), Said(120, 140)), (Said(80, 99), Said(10, 20))
)

CASES: dict[tuple[EventKind, EventKind], Case] = {
    (K.DIVERGED, K.SPIKE): OVERLAPPING,
    (K.DIVERGED, K.OVERSHOOT): OVERLAPPING,
    (K.DIVERGED, K.LATE_RISE): OVERLAPPING,
    (K.DIVERGED, K.STALLED): OVERLAPPING,
    (K.DIVERGED, K.FLUCTUATION): BEGUN_WITHIN,
    (K.DIVERGED, K.PLATEAU): NAN_AS_ZERO,
    (K.DIVERGED, K.KICK_IN): NAN_AS_ZERO,
    (K.EPOCH_BOUNDARY, K.SPIKE): AT_A_BOUNDARY,
    (K.EPOCH_BOUNDARY, K.OVERSHOOT): AT_A_BOUNDARY,
    (K.EPOCH_BOUNDARY, K.LATE_RISE): AT_A_BOUNDARY,
    (K.EPOCH_BOUNDARY, K.FLUCTUATION): Case(
        epoch(Mechanism.STEP, change_at_boundary=-0.2),
        (scatter(90, 100, 0.2), scatter(150, 900, 0.1)),
        (scatter(150, 900, 0.21), scatter(90, 99, 0.1), scatter(401, 500, 0.1)),
    ),
    (K.OVERFITTING, K.LATE_RISE): OVERLAPPING,
    (K.OVERSHOOT, K.SPIKE): BEGUN_WITHIN,
    (K.LATE_RISE, K.SPIKE): BEGUN_WITHIN,
    (K.FLUCTUATION, K.SPIKE): Case(
        scatter(100, 200, 0.1),  # five scatters of the logarithm are a factor of 1.65
        (high(100, 1.64), Said(150, 150)),
        (high(150, 1.66), high(99, 1.2), high(201, 1.2)),
    ),
    (K.SPIKE, K.KICK_IN): Case(
        Said(100, 109), (Said(100, 120), Said(118, 138)), (Said(119, 130), Said(99, 110), Said(118, 139))
    ),
    (K.OVERSHOOT, K.PLATEAU): Case(Said(100, 200), (Said(100, 150), Said(300, 900)), (Said(99, 150), Said(301, 310))),
    (K.OVERSHOOT, K.KICK_IN): Case(Said(100, 200), (Said(100, 150), Said(300, 900)), (Said(99, 150), Said(301, 310))),
    (K.EPOCH_BOUNDARY, K.PLATEAU): FLAT_OR_FALL,
    (K.EPOCH_BOUNDARY, K.KICK_IN): FLAT_OR_FALL,
}
# What a sawtooth makes of its own, beside the rows above, which are those of a short last mini-batch.
OF_A_REPEATED_ORDER = Case(
    epoch(Mechanism.REPEATED_ORDER), (Said(125, 130), Said(50, 99)), (Said(125, 175), Said(49, 60))
)
OF_A_SAWTOOTH = Case(epoch(Mechanism.RUNNING_MEAN), (Said(125, 300), Said(50, 399)), (Said(49, 300), Said(401, 460)))
OF_A_TOOTH = Case(
    epoch(Mechanism.STEP),
    (Said(66, 99), Said(70, 96), Said(110, 149), Said(360, 400)),
    (Said(125, 130), Said(160, 190), Said(80, 97), Said(130, 151), Said(49, 97), Said(390, 420), Said(420, 449)),
)
SAWTEETH: list[tuple[EventKind, EventKind, Case]] = [
    *((K.EPOCH_BOUNDARY, kind, OF_A_REPEATED_ORDER) for kind in (K.SPIKE, K.OVERSHOOT, K.LATE_RISE)),
    *((K.EPOCH_BOUNDARY, kind, OF_A_TOOTH) for kind in (K.OVERSHOOT, K.LATE_RISE)),
    *((K.EPOCH_BOUNDARY, kind, OF_A_SAWTOOTH) for kind in (K.PLATEAU, K.KICK_IN)),
]
ECHOED = {
    (K.DIVERGED, K.DIVERGED): Case(
        OVERLAPPING.graver,
        OVERLAPPING.explained,
        (*OVERLAPPING.not_explained, Said(100, 110, {"first_non_finite_row": 100.0})),
    ),
    (K.DIVERGED, K.SPIKE): OVERLAPPING,
    (K.DIVERGED, K.FLUCTUATION): OVERLAPPING,
    (K.OVERSHOOT, K.FLUCTUATION): OVERLAPPING,
    (K.LATE_RISE, K.SPIKE): OVERLAPPING,
    (K.LATE_RISE, K.FLUCTUATION): OVERLAPPING,
    (K.SPIKE, K.SPIKE): OVERLAPPING,
}


def event(kind: EventKind, said: Said, series: str, name: str) -> Event:
    return Event(name, kind, series, said.start, said.end, said.end, Severity.INFO, 0.5, said.evidence)


def is_absorbed(graver: Event, other: Event, series: tuple[LossSeries, ...] = ()) -> bool:
    """Whether the second event of the two is marked as explained by the first."""
    found = next(e for e in consolidate([other, graver], series) if e.id == other.id)
    assert found in (other, replace(other, state=EventState.ABSORBED, absorbed_by=graver.id))
    return not found.is_listed


ROWS = [(*kinds, case) for kinds, case in CASES.items()] + SAWTEETH


@pytest.mark.parametrize(("graver", "kind", "case"), ROWS, ids=[f"{a}-{b}" for a, b, _ in ROWS])
def test_what_a_graver_event_explains_is_absorbed_and_a_near_miss_is_not(graver, kind, case) -> None:
    cause = event(graver, case.graver, "loss", "graver")
    for said in case.explained:
        assert is_absorbed(cause, event(kind, said, "loss", "other")), said
        assert not is_absorbed(cause, event(kind, said, "another_loss", "other")), "of a series that is not beside it"
    for said in case.not_explained:
        assert not is_absorbed(cause, event(kind, said, "loss", "other")), said


@pytest.mark.parametrize(("graver", "kind"), ECHOED, ids=[f"{a}-{b}" for a, b in ECHOED])
def test_what_shakes_the_weights_is_told_once_and_not_of_the_validation_loss_too(graver, kind) -> None:
    case = ECHOED[graver, kind]
    cause = event(graver, case.graver, "loss", "graver")
    for said in case.explained:
        echo = event(kind, said, "val_loss", "other")
        assert is_absorbed(cause, echo, PAIR), said
        assert not is_absorbed(cause, echo), "two series that do not belong together"
        assert not is_absorbed(replace(cause, series="val_loss"), replace(echo, series="loss"), PAIR), "the other way"
    for said in case.not_explained:
        assert not is_absorbed(cause, event(kind, said, "val_loss", "other"), PAIR), said


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(absorbs())
    assert set(ECHOED) == set(echoes())


@pytest.mark.parametrize("graver", EventKind)
@pytest.mark.parametrize("kind", EventKind)
def test_two_events_without_a_rule_are_both_told(graver: EventKind, kind: EventKind) -> None:
    evidence = {"period_rows": 50, "phase_row": 100, "mechanism": Mechanism.STEP, "scatter_relative": 0.1}
    said = Said(100, 110, {**evidence, "change_at_boundary": 0.5})
    for series, cases in (("loss", CASES), ("val_loss", ECHOED)):
        if (graver, kind) not in cases:
            cause, other = event(graver, said, "loss", "graver"), event(kind, said, series, "other")
            assert not is_absorbed(cause, other, PAIR)


def test_the_result_is_sorted_and_the_order_of_the_events_changes_nothing() -> None:
    events = [
        event(K.SPIKE, Said(150, 155), "loss", "spike"),
        event(K.DIVERGED, Said(100, 200), "loss", "diverged"),
        event(K.SPIKE, Said(20, 22), "loss", "early"),
        event(K.PLATEAU, Said(20, 40), "loss", "flat"),
    ]
    found = consolidate(events)
    assert found == consolidate(reversed(events))
    assert [(e.id, e.absorbed_by) for e in found] == [
        ("flat", None),
        ("early", None),
        ("diverged", None),
        ("spike", "diverged"),
    ]


def test_an_event_is_absorbed_by_the_first_that_explains_it() -> None:
    overshoot = event(K.OVERSHOOT, Said(90, 300), "loss", "overshoot")
    diverged = event(K.DIVERGED, Said(100, 200), "loss", "diverged")
    spike = event(K.SPIKE, Said(150, 151), "loss", "spike")
    assert [(e.id, e.absorbed_by) for e in consolidate([spike, diverged, overshoot])] == [
        ("overshoot", "diverged"),
        ("diverged", None),
        ("spike", "overshoot"),
    ]


@pytest.mark.parametrize(
    ("graver", "kind"),
    [(K.OVERSHOOT, K.SPIKE), (K.LATE_RISE, K.SPIKE), (K.OVERSHOOT, K.PLATEAU), (K.FLUCTUATION, K.SPIKE)],
)
def test_climbs_and_fluctuations_explain_nothing_that_is_likelier(graver: EventKind, kind: EventKind) -> None:
    evidence = {"scatter_relative": 0.1}
    around = Event("loss/a/0", graver, "loss", 100, 300, 300, Severity.WARNING, 0.5, evidence)
    inside = Event("loss/b/0", kind, "loss", 150, 160, 160, Severity.INFO, 0.4)
    assert not consolidate([around, inside])[1].is_listed
    assert consolidate([around, replace(inside, confidence=0.6)])[1].is_listed


@pytest.mark.parametrize("kind", [kind for kind, other in ECHOED if kind is other])
def test_of_an_event_and_its_echo_the_likelier_is_told(kind: EventKind) -> None:
    for said in ECHOED[kind, kind].explained:
        training = event(kind, ECHOED[kind, kind].graver, "loss", "training")
        echo = replace(event(kind, said, "val_loss", "echo"), confidence=0.6)
        assert [e.id for e in consolidate([training, echo], PAIR) if e.is_listed] == ["echo"]
        around = event(K.FLUCTUATION, Said(0, 1000, {"scatter_relative": 9.0}), "val_loss", "around")
        hiding = [training, echo, replace(around, confidence=0.9)]
        told = [e.id for e in consolidate(hiding, PAIR) if e.is_listed]
        assert "training" in told or kind is not K.SPIKE, "what hides the echo says nothing of the training loss"
