"""A second moment that never shrinks: did a shrinking denominator lengthen the steps?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class AMSGrad(Factor):
    """v̂ₜ = max(v̂ₜ₋₁, vₜ) (Reddi et al., arXiv 1904.09237)."""

    name = "amsgrad"
    rank = 16
    keys = ("amsgrad",)
    would_show = N_("The denominator shrank, so the steps grew")

    def objects(self, case: Case) -> str | None:
        return None if case.settings.get("optimizer") in ("adam", "adamw") else _("only Adam has AMSGrad")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"amsgrad": True}
