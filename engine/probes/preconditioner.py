"""The preconditioner of an adaptive optimizer's next step, read without side effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.probes.base import Moment


@dataclass(frozen=True)
class Coming:
    """The next step of Adam, AdamW or RMSprop: −η · numerator / denominator.

    Attributes
    ----------
    gradients : sequence of Tensor
        After clipping.
    numerator : sequence of Tensor
        m̂ of Adam, the gradient for RMSprop.
    root : sequence of Tensor
        √v̂, without ε.
    eps : float
    ceiling : float
        Upper bound of every component of numerator/root, see `ceiling`.
    """

    gradients: Sequence[torch.Tensor]
    numerator: Sequence[torch.Tensor]
    root: Sequence[torch.Tensor]
    eps: float
    ceiling: float
    share_of_mean: float

    def denominator(self) -> Sequence[torch.Tensor]:
        """√v̂ + ε."""
        import torch

        return torch._foreach_add(list(self.root), self.eps)

    def preconditioner(self) -> Sequence[torch.Tensor]:
        """The diagonal of P, with a step of −η P⁻¹ m: (1 − β₁ᵗ)(√v̂ + ε) for Adam (Cohen et al. 2022, eq. 2)."""
        import torch

        return torch._foreach_mul(list(self.denominator()), self.share_of_mean)


def coming(moment: Moment) -> Coming | None:
    """The optimizer's next step from the gradients of a moment; None if it is not adaptive."""
    import torch

    group = moment.optimizer.param_groups[0]
    with torch.no_grad():
        gradients = clipped(moment)
        if isinstance(moment.optimizer, torch.optim.Adam):
            return _of_adam(moment, gradients, group)
        if isinstance(moment.optimizer, torch.optim.RMSprop):
            return _of_rmsprop(moment, gradients, group)
    return None


def clipped(moment: Moment) -> list[torch.Tensor]:
    """The gradients after clipping by norm, if enabled."""
    import torch

    from overshoot.norms import norm

    gradients = list(moment.gradients)
    limit = moment.settings.get("clip_norm", "off")
    if isinstance(limit, str) or limit is None:
        return gradients
    length = norm(gradients)
    return list(torch._foreach_mul(gradients, float(limit) / length)) if length > float(limit) else gradients


def _of_adam(moment: Moment, gradients: list[torch.Tensor], group: dict) -> Coming:
    import torch

    beta1, beta2 = group["betas"]
    t = 1 + _steps(moment)
    m = _means(moment, "exp_avg", gradients, beta1)
    v = _means(moment, "exp_avg_sq", torch._foreach_mul(gradients, gradients), beta2)
    if group.get("amsgrad"):
        v = list(torch._foreach_maximum(v, _kept(moment, "max_exp_avg_sq", v)))
    torch._foreach_div_(m, 1 - beta1**t)
    torch._foreach_div_(v, 1 - beta2**t)
    return Coming(gradients, m, torch._foreach_sqrt(v), group["eps"], ceiling(beta1, beta2, t), 1 - beta1**t)


def _of_rmsprop(moment: Moment, gradients: list[torch.Tensor], group: dict) -> Coming:
    import torch

    v = _means(moment, "square_avg", torch._foreach_mul(gradients, gradients), group["alpha"])
    limit = 1 / math.sqrt(1 - group["alpha"])
    return Coming(gradients, gradients, torch._foreach_sqrt(v), group["eps"], limit, 1.0)


def _steps(moment: Moment) -> float:
    return float(moment.optimizer.state.get(moment.parameters[0], {}).get("step", 0))


def _kept(moment: Moment, key: str, like: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """The optimizer's state for each parameter; zeros before the first step."""
    import torch

    states = [moment.optimizer.state.get(p, {}) for p in moment.parameters]
    return [state[key] if key in state else torch.zeros_like(x) for state, x in zip(states, like)]


def _means(moment: Moment, key: str, news: Sequence[torch.Tensor], memory: float) -> list[torch.Tensor]:
    """memory · old + (1 − memory) · new, in new tensors."""
    import torch

    old = torch._foreach_mul(_kept(moment, key, news), memory)
    torch._foreach_add_(old, list(news), alpha=1 - memory)
    return list(old)


def ceiling(beta1: float, beta2: float, t: float) -> float:
    """Largest |m̂|/√v̂ that any sequence of t gradients can give one component of Adam.

    By Cauchy-Schwarz with the weights of both averages:
    (1 − β₁)/(1 − β₁ᵗ) · √((1 − β₂ᵗ)/(1 − β₂) · Σₖ₍₀…ₜ₋₁₎ (β₁²/β₂)ᵏ). For β₁ = 0 and t → ∞ it is RMSprop's 1/√(1 − ρ).

    Examples
    --------
    >>> ceiling(0.9, 0.999, 1), round(ceiling(0.0, 0.9, 1e9), 3), round(1 / 0.1**0.5, 3)
    (1.0, 3.162, 3.162)
    """
    ratio = beta1**2 / beta2 if beta2 else 0.0
    total = t if ratio == 1 else (1 - ratio**t) / (1 - ratio)
    return (1 - beta1) / (1 - beta1**t) * math.sqrt((1 - beta2**t) / (1 - beta2) * total)
