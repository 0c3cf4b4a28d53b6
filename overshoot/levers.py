"""What can be changed in the steps of any optimizer of torch, without knowing the code that calls it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

PLAIN = ("lr", "eps", "momentum", "weight_decay", "nesterov", "dampening")
LR_FACTOR, CLIP_NORM, CLIP_UPDATE, HOLD_LR = "lr_factor", "clip_norm", "clip_update", "hold_lr"


class Levers:
    """Pulls around each step: the groups get their own values back behind it, so that no scheduler notices.

    Parameters
    ----------
    wanted : mapping
        ``lr_factor`` multiplies the rate; ``lr``, ``beta1``, ``beta2``, ``rho``, ``eps``, ``momentum``,
        ``weight_decay``, ``amsgrad`` are values; ``clip_norm`` bounds the gradient's norm; ``clip_update`` the RMS of
        the update in units of the rate; ``hold_lr`` keeps the rate that the first step met. A key that ends in
        ``/NAME`` concerns the optimizer of that name only.
    """

    def __init__(self, optimizer: Any, wanted: Mapping[str, Any], name: str = "") -> None:
        self.optimizer = optimizer
        self.wanted = own(wanted, name)
        self._held: list[float] | None = None
        self._saved: list[dict[str, Any]] = []
        self._weights: list[tuple[Any, Any]] = []

    def before(self, _step: int = 0) -> None:
        """Pull; call it right before the step."""
        if not self.wanted:
            return
        groups = self.optimizer.param_groups
        self._saved = [
            {key: group[key] for key in ("lr", *_keys(self.wanted, group)) if key in group} for group in groups
        ]
        for place, group in enumerate(groups):
            self._pull(group, place)
        if CLIP_NORM in self.wanted:
            clip_gradients(self.optimizer, float(self.wanted[CLIP_NORM]))
        if CLIP_UPDATE in self.wanted:
            parameters = [p for group in groups for p in group["params"] if p.grad is not None]
            self._weights = [(p, p.detach().clone()) for p in parameters]

    def _pull(self, group: dict[str, Any], place: int) -> None:
        wanted = self.wanted
        if wanted.get(HOLD_LR):
            if self._held is None:
                self._held = [g["lr"] for g in self.optimizer.param_groups]
            group["lr"] = self._held[place]
        for key in PLAIN:
            if key in wanted and key in group:
                group[key] = wanted[key]
        if "rho" in wanted and "alpha" in group:
            group["alpha"] = wanted["rho"]
        if "betas" in group:
            first, second = group["betas"]
            group["betas"] = (wanted.get("beta1", first), wanted.get("beta2", second))
        if LR_FACTOR in wanted:
            group["lr"] = group["lr"] * wanted[LR_FACTOR]
        if "amsgrad" in wanted and "amsgrad" in group:
            set_amsgrad(self.optimizer, group, bool(wanted["amsgrad"]))

    def after(self) -> None:
        """Let go; call it right behind the step."""
        if self._weights:
            rate = float(self.optimizer.param_groups[0]["lr"])
            shorten(self._weights, float(self.wanted[CLIP_UPDATE]), rate)
            self._weights = []
        for group, saved in zip(self.optimizer.param_groups, self._saved):
            group.update(saved)
        self._saved = []


def _keys(wanted: Mapping[str, Any], group: Mapping[str, Any]) -> list[str]:
    """The keys of a group that are pulled and put back; `amsgrad` stays, because its state stays."""
    found = [key for key in PLAIN if key in wanted]
    found += ["alpha"] if "rho" in wanted else []
    return found + (["betas"] if {"beta1", "beta2"} & set(wanted) and "betas" in group else [])


def own(wanted: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The part of `wanted` that concerns the optimizer of a name.

    Examples
    --------
    >>> own({"lr_factor": 0.5, "eps/g": 1e-8, "eps/d": 1e-6}, "g")
    {'lr_factor': 0.5, 'eps': 1e-08}
    """
    found = {}
    for key, value in wanted.items():
        plain, slash, whose = key.partition("/")
        if not slash or whose == name:
            found[plain] = value
    return found


def set_amsgrad(optimizer: Any, group: dict[str, Any], is_on: bool) -> None:
    """Switch AMSGrad with the state that it needs; its maximum begins at the present second moment."""
    group["amsgrad"] = is_on
    for parameter in group["params"]:
        state = optimizer.state.get(parameter)
        if not state:
            continue
        if is_on:
            state.setdefault("max_exp_avg_sq", state["exp_avg_sq"].clone())
        else:
            state.pop("max_exp_avg_sq", None)


def clip_gradients(optimizer: Any, limit: float) -> None:
    """Scale the gradients so that their norm is at most `limit`; what a scaler multiplied by is taken into account."""
    import torch

    scale = getattr(optimizer, "grad_scale", None)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    torch.nn.utils.clip_grad_norm_(parameters, limit * (float(scale) if scale is not None else 1.0))


def shorten(weights: Iterable[tuple[Any, Any]], limit: float, rate: float) -> None:
    """Move back along a step whose RMS in units of the rate exceeds `limit`; pairs of parameter and weights before."""
    import torch

    pairs = list(weights)
    with torch.no_grad():
        squares = sum(float(torch.linalg.vector_norm(p.detach() - old)) ** 2 for p, old in pairs)
        count = sum(old.numel() for _p, old in pairs)
        rms = math.sqrt(squares / count) / rate if count and rate else 0.0
        if rms > limit:
            for parameter, old in pairs:
                parameter.copy_(old + (parameter - old) * (limit / rms))


def nudge_weights(parameters: Iterable[Any], size: float, seed: int) -> None:
    """Multiply weights by ``1 + size · N(0, 1)``, drawn from a generator of its own on the CPU."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in parameters:
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            parameter.mul_((1 + size * noise).to(parameter))


def nudge(optimizer: Any, size: float, seed: int) -> None:
    """Nudge all weights of an optimizer."""
    nudge_weights((p for group in optimizer.param_groups for p in group["params"]), size, seed)
