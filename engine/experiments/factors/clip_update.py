"""The size of the scaled update: did the denominator allow steps that were too long?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class ClipUpdate(Factor):
    """Limits the root mean square of the scaled update to 1 (Wortsman et al., arXiv 2304.13013)."""

    name = "clip_update"
    rank = 6
    keys = ("clip_update",)
    would_show = N_("The denominator was too small for the next gradient")
    is_limit = True

    def objects(self, case: Case) -> str | None:
        return None if case.is_adaptive else _("the optimizer does not scale its update")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"clip_update": 1.0}
