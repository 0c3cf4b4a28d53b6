"""The logging of the loss: is the event only in the log?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value


class LossLogging(Factor):
    """Logs the loss of each step instead of an average of several."""

    name = "loss_logging"
    rank = 12
    keys = ("loss_logging",)
    would_show = N_("The curve showed how the loss was averaged, not what the training did")

    def change(self, case: Case) -> dict[str, Value]:
        return dict(self.remedy(case))

    def applies_to(self, case: Case) -> str | None:
        return super().applies_to(case) or self._same(case)

    def marks_epochs(self, case: Case) -> bool:
        return True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {"loss_logging": "step"}
