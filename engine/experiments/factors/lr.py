"""The learning rate: were the steps too long?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value

SHRINK = 3.0


class LearningRate(Factor):
    """A third of the learning rate: the smallest reduction that prevented every measured rise.

    Multiplying an adaptive optimizer's v by k is equivalent to √k here, so there is no factor for v.
    """

    name = "lr"
    rank = 1
    keys = ("lr",)
    would_show = N_("The steps were too long for the curvature they met")

    def marks_epochs(self, case: Case) -> bool:
        # Memorised samples, and Adam's v that decays with β₂, cause steps at the boundary (arXiv 2410.10056).
        return case.settings.get("loss_logging") == "step"

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"lr": float(case.settings["lr"] or 0) / SHRINK}
