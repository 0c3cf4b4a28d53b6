"""The order of the samples: is the event tied to it?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class Shuffle(Factor):
    """A new order in every epoch instead of the same."""

    name = "shuffle"
    rank = 9
    keys = ("shuffle",)
    would_show = N_("The same order of samples in every epoch did it")

    def objects(self, case: Case) -> str | None:
        return _("the samples are shuffled already") if case.settings["shuffle"] is True else None

    def marks_epochs(self, case: Case) -> bool:
        return True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"shuffle": True}
