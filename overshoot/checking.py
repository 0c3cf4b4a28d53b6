"""Finds out whether a brought training can be rewound bit for bit."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from overshoot.loop import Loop
from overshoot.own_trainee import OwnTrainee
from overshoot.states import first_difference, through_bytes

STEPS = 20
LONGEST_EPOCH = 400  # steps trained to reach an epoch's end; a longer epoch is checked within only

EXACT, WORKERS, NOT_EXACT = "exact", "exact with workers restarted", "not exact"

Own = Loop[OwnTrainee]


def check(build: Callable[[], Own], is_stopped: Callable[[], bool] = lambda: False) -> Iterator[dict[str, Any]]:
    """Train, rewind in mid-epoch and at an epoch's end, and compare; the last thing yielded has ``verdict``.

    Every comparison is of 20 steps with a training built anew, from the start or from a state that went through a file:
    first the losses, then everything that has a state.
    """
    first = build()
    length = first.trainee.updates_per_epoch
    points = [min(STEPS, max(1, length // 2) if length else STEPS)]
    if length and points[0] < length <= LONGEST_EPOCH and first.trainee.training.epochs != 1:
        points.append(length)
    until = max(points) + STEPS
    states: dict[int, Any] = {}
    ends: dict[int, Any] = {}
    losses: list[float] = []
    wanted = {*points}
    stops = {p + STEPS for p in (0, *points)}
    while first.step < until and not is_stopped():
        row = first.next()
        if row is None:
            break
        losses.append(row["loss"])
        if first.step in wanted:
            states[first.step] = through_bytes(first.state())
        if first.step in stops:
            ends[first.step] = first.state()
        yield {"step": first.step, "until": until}
    reached = first.step
    keeps_workers = first.trainee.feed.keeps_workers
    checked = []
    for point in (0, *[p for p in points if p in states]):
        if is_stopped():
            return
        found = _compare(build(), states.get(point), losses, min(STEPS, reached - point), ends.get(point + STEPS))
        checked.append(point)
        yield {"checked": point}
        if found is not None:
            yield {"verdict": NOT_EXACT, "first": {"from": point, **found}, "checked": checked}
            return
    yield {"verdict": WORKERS if keeps_workers else EXACT, "first": None, "checked": checked}


def _compare(
    loop: Own,
    state: Mapping[str, Any] | None,
    losses: list[float],
    steps: int,
    end: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    """The first difference within so many steps: its step, and the number or object; None if there is none."""
    if state is not None:
        loop.restore(state)
    for _step in range(steps):
        row = loop.next()
        expected = losses[loop.step - 1] if row is not None else None
        if row is None or struct.pack("d", row["loss"]) != struct.pack("d", expected):
            return {"step": loop.step if row is not None else loop.step + 1, "object": "loss"}
    if end is None:
        return None
    name = first_difference(end, loop.state())
    return None if name is None else {"step": loop.step, "object": name}
