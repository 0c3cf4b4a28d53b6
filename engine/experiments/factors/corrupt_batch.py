"""A corrupted mini-batch: was it the cause?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class CorruptBatch(Factor):
    """The same training with the mini-batch intact."""

    name = "corrupt_batch"
    rank = 18
    keys = ("corrupt_batch",)
    would_show = N_("A corrupted mini-batch caused it")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"corrupt_batch": False}
