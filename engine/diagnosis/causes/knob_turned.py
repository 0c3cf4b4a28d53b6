"""A setting was changed by hand shortly before; it is ranked by that alone."""

from __future__ import annotations

from engine.diagnosis.causes.base import CauseEntry
from engine.i18n import N_

KNOB = CauseEntry(
    key="knob_turned",
    text=N_("“{key}” was changed from {before} to {after} shortly before, {where}"),
    confirm=N_("Reverting it before that step prevents the event"),
    refute=N_("The same happens in a run without the change"),
    source="definition",
    weights={},
    remedies=("undo_knob",),
)
