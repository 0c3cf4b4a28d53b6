"""A value left the range of its number format."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="number_range",
    text=N_("A value left the range of its number format: half precision, the logarithm of 0, a division by 0"),
    confirm=N_("The loss is finite and level right up to the step before"),
    refute=N_("The loss grows over several steps before"),
    source="mixed_precision",
    weights={K.DIVERGED: 0.12},
    remedies=("check_precision", "clip_norm"),
    signals=(
        (s.is_abrupt, 6.0),  # a range is left at once, from a level loss
        (s.is_throughout, 6.0),  # a logarithm of 0 fails with the first weights
        (p.grew_before_nan, 0.2),  # growth before is what refutes it
        (p.gradient_is_no_number, 3.0),  # the backward pass left the range first
        (p.loss_scale_fell, 4.0),  # the scaler halves after each overflow
        (s.setting_is("precision", "float16", "fp16", "16", "16-mixed"), 3.0),  # 65 504 is the largest number
        (s.setting_is("precision", "float32", "fp32", "32", "32-true"), 0.3),  # 10³⁸ is seldom left
    ),
)
