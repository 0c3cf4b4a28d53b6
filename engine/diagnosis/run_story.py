"""A run in at most five sentences: what happened in order, what most likely caused it, what to try, what is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from engine.diagnosis.explanation import explain
from engine.events import Event
from engine.i18n import _
from engine.run import Run


def story(run: Run, events: Sequence[Event]) -> list[str]:
    """The run's story in the current language."""
    listed = sorted((e for e in events if e.is_listed), key=lambda e: e.start)
    if not listed:
        return [_("Nothing stands out")]
    gravest = max(listed, key=lambda e: (e.severity.rank, -e.start))
    return [explain(gravest, run, listed).sentence]
