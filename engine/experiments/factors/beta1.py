"""The memory of the first moment, or momentum: do past gradients drive the steps?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

USUAL = 0.9


class FirstMoment(Factor):
    """β₁ raised to 0.9 if it was smaller, else lowered to 0.5; heavy-ball momentum switched off."""

    name = "beta1"
    rank = 2
    keys = ("beta1", "momentum")
    would_show = N_("The memory of past gradients drove the steps")

    def objects(self, case: Case) -> str | None:
        if case.settings.get("optimizer") in ("adam", "adamw", "momentum"):
            return None
        return _("the optimizer keeps no first moment")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        if case.settings.get("optimizer") == "momentum":
            return {"momentum": 0.0}
        return {"beta1": USUAL if float(case.settings["beta1"] or 0) < USUAL else 0.5}
