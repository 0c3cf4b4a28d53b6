"""The mechanism of an epoch boundary."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from engine.events import EventKind
from engine.experiments.answers.base import Answer
from engine.experiments.factors.base import all_factors
from engine.experiments.ledger import Ledger
from engine.experiments.records import Finding, Stage
from engine.experiments.reference import Reference
from engine.i18n import N_, _

NAMES = {
    "loss_logging": N_("the loss is logged as an average over several steps, which restarts or carries over"),
    "shuffle": N_("the samples come in the same order in every epoch"),
    "drop_last": N_("the last mini-batch of the epoch is short"),
    "reduction": N_("the loss of the short last mini-batch is divided by the full size"),
    "replacement": N_("each sample is seen exactly once more in every epoch and was partly memorised"),
    "batch_size": N_("the last mini-batch of the epoch is short"),
}
CLEAR = 0.5  # share of clean forks above placebo's
UNNAMED = N_("none that the forks could switch off; memorised samples leave such marks")


class Mechanism(Answer):
    """Names the mechanism by the setting that removes the locking to the epoch; of equals, a non-default one."""

    name = "mechanism"
    kinds: ClassVar = (EventKind.EPOCH_BOUNDARY,)

    def find(self, reference: Reference, ledger: Ledger, is_cancelled: Callable[[], bool]) -> Finding | None:
        keys = [key for key in ledger.keys(Stage.SCREEN) if key.factor in NAMES]
        gains = {key.factor: ledger.gain(key) for key in keys}
        if not gains:
            return None
        case, factors = reference.case(), all_factors()
        best = max(gains, key=lambda name: (gains[name], bool(case.undone(factors[name].keys))))
        if gains[best] < CLEAR:
            return Finding(self.name, gains, {"mechanism": ""})
        changed = next(ledger.arm(key).setting for key in keys if key.factor == best)
        return Finding(self.name, gains, {"mechanism": "replacement" if "replacement" in changed else best})

    def text(self, finding: Finding) -> str:
        mechanism = NAMES.get(finding.words["mechanism"], UNNAMED)
        return _("The mechanism: {mechanism}.").format(mechanism=_(mechanism))
