"""The order of the samples: is the event tied to it?"""

from collections.abc import Mapping

from engine.events import EventKind
from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class Shuffle(Factor):
    """Shuffles in every epoch; if that is on already, draws samples with replacement at each step.

    With replacement there is no step at which every sample was seen once more (arXiv 2410.10056).
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
        """Whether only drawing with replacement is left to try."""
        is_marked = case.event.kind is EventKind.EPOCH_BOUNDARY
        return is_marked and case.settings["shuffle"] is True and case.has("replacement")
