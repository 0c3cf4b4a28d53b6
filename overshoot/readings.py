"""Reads norms of gradients, updates and weights at an optimizer's steps, on a stride that keeps their cost low."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from overshoot.arithmetic.norms import joined, moved, norms_of, ratio
from overshoot.arithmetic.preconditioner import MOST_FOR_MEDIAN, made
from overshoot.lending import SHARE as CURVATURE_SHARE
from overshoot.lending import CurvatureReadings, Lent
from overshoot.strides import Pace, clock_of

SHARE = 0.006  # of the time of training; with hooks, and what they leave in the caches, it stays below a hundredth
MOST_LAYERS = 64


class Readings:
    """Hooks of one optimizer.

    Gradients are read behind the step: before it, a closure has not made them, and those of a fused optimizer are still
    multiplied by the gradient scaler's factor, which its kernel divides by in place. What clipping did before the step
    shows in them.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
    names : mapping of int to str
        Layer of each parameter, by the parameter's id.
    suffix : str
        Appended to every column, if there are several optimizers.
    on_step : callable
        Called behind a step with readings, or while `has_orders`, with the readings.
    on_refusal : callable
        Called once with the reason if the loss that was lent has no curvature to read.
    """

    def __init__(
        self,
        optimizer: Any,
        names: Mapping[int, str],
        suffix: str,
        on_step: Callable[[dict[str, float]], None],
        on_stride: Callable[[str, Pace], None] = lambda suffix, pace: None,
        on_failure: Callable[[Exception], None] | None = None,
        on_refusal: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self.optimizer, self.suffix = optimizer, suffix
        self._names, self._on_step, self._on_stride = names, on_step, on_stride
        self._on_failure, self._on_refusal = on_failure, on_refusal
        self.updates = 0
        self.is_on = True
        self.lent: Lent | None = None
        self.curvature: CurvatureReadings | None = None
        self._norms, self._curves = Pace(SHARE), Pace(CURVATURE_SHARE)
        self._clock = clock_of(_device(optimizer))
        self._plan_next()
        self._began = 0.0  # of the step that ends in the next reading
        self._taken = 0.0  # by what is kept before that step
        self._before: list[Any] | None = None
        self._kept: list[Any] = []
        self._is_scaled = getattr(optimizer, "_step_supports_amp_scaling", False)
        self.rate: float | None = None  # of the first group, in the last step
        self.has_orders = False
        self._act, self._before_step = _eager(self._act_behind), _eager(self._on_before)
        self._handles = {"after": optimizer.register_step_post_hook(self._on_after)}

    def remove(self) -> None:
        """Remove the hooks."""
        for handle in self._handles.values():
            handle.remove()
        self._handles = {}

    @property
    def measured_share(self) -> float:
        """Of the training's time, what the norms have taken."""
        return self._norms.measured_share

    def _on_before(self, *_called: Any) -> None:
        coming = self.updates + 1
        try:
            if self.is_on and (self._norms.is_due(coming) or self._is_curved(coming)):
                self._keep()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """A failure of ours must not reach the training."""
        if self._on_failure is None:
            raise error
        self._on_failure(error)

    def _keep(self) -> None:
        """Keep the weights before a step."""
        now = self._clock()
        import torch

        with torch.no_grad():
            self._kept = [p for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]
            self._before = [p.detach().clone() for p in self._kept]
        self._taken = self._clock() - now

    def lend(self, lent: Lent, curvature: CurvatureReadings | None) -> None:
        """Take a loss to read curvature from, beginning with `curvature` if none has begun."""
        self.lent = lent
        if self.curvature is None and curvature is not None:
            self.curvature = curvature
            self._curves.next = max(self._curves.next, self.updates + 2)  # behind a step that is timed
            self._plan_next()

    def _plan_next(self) -> None:
        self._next = self._norms.next if self.curvature is None else min(self._norms.next, self._curves.next)
        self._soon = self._next - 1  # the step whose end begins the one that is timed

    def _is_curved(self, update: int) -> bool:
        """Whether curvature is to be read at an update."""
        lent = self.lent
        return self.curvature is not None and lent is not None and lent.is_lent and self._curves.is_due(update)

    def _on_after(self, optimizer: Any, *_called: Any) -> None:
        """Behind each step; what is not needed at most of them costs them nothing."""
        try:
            if self._is_scaled and _was_skipped(optimizer):
                self._before = None
                return
            self.updates = update = self.updates + 1
            rate = optimizer.param_groups[0].get("lr")
            self.rate = rate if type(rate) is float else _as_float(rate)
            if update >= self._soon or self.has_orders:
                self._act(update)
        except Exception as error:
            self._fail(error)

    def _act_behind(self, update: int) -> None:
        found = self._behind(update) if update >= self._soon else None
        if found or self.has_orders:
            self._on_step(found or {})

    def _behind(self, update: int) -> dict[str, float] | None:
        """The readings behind a step, if it has any; before the next such step the weights are kept."""
        now = self._clock()
        found, before, self._before = None, self._before, None
        if before is not None:
            found = self._read_all(update, before, now)
            self._kept = []
        if "before" in self._handles and update < self._soon:
            self._handles.pop("before").remove()
        elif "before" not in self._handles and update >= self._soon:
            self._handles["before"] = self.optimizer.register_step_pre_hook(self._before_step)
        self._began, self._taken = self._clock(), 0.0
        return found

    def _read_all(self, update: int, before: list[Any], now: float) -> dict[str, float]:
        """What is due behind a step, and how far away the next readings are."""
        found: dict[str, float] = {}
        step, now = now - self._began - self._taken, now - self._taken
        if self._norms.is_due(update):
            found = self._read(before)
            cost, now = self._clock() - now, self._clock()
            if self._norms.plan(update, cost, step):
                self._on_stride(self.suffix, self._norms)
        if self._is_curved(update):
            found |= self._read_curvature(before)
            if self._curves.plan(update, self._clock() - now, step):
                self._on_stride(f"{self.suffix or 'loss'}: curvature", self._curves)
        self._plan_next()
        return found

    def _read_curvature(self, before: list[Any]) -> dict[str, float]:
        assert self.lent is not None and self.curvature is not None
        try:
            found = self.curvature.read(self.lent, self.optimizer, self._kept, before)
        except (RuntimeError, NotImplementedError, ImportError) as error:  # an operation without a second derivative
            self.curvature = None
            self._on_refusal(str(error).splitlines()[0] if str(error) else type(error).__name__)
            return {}
        return {_suffixed(name, self.suffix): value for name, value in found.items()}

    def _read(self, before: list[Any]) -> dict[str, float]:
        pairs = [(p, old) for p, old in zip(self._kept, before) if p.grad is not None]
        if not pairs:
            return {}
        parameters, olds = [p.detach() for p, _old in pairs], [old for _p, old in pairs]
        gradients = [p.grad.coalesce().values() if p.grad.is_sparse else p.grad for p, _old in pairs]
        found = self._named([p for p, _old in pairs], *norms_of(gradients, moved(parameters, olds), olds))
        step = made(self.optimizer, [p for p, _old in pairs], gradients)
        own = {} if step is None else step.readings(MOST_FOR_MEDIAN)
        return found | {_suffixed(name, self.suffix): value for name, value in own.items()}

    def _named(
        self, parameters: list[Any], grads: list[float], updates: list[float], weights: list[float]
    ) -> dict[str, float]:
        found = _norms("", grads, updates, weights)
        layers: dict[str, list[int]] = {}
        for i, parameter in enumerate(parameters):
            layers.setdefault(self._names.get(id(parameter), ""), []).append(i)
        if 1 < len(layers) <= MOST_LAYERS:
            for layer, at in layers.items():
                parts = ([values[i] for i in at] for values in (grads, updates, weights))
                own = _norms(f"/{layer}", *parts)
                own.pop(f"update_norm/{layer}")
                found |= own
        return {_suffixed(name, self.suffix): value for name, value in found.items()}


def _eager(call: Callable[..., None]) -> Callable[..., None]:
    """The call, of which a compiled training makes no graph."""
    disable = getattr(getattr(sys.modules.get("torch"), "compiler", None), "disable", None)
    return call if disable is None else disable(call)


def _device(optimizer: Any) -> str:
    """Where an optimizer's first parameter lies."""
    first = next((p for group in optimizer.param_groups for p in group["params"]), None)
    return getattr(getattr(first, "device", None), "type", "")


def _norms(tail: str, grads: list[float], updates: list[float], weights: list[float]) -> dict[str, float]:
    weight = joined(weights)
    found = {"grad_norm": joined(grads), "weight_norm": weight, **ratio(joined(updates), weight)}
    return {f"{name}{tail}": value for name, value in found.items()}


def _suffixed(name: str, suffix: str) -> str:
    if not suffix:
        return name
    head, slash, layer = name.partition("/")
    return f"{head}/{suffix}.{layer}" if slash else f"{head}/{suffix}"


def _as_float(rate: Any) -> float | None:
    return None if rate is None else float(rate)


def _was_skipped(optimizer: Any) -> bool:
    """Whether a fused step was skipped because a gradient was infinite; others are not called then."""
    found = getattr(optimizer, "found_inf", None)
    return found is not None and bool(float(found))


def layer_names(models: Mapping[str, Any], has_keys: bool = True) -> dict[int, str]:
    """The layer of each parameter, by the parameter's id; the model's name comes first if it has one.

    A module that `torch.compile` or a parallel wrapper made carries a prefix, which is left out.
    """
    found: dict[int, str] = {}
    for key, model in models.items():
        if not hasattr(model, "named_parameters"):
            continue
        for name, parameter in model.named_parameters():
            layer = name.rpartition(".")[0].replace("_orig_mod.", "").removeprefix("module.")
            found[id(parameter)] = ".".join(part for part in (key if has_keys else "", layer) if part)
    return found
