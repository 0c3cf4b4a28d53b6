"""One change put into a watched run from a step on, when its command is run again for a proof."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overshoot import levers, waiting

VARIABLE = "OVERSHOOT_FORK"


@dataclass
class Change:
    """What one rerun changes: ``{"from": 17, "levers": {...}, "nudge": [1e-3, 5], "until": 200}``.

    Attributes
    ----------
    start : int
        The first step that the change may touch is ``start + 1``.
    levers : dict
        What `levers.Levers` pulls.
    nudge : (float, int) or None
        Size and seed of a random change of the weights behind step `start`.
    until : int or None
        The process ends behind this step.
    waits_in : str or None
        A folder: the process waits in front of step ``start + 1`` and is forked there for each change asked for in it.
    leave, reopen : callable
        Called before the run waits, and in each fork with the folder of its rows.
    """

    start: int
    levers: dict[str, Any] = field(default_factory=dict)
    nudge: tuple[float, int] | None = None
    until: int | None = None
    waits_in: str | None = None
    leave: Callable[[], None] = lambda: None
    reopen: Callable[[str], None] = lambda folder: None

    @classmethod
    def asked(cls) -> Change | None:
        """The change asked for by the environment; None if there is none."""
        text = os.environ.get(VARIABLE)
        if not text:
            return None
        found = json.loads(text)
        nudge = found.get("nudge")
        nudge = tuple(nudge) if nudge else None
        return cls(int(found["from"]), found.get("levers", {}), nudge, found.get("until"), found.get("waits_in"))

    def attach(self, optimizer: Any, name: str) -> None:
        """Put the change into an optimizer's steps."""
        pulled: levers.Levers | None = None
        counted = 0

        def before(*_args: Any) -> None:
            nonlocal pulled
            if counted < self.start:
                return
            if self.waits_in is not None:
                self._wait(Path(self.waits_in))
            if pulled is None:
                pulled = levers.Levers(optimizer, self.levers, name)
            if counted == self.start and self.nudge is not None:
                levers.nudge(optimizer, *self.nudge)
            pulled.before(counted + 1)

        def after(*_args: Any) -> None:
            nonlocal counted
            counted += 1
            if counted > self.start and pulled is not None:
                pulled.after()

        optimizer.register_step_pre_hook(before)
        optimizer.register_step_post_hook(after)

    def _wait(self, place: Path) -> None:
        """Wait for a change; what follows happens in a fork."""
        self.waits_in = None
        self.leave()
        order = waiting.wait(place)
        nudge = order.get("nudge")
        self.levers, self.nudge = order.get("levers", {}), tuple(nudge) if nudge else None
        self.reopen(order["folder"])
