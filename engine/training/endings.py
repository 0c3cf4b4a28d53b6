"""Reasons for the end of a run."""

from __future__ import annotations

from enum import StrEnum

from engine.i18n import N_, _
from engine.run_warnings import NOT_FINITE_TEXT


class EndReason(StrEnum):
    """The planned end, or a loss that was non-finite for 20 steps."""

    COMPLETE = "complete"
    NON_FINITE = "non_finite"

    @property
    def text(self) -> str:
        """The reason in the current language."""
        return _(_TEXTS[self])


_TEXTS = {
    EndReason.COMPLETE: N_("All epochs are done"),
    EndReason.NON_FINITE: NOT_FINITE_TEXT,
}
