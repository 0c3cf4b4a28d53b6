"""The preconditioner of an adaptive optimizer's next step, read without side effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overshoot.arithmetic import preconditioner
from overshoot.arithmetic.norms import norm

if TYPE_CHECKING:
    import torch

    from engine.probes.base import Moment


def coming(moment: Moment) -> preconditioner.AdaptiveStep | None:
    """The optimizer's next step from the gradients of a moment; None if it is not adaptive."""
    return preconditioner.coming(moment.optimizer, moment.parameters, clipped(moment))


def clipped(moment: Moment) -> list[torch.Tensor]:
    """The gradients after clipping by norm, if enabled."""
    import torch

    gradients = list(moment.gradients)
    limit = moment.settings.get("clip_norm", "off")
    if isinstance(limit, str) or limit is None:
        return gradients
    length = norm(gradients)
    return list(torch._foreach_mul(gradients, float(limit) / length)) if length > float(limit) else gradients
