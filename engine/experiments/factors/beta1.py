"""The memory of the first moment (or heavy-ball momentum): does carried-over speed matter?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

USUAL = 0.9


class FirstMoment(Factor):
    """β₁ up to 0.9 when it was shorter, else down to 0.5; heavy-ball momentum off when it was on."""

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
