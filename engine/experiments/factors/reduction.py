"""The divisor of the summed loss: is the event only arithmetic?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class Reduction(Factor):
    """Divides the loss of a short mini-batch by its own size, not by the nominal one."""

    name = "reduction"
    rank = 11
    keys = ("reduction",)
    would_show = N_("The loss of a short mini-batch was divided by the wrong number")

    def objects(self, case: Case) -> str | None:
        return None if case.has_short_batch else _("no mini-batch is short")

    def marks_epochs(self, case: Case) -> bool:
        return True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"reduction": "mean"}
