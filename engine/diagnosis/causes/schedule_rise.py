"""The learning rate was raised here."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="schedule_rise",
    text=N_("The learning rate was raised here, by a warm restart or the schedule"),
    confirm=N_("The learning rate's curve goes up at the same place"),
    refute=N_("The learning rate is constant or falling there"),
    source="schedule",
    weights={K.SPIKE: 0.03, K.OVERSHOOT: 0.05, K.LATE_RISE: 0.04, K.DIVERGED: 0.03, K.FLUCTUATION: 0.02},
    remedies=("gentler_schedule", "lower_lr"),
    signals=(
        (p.rises_as_rate_jumps, 100.0),  # all but proof: seen in the logged rate, against a share of .03 to .05
        (p.rises_at_record_rate, 30.0),  # proof: what follows a rate that the run had never known follows from it
        (p.rate_did_not_jump, 0.02),  # the logged rate refutes it
        (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
    ),
    # The lab raises rates as often as it does anything else; most schedules that people use only fall after a warm-up.
    met=((p.knows_no_rates, 0.6),),
    factors=("lr",),
)
