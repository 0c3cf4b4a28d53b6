"""The scale of the features: did it make the problem ill-conditioned?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class Standardize(Factor):
    """Scales every feature to mean 0 and standard deviation 1."""

    name = "standardize"
    rank = 15
    keys = ("standardize",)
    would_show = N_("The scale of the features made the loss too steep in one direction")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"standardize": True}
