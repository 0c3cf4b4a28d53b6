"""Too long a step at the start killed the units."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="dead_units",
    text=N_("Too long a step at the start killed the units: the network's output is constant"),
    confirm=N_("The output is the same for every input, at the targets' mean"),
    refute=N_("The outputs differ from sample to sample"),
    source="dead_relu measured",
    weights={K.STALLED: 0.2, K.PLATEAU: 0.04, K.OVERSHOOT: 0.05},
    remedies=("lower_lr", "standardize", "kaiming_init"),
    signals=(
        (s.run_has(K.OVERSHOOT), 2.0),  # the long step that kills them
        (s.setting_is("standardize", False), 2.0),  # large inputs make long steps
        (p.is_dead, 30.0),  # all but proof: one value again and again after it had moved
        (p.gradient_is_zero, 3.0),  # dead units pass none; frozen weights have none either
        (p.rate_is_tiny, 0.05),  # no step is long enough
    ),
    factors=("lr", "standardize", "init"),
)
