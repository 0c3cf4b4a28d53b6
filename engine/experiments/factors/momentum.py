"""Half of the momentum: the steps carry over less of the last ones: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class Momentum(Factor):
    """Half of the momentum: the steps carry over less of the last ones."""

    name = "momentum"
    rank = 21
    keys = ("momentum",)
    only_brought = True
    would_show = N_("Momentum carried the steps too far")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"momentum": float(case.settings["momentum"] or 0) / 2}
