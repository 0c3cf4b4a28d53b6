"""The schedule stops, and the learning rate stays as it is: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class HoldRate(Factor):
    """The schedule stops, and the learning rate stays as it is."""

    name = "hold_lr"
    rank = 26
    keys = ("hold_lr",)
    only_brought = True
    would_show = N_("The schedule changed the learning rate at the wrong time")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"hold_lr": True}
