"""The order of the samples: is the event tied to it?"""

from collections.abc import Mapping

from engine.events import EventKind
from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class Shuffle(Factor):
    """A new order in every epoch instead of the same; where there is one, samples drawn anew at each step.

    With replacement an epoch has no end at which every sample was seen once more (arXiv 2410.10056).
    """

    name = "shuffle"
    rank = 9
    keys = ("shuffle",)
    would_show = N_("The order of the samples within an epoch caused it")

    def objects(self, case: Case) -> str | None:
        if case.settings["shuffle"] is True and not self._draws(case):
            return _("the samples are already shuffled")
        return None

    def marks_epochs(self, case: Case) -> bool:
        return True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"replacement": True} if self._draws(case) else {"shuffle": True}

    @staticmethod
    def _draws(case: Case) -> bool:
        """Whether drawing with replacement is what is left to try."""
        is_marked = case.event.kind is EventKind.EPOCH_BOUNDARY
        return is_marked and case.settings["shuffle"] is True and case.has("replacement")
