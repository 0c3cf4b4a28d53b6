"""What else is true of a training with a fault, beside what the fault itself accepts.

A log may be explained by several true sentences, and none of them is wrong to name. Each rule follows from what the
fault does to the training and from the face that shows; no detector and no ranking is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANY = ""

RULES = (
    # The weights of the last layer, or of all, are put near 0, where a deep network has a saddle, and the difference
    # between samples is as faint at the output.
    ("vanishing_signal", ANY, "flat_region"),
    ("flat_region", ANY, "vanishing_signal"),
    # The turn comes of few samples that are learned by heart, also while answers stay right.
    ("overconfident", ANY, "memorises"),
    # The loss rises where the rate does, since its steps are too long there.
    ("schedule_rise", "rise", "step_too_large"),
    # Steps that are far too long and only scatter the loss are steps that bounce around the minimum.
    ("step_too_large", "noise", "step_noise"),
)
"""Fault, face and the cause that is true, too."""


def right_of(label: Mapping[str, Any]) -> tuple[str, ...]:
    """All causes that are right of a run of the lab, or of those in PyTorch, by its label."""
    if "way" in label:  # a training in PyTorch, whose entry states all that is right
        return tuple(label["accepted"])
    also = [cause for fault, face, cause in RULES if fault == label["fault"] and face in (ANY, label["face"])]
    return tuple(dict.fromkeys([*label["accepted"], *also]))
