"""One change put into a watched run from a step on, when its command is run again for a proof."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

from overshoot import levers

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
    """

    start: int
    levers: dict[str, Any] = field(default_factory=dict)
    nudge: tuple[float, int] | None = None
    until: int | None = None

    @classmethod
    def asked(cls) -> Change | None:
        """The change asked for by the environment; None if there is none."""
        text = os.environ.get(VARIABLE)
        if not text:
            return None
        found = json.loads(text)
        nudge = found.get("nudge")
        return cls(int(found["from"]), found.get("levers", {}), tuple(nudge) if nudge else None, found.get("until"))

    def attach(self, optimizer: Any, name: str) -> None:
        """Put the change into an optimizer's steps."""
        pulled = levers.Levers(optimizer, self.levers, name)
        counted = 0

        def before(*_args: Any) -> None:
            if counted == self.start and self.nudge is not None:
                levers.nudge(optimizer, *self.nudge)
            if counted >= self.start:
                pulled.before(counted + 1)

        def after(*_args: Any) -> None:
            nonlocal counted
            counted += 1
            if counted > self.start:
                pulled.after()

        optimizer.register_step_pre_hook(before)
        optimizer.register_step_post_hook(after)
