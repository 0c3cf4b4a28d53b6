"""The initial weights: did training start in a bad place?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

WIDEN = 5.0


class Initialisation(Factor):
    """Kaiming initialisation if the scenario offers it, else five times the standard deviation."""

    name = "init"
    rank = 13
    keys = ("init", "init_std")
    would_show = N_("The initial weights were too small or too large for the signal to pass")

    def objects(self, case: Case) -> str | None:
        return None if self.remedy(case) else _("the scenario offers no other initialisation")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        if case.has("init") and "kaiming" in case.knobs["init"].words:
            return {"init": "kaiming"}
        if case.has("init_std"):
            return {"init_std": WIDEN * float(case.settings["init_std"] or 0)}
        return {}
