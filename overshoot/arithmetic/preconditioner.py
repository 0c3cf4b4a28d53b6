"""The step of an adaptive optimizer, coming or just made: numerator, denominator, and the ceiling of their ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overshoot.arithmetic.norms import norm

if TYPE_CHECKING:
    import torch

MOST_FOR_MEDIAN = 1 << 17  # elements; of more, evenly spaced ones stand for all


@dataclass(frozen=True)
class AdaptiveStep:
    """A step of Adam, AdamW or RMSprop: −η · numerator / denominator.

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

    def readings(self, most: int | None = None) -> dict[str, float]:
        """The columns that describe it; with `most`, the median is that of so many evenly spaced elements."""
        import torch

        count = sum(r.numel() for r in self.root)
        with torch.no_grad():
            root = torch.cat([r.reshape(-1) for r in self.root])
            update = torch._foreach_div(list(self.numerator), list(self.denominator()))
            lag = norm(self.gradients) / float(root.norm() or float("nan"))
        middle = root if most is None or count <= most else root[:: count // most + 1]
        found = {
            "denominator_median": float(middle.median()),
            "update_rms": norm(update) / count**0.5,
            "update_rms_ceiling": self.ceiling,
        }
        return found | ({"denominator_lag": lag} if lag == lag else {})


def coming(optimizer: Any, parameters: Sequence[Any], gradients: Sequence[Any]) -> AdaptiveStep | None:
    """The optimizer's next step from these gradients; None if it is not adaptive."""
    import torch

    group = optimizer.param_groups[0]
    states = [optimizer.state.get(p, {}) for p in parameters]
    with torch.no_grad():
        squares = torch._foreach_mul(list(gradients), list(gradients))
        if isinstance(optimizer, torch.optim.Adam):
            beta1, beta2 = group["betas"]
            m, v = _mean(states, "exp_avg", gradients, beta1), _mean(states, "exp_avg_sq", squares, beta2)
            if group.get("amsgrad"):
                v = list(torch._foreach_maximum(v, _kept(states, "max_exp_avg_sq", v)))
            return _of_adam(gradients, m, v, 1 + float(states[0].get("step", 0)), group)
        if isinstance(optimizer, torch.optim.RMSprop):
            return _of_rmsprop(gradients, _mean(states, "square_avg", squares, group["alpha"]), group)
    return None


def made(optimizer: Any, parameters: Sequence[Any], gradients: Sequence[Any]) -> AdaptiveStep | None:
    """The step that the optimizer has just made, from its state alone; None if it is not adaptive or has no state."""
    import torch

    group = optimizer.param_groups[0]
    states = [optimizer.state.get(p, {}) for p in parameters]
    with torch.no_grad():
        if isinstance(optimizer, torch.optim.Adam) and all("exp_avg" in s for s in states):
            kept = "max_exp_avg_sq" if group.get("amsgrad") else "exp_avg_sq"
            m, v = ([s[key].clone() for s in states] for key in ("exp_avg", kept))
            return _of_adam(gradients, m, v, float(states[0]["step"]), group)
        if isinstance(optimizer, torch.optim.RMSprop) and all("square_avg" in s for s in states):
            return _of_rmsprop(gradients, [s["square_avg"] for s in states], group)
    return None


def _of_adam(gradients: Sequence[Any], m: list[Any], v: list[Any], t: float, group: dict) -> AdaptiveStep:
    import torch

    beta1, beta2 = group["betas"]
    torch._foreach_div_(m, 1 - beta1**t)
    torch._foreach_div_(v, 1 - beta2**t)
    return AdaptiveStep(gradients, m, torch._foreach_sqrt(v), group["eps"], ceiling(beta1, beta2, t), 1 - beta1**t)


def _of_rmsprop(gradients: Sequence[Any], v: list[Any], group: dict) -> AdaptiveStep:
    import torch

    limit = 1 / math.sqrt(1 - group["alpha"])
    return AdaptiveStep(gradients, gradients, torch._foreach_sqrt(v), group["eps"], limit, 1.0)


def _kept(states: list[dict], key: str, like: Sequence[Any]) -> list[Any]:
    """The optimizer's state for each parameter; zeros before the first step."""
    import torch

    return [state[key] if key in state else torch.zeros_like(x) for state, x in zip(states, like)]


def _mean(states: list[dict], key: str, news: Sequence[Any], memory: float) -> list[Any]:
    """memory · old + (1 − memory) · new, in new tensors."""
    import torch

    old = torch._foreach_mul(_kept(states, key, news), memory)
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
