"""Normalization: would the signal have passed with rescaled activations?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value


class Normalization(Factor):
    """Adds batch normalization."""

    name = "normalization"
    rank = 14
    keys = ("normalization",)
    would_show = N_("The difference between samples was lost on its way through the layers")

    def objects(self, case: Case) -> str | None:
        return None if "batch" in case.knobs["normalization"].words else _("the scenario offers no normalization")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"normalization": "batch"}
