"""The forward pass computes in 32 bits: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class Precision(Factor):
    """The forward pass computes in 32 bits."""

    name = "precision"
    rank = 25
    keys = ("precision",)
    only_brought = True
    would_show = N_("Numbers of 16 bits were too coarse or too narrow")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"precision": "float32"}
