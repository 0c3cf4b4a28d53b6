"""Reads norms of gradients, updates and weights at an optimizer's steps, on a stride that keeps their cost low."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from overshoot.arithmetic.norms import joined, moved, norms_of, ratio
from overshoot.arithmetic.preconditioner import MOST_FOR_MEDIAN, made
from overshoot.lending import SHARE as CURVATURE_SHARE
from overshoot.lending import CurvatureReadings, Lent
from overshoot.strides import Pace

SHARE = 0.01  # of the training's time
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
        Called behind every step that moved the weights, with the readings or None.
    on_refusal : callable
        Called once with the reason if the loss that was lent has no curvature to read.
    """

    def __init__(
        self,
        optimizer: Any,
        names: Mapping[int, str],
        suffix: str,
        on_step: Callable[[Readings, dict[str, float] | None], None],
        on_stride: Callable[[str, int], None] = lambda suffix, stride: None,
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
        self._next = self._norms.next  # nothing is due before; the one question of most steps
        self._before: list[Any] | None = None
        self._kept: list[Any] = []
        self._handles = [
            optimizer.register_step_pre_hook(self._guarded(self._on_before)),
            optimizer.register_step_post_hook(self._guarded(self._on_after)),
        ]

    def _guarded(self, hook: Callable[[], None]) -> Callable[..., None]:
        def called(*_args: Any) -> None:
            try:
                hook()
            except Exception as error:  # a failure of ours must not reach the training
                if self._on_failure is None:
                    raise
                self._on_failure(error)

        return called

    def remove(self) -> None:
        """Remove the hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    @property
    def rate(self) -> float | None:
        """The learning rate of the first group."""
        groups = self.optimizer.param_groups
        return float(groups[0]["lr"]) if groups and "lr" in groups[0] else None

    def _on_before(self) -> None:
        coming = self.updates + 1
        if coming < self._next or not self.is_on:
            return
        if not (self._norms.is_due(coming) or self._is_curved(coming)):
            return
        now = time.perf_counter()
        import torch

        with torch.no_grad():
            self._kept = [p for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]
            self._before = [p.detach().clone() for p in self._kept]
        self._norms.spent += time.perf_counter() - now

    def lend(self, lent: Lent, curvature: CurvatureReadings | None) -> None:
        """Take a loss to read curvature from, beginning with `curvature` if none has begun."""
        self.lent = lent
        if self.curvature is None:
            self.curvature = curvature
            self._plan_next()

    def _plan_next(self) -> None:
        self._next = self._norms.next if self.curvature is None else min(self._norms.next, self._curves.next)

    def _is_curved(self, update: int) -> bool:
        """Whether curvature is to be read at an update."""
        lent = self.lent
        return self.curvature is not None and lent is not None and lent.is_lent and self._curves.is_due(update)

    def _on_after(self) -> None:
        if _was_skipped(self.optimizer):
            self._before = None
            return
        self.updates += 1
        found = None
        if self._before is not None:
            before, self._before = self._before, None
            found = self._read_all(before)
            self._kept = []
        self._on_step(self, found)

    def _read_all(self, before: list[Any]) -> dict[str, float]:
        """What is due behind a step, and how far away the next readings are."""
        found: dict[str, float] = {}
        if self._norms.is_due(self.updates):
            now = time.perf_counter()
            found = self._read(before)
            if self._norms.plan(self.updates, time.perf_counter() - now, self._curves.spent):
                self._on_stride(self.suffix, self._norms.stride)
        if self._is_curved(self.updates):
            now = time.perf_counter()
            found |= self._read_curvature(before)
            if self._curves.plan(self.updates, time.perf_counter() - now, self._norms.spent):
                self._on_stride(f"{self.suffix or 'loss'}: curvature", self._curves.stride)
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


def _norms(tail: str, grads: list[float], updates: list[float], weights: list[float]) -> dict[str, float]:
    weight = joined(weights)
    found = {"grad_norm": joined(grads), "weight_norm": weight, **ratio(joined(updates), weight)}
    return {f"{name}{tail}": value for name, value in found.items()}


def _suffixed(name: str, suffix: str) -> str:
    if not suffix:
        return name
    head, slash, layer = name.partition("/")
    return f"{head}/{suffix}.{layer}" if slash else f"{head}/{suffix}"


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
