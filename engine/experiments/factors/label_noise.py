"""Wrong labels: were they the cause?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class LabelNoise(Factor):
    """Restores the true labels."""

    name = "label_noise"
    rank = 17
    keys = ("label_noise",)
    would_show = N_("Wrong labels caused it")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"label_noise": 0.0}
