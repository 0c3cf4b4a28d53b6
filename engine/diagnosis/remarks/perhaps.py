"""What may be an event, and is not clear enough to be called one: the judges of the detectors find it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagnosis.facts import Facts
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import PERHAPS, Remark


def _find(_facts: Facts) -> Iterator[Remark]:
    """None by itself: `engine.detectors.watch.Watch.perhaps` has them, since a judge sees more than the numbers."""
    yield from ()


MAYBE = RemarkKind(
    PERHAPS,
    # Translators: {kind} is the title of a kind of event, such as "Spike"; {where} and {until} are "step 200".
    N_("Perhaps “{kind}”, {where} to {until}: not clear enough to be called one"),
    _find,
)
