"""No pull of the weights towards zero: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class WeightDecay(Factor):
    """No pull of the weights towards zero."""

    name = "weight_decay"
    rank = 22
    keys = ("weight_decay",)
    only_brought = True
    would_show = N_("The pull of the weights towards zero caused it")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"weight_decay": 0.0}
