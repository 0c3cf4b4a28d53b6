"""The gradient norm: were single gradients far too long?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_
from engine.run import Value

FEW = 20  # rows


class ClipNorm(Factor):
    """Clips gradients to the median norm before the onset, or to 1 if the norm was not measured.

    For a run too short to show its usual norm, to a hundredth of the initial one.
    """

    name = "clip_norm"
    rank = 5
    keys = ("clip_norm",)
    would_show = N_("A few gradients, far longer than the rest, threw the weights off")
    is_limit = True

    def remedy(self, case: Case) -> Mapping[str, Value]:
        low, high = case.knobs["clip_norm"].low or 0.0, case.knobs["clip_norm"].high or 1e6
        usual = case.gradient_norm or 1.0
        if case.event.start < FEW:
            usual /= 100
        return {"clip_norm": min(max(usual, low), high)}
