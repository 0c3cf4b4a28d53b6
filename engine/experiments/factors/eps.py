"""The floor of the denominator: was it too small to limit steps, or too large to allow any?"""

from collections.abc import Mapping

from engine.events import EventKind
from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

LARGE, SMALL = 1e-3, 1e-15
STUCK = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED)


class Epsilon(Factor):
    """1e-3 against steps that are too long; 1e-15 on a plateau, since gradients below ε are not normalised."""

    name = "eps"
    rank = 4
    keys = ("eps",)
    would_show = N_("The floor of the denominator decided the length of the step")

    def objects(self, case: Case) -> str | None:
        return None if case.is_adaptive else _("the optimizer has no denominator")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"eps": SMALL if case.event.kind in STUCK else LARGE}
