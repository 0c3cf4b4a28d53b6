"""The memory of the second moment: did the denominator follow the gradient too slowly, or decay too fast?"""

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

LONG = 0.99


class SecondMoment(Factor):
    """A long memory is shortened (0.9), a short one lengthened (0.99)."""

    name = "beta2"
    rank = 3
    keys = ("beta2", "rho")
    would_show = N_("The denominator of the step followed the gradient too late or forgot it too soon")

    def objects(self, case: Case) -> str | None:
        return None if case.is_adaptive else _("the optimizer keeps no second moment")

    def marks_epochs(self, case: Case) -> bool:
        # Memorised samples, and Adam's v that decays with β₂, cause steps at the boundary (arXiv 2410.10056).
        return case.settings.get("loss_logging") == "step"

    def remedy(self, case: Case) -> Mapping[str, Value]:
        key = "rho" if case.settings.get("optimizer") == "rmsprop" else "beta2"
        return {key: 0.9 if float(case.settings[key] or 0) >= LONG else LONG}
