"""Optimizers from settings, and the size of a step before it is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType

import torch

from engine.run import Value
from overshoot.levers import set_amsgrad

HYPERPARAMETERS = ("beta1", "beta2", "eps", "momentum", "rho", "weight_decay")
_LEFT_ALONE = "__dynamo_disable"  # internal to torch (`torch._compile`); by another name the compiler is loaded
_FALLBACK = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum": 0.9, "rho": 0.9, "weight_decay": 0.0, "lr": 1e-3}


def make_optimizer(parameters: Iterable[torch.nn.Parameter], settings: Mapping[str, Value]) -> torch.optim.Optimizer:
    """Create the optimizer named in the settings.

    Adam and SGD are torch's fused kernels: a third faster than its loops at batch size 1.
    """
    spare_compiler()
    kind = settings.get("optimizer", "sgd")
    parameters = list(parameters)
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, **_options(kind, settings))
    if kind in ("adam", "adamw"):
        rule = torch.optim.AdamW if kind == "adamw" else torch.optim.Adam
        return rule(parameters, fused=True, amsgrad=bool(settings.get("amsgrad", False)), **_options(kind, settings))
    return torch.optim.SGD(parameters, fused=True, **_options(str(kind), settings))


def set_options(optimizer: torch.optim.Optimizer, settings: Mapping[str, Value]) -> None:
    """Set the hyperparameters of an optimizer in place, keeping its state."""
    for group in optimizer.param_groups:
        group.update(_options(str(settings.get("optimizer", "sgd")), settings))
        if "amsgrad" in group:
            set_amsgrad(optimizer, group, bool(settings.get("amsgrad", False)))


def _options(kind: str, settings: Mapping[str, Value]) -> dict:
    given = {key: float(settings.get(key, default)) for key, default in _FALLBACK.items()}  # type: ignore[arg-type]
    options: dict = {"lr": given["lr"], "weight_decay": given["weight_decay"]}
    if kind == "rmsprop":
        options |= {"alpha": given["rho"], "eps": given["eps"]}
    elif kind in ("adam", "adamw"):
        options |= {"betas": (given["beta1"], given["beta2"]), "eps": given["eps"]}
    elif kind == "momentum":
        options |= {"momentum": given["momentum"]}
    return options


@torch.no_grad()
def update_rms(optimizer: torch.optim.Optimizer) -> float:
    r"""Root mean square, over all parameters, of the next step divided by the learning rate.

    With the gradient in place and the step not yet taken: :math:`\hat m / (\sqrt{\hat v} + \epsilon)` for Adam,
    :math:`g / (\sqrt v + \epsilon)` for RMSprop, the momentum buffer or the gradient itself for SGD. RMSprop's is at
    most :math:`1/\sqrt{1-\rho}` where all gradients have one size.
    """
    squares, count = 0.0, 0
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            update = coming_update(optimizer, group, parameter)
            squares += float(torch.linalg.vector_norm(update)) ** 2
            count += update.numel()
    return math.sqrt(squares / count) if count else 0.0


@torch.no_grad()
def coming_update(optimizer: torch.optim.Optimizer, group: Mapping, parameter: torch.nn.Parameter) -> torch.Tensor:
    """The update of one parameter in the next step, before the learning rate and without decoupled weight decay."""
    gradient = parameter.grad
    if gradient is None:
        return torch.zeros_like(parameter)
    if group["weight_decay"] and not isinstance(optimizer, torch.optim.AdamW):
        gradient = gradient + group["weight_decay"] * parameter
    state = optimizer.state.get(parameter, {})
    if isinstance(optimizer, torch.optim.RMSprop):
        old = state.get("square_avg", torch.zeros_like(parameter))
        v = group["alpha"] * old + (1 - group["alpha"]) * gradient.square()
        return gradient / v.sqrt_().add_(group["eps"])
    if isinstance(optimizer, torch.optim.Adam):
        return _adam_update(gradient, state, group)
    if group["momentum"] and state.get("momentum_buffer") is not None:
        return group["momentum"] * state["momentum_buffer"] + gradient
    return gradient


def _adam_update(gradient: torch.Tensor, state: Mapping, group: Mapping) -> torch.Tensor:
    beta1, beta2 = group["betas"]
    zero = torch.zeros_like(gradient)
    steps = float(state.get("step", 0)) + 1
    m = beta1 * state.get("exp_avg", zero) + (1 - beta1) * gradient
    v = beta2 * state.get("exp_avg_sq", zero) + (1 - beta2) * gradient.square()
    if group["amsgrad"]:
        v = torch.maximum(v, state.get("max_exp_avg_sq", zero))
    denominator = v.sqrt_().div_(math.sqrt(1 - beta2**steps)).add_(group["eps"])
    return m.div_(1 - beta1**steps).div_(denominator)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of the next step."""
    for group in optimizer.param_groups:
        group["lr"] = lr


@torch.no_grad()
def take_step(optimizer: torch.optim.Optimizer, limit: float | None = None) -> None:
    """Take a step, shortened if the RMS of the update exceeds `limit`.

    The step is divided by max(1, RMS/limit): StableAdamW (Wortsman et al. 2023, arXiv 2304.13013) with one RMS for the
    whole network and the update itself in place of g/√v.
    """
    step = _plain(type(optimizer))
    rms = 0.0 if limit is None else update_rms(optimizer)
    if limit is None or not rms > limit:  # NaN is data and passes
        step(optimizer)
        return
    lr = optimizer.param_groups[0]["lr"]
    set_lr(optimizer, lr * limit / rms)
    step(optimizer)
    set_lr(optimizer, lr)


def _plain(kind: type[torch.optim.Optimizer]) -> Callable:
    """An optimizer's step without what torch wraps around it.

    The profiler's record takes 5 % of a step at batch size 1, and what breaks the graph of a compiler loads it.
    """
    step = kind.step
    while (inner := getattr(step, "__wrapped__", None)) is not None:
        step = inner
    return step


def spare_compiler() -> None:
    """Keep torch's optimizers from loading its compiler, which takes as long as torch itself and compiles nothing here.

    Some of their methods ask it, when they are first called, for a copy of themselves that it leaves alone; that is
    themselves as long as nothing is compiled.
    """
    for method in vars(torch.optim.Optimizer).values():
        asked = getattr(method, "__wrapped__", None)
        if isinstance(asked, FunctionType) and not hasattr(asked, _LEFT_ALONE):
            setattr(asked, _LEFT_ALONE, asked)
