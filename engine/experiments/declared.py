"""Factors for the knobs that a person's own training declares: each undoes a value that was changed."""

from __future__ import annotations

from collections.abc import Mapping

from engine.experiments.case import Case
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

RANK = 100


class DeclaredKnob(Factor):
    """Gives a knob of ``build`` its default back; what else to try only the person knows."""

    rank = RANK
    would_show = N_("The changed knob of the training caused it")
    only_brought = True

    def applies_to(self, case: Case) -> str | None:
        return None if case.undone(self.keys) else _("it has the value that build declares")

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {}


def declared_factors(case: Case, taken: Mapping[str, type[Factor]]) -> dict[str, type[Factor]]:
    """A factor for each knob that no other one concerns, by name."""
    covered = {key for factor in taken.values() for key in factor.keys}
    names = [key for key in case.knobs if key not in covered and key not in taken]
    return {name: type(f"Declared_{name}", (DeclaredKnob,), {"name": name, "keys": (name,)}) for name in names}
