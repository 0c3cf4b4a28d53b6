"""The batch size: is it sampling noise?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

GROW = 4


class BatchSize(Factor):
    """Four times the samples in a mini-batch, which halves the noise of the gradient; at most all of them."""

    name = "batch_size"
    rank = 7
    keys = ("batch_size",)
    would_show = N_("The noise of small mini-batches caused it")

    def objects(self, case: Case) -> str | None:
        if case.batch_size >= case.samples:
            return _("every step already uses all samples")
        return None

    def remedy(self, case: Case) -> Mapping[str, Value]:
        size = GROW * case.batch_size
        return {"batch_size": "full" if size >= case.samples else size}
