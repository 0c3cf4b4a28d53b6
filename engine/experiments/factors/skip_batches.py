"""The mini-batches at the onset: were those samples the cause?"""

from collections.abc import Mapping

from engine.events import EventKind
from engine.experiments.case import Case, Intervention
from engine.experiments.factors.base import Factor
from engine.i18n import N_, _
from engine.run import Value

AROUND = 4
LASTING = (
    EventKind.KICK_IN,
    EventKind.PLATEAU,
    EventKind.STALLED,
    EventKind.EPOCH_BOUNDARY,
    EventKind.FLUCTUATION,
    EventKind.OVERFITTING,
)


class SkipBatches(Factor):
    """Skips the mini-batches around the onset (PaLM, arXiv 2204.02311, skipped 200 to 500)."""

    name = "skip_batches"
    rank = 8
    would_show = N_("The mini-batches at the onset were bad")

    def applies_to(self, case: Case) -> str | None:
        if case.event.kind in LASTING:
            return _("the event lasts too long to be caused by a few mini-batches")
        if case.batch_size >= case.samples:
            return _("every step uses all samples")
        if any(change.key in ("corrupt_batch", "label_noise") for change in case.changes):
            return _("the data were corrupted on purpose, and undoing that is the sharper test")
        return None

    def remedy(self, case: Case) -> Mapping[str, Value]:
        return {}

    def intervention(self, case: Case) -> Intervention:
        return Intervention(self.name, {}, skipped=AROUND)
