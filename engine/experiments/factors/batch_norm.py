"""BatchNorm uses its running statistics, not those of the mini-batch: on a person's own training."""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class BatchNorm(Factor):
    """BatchNorm uses its running statistics, not those of the mini-batch."""

    name = "batch_norm"
    rank = 24
    keys = ("batch_norm",)
    only_brought = True
    would_show = N_("The statistics of single mini-batches caused it")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"batch_norm": "running"}
