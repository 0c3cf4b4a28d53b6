"""No activation is set to zero: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class Dropout(Factor):
    """No activation is set to zero."""

    name = "dropout"
    rank = 23
    keys = ("dropout",)
    only_brought = True
    would_show = N_("The activations that dropout sets to zero caused it")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"dropout": 0.0}
