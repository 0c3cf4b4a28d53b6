"""The short last mini-batch: is it the cause?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class DropLast(Factor):
    """Leaves out a short last mini-batch."""

    name = "drop_last"
    rank = 10
    keys = ("drop_last",)
    would_show = N_("The short mini-batch at the end of each epoch caused it")

    def objects(self, case: Case) -> str | None:
        return None if case.has_short_batch else _("no mini-batch is short")

    def marks_epochs(self, case: Case) -> bool:
        return True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"drop_last": True}
