"""Reads norms of gradients, updates and weights at an optimizer's steps, on a stride that keeps their cost low."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from overshoot.norms import joined, moved, norms_of, ratio

SHARE = 0.01  # of the training's time
STRIDES = tuple(m * 10**k for k in range(7) for m in (1, 2, 5))
FIRST = 3  # the first steps warm up and would be measured as slow ones
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
    """

    def __init__(
        self,
        optimizer: Any,
        names: Mapping[int, str],
        suffix: str,
        on_step: Callable[[Readings, dict[str, float] | None], None],
        on_stride: Callable[[str, int], None] = lambda suffix, stride: None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        self.optimizer, self.suffix = optimizer, suffix
        self._names, self._on_step, self._on_stride = names, on_step, on_stride
        self._on_failure = on_failure
        self.updates = 0
        self.is_on = True
        self.stride = 1
        self.spent = 0.0
        self._next = FIRST
        self._began = time.perf_counter()
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
        if not self.is_on or self.updates + 1 < self._next:
            return
        now = time.perf_counter()
        import torch

        with torch.no_grad():
            self._kept = [p for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]
            self._before = [p.detach().clone() for p in self._kept]
        self.spent += time.perf_counter() - now

    def _on_after(self) -> None:
        if _was_skipped(self.optimizer):
            self._before = None
            return
        self.updates += 1
        found = None
        if self._before is not None:
            now = time.perf_counter()
            before, self._before = self._before, None
            found = self._read(before)
            self._kept = []
            self._schedule(now)
        self._on_step(self, found)

    def _read(self, before: list[Any]) -> dict[str, float]:
        pairs = [(p, old) for p, old in zip(self._kept, before) if p.grad is not None]
        if not pairs:
            return {}
        parameters, olds = [p.detach() for p, _old in pairs], [old for _p, old in pairs]
        gradients = [p.grad.coalesce().values() if p.grad.is_sparse else p.grad for p, _old in pairs]
        return self._named([p for p, _old in pairs], *norms_of(gradients, moved(parameters, olds), olds))

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

    def _schedule(self, began: float) -> None:
        """Choose the next step to read at: as far away as the time spent so far and the last reading ask for."""
        now = time.perf_counter()
        cost = now - began
        self.spent += cost
        step_seconds = max(1e-9, (now - self._began - self.spent) / max(1, self.updates))
        wanted = max(2 * cost / step_seconds, self.spent / (SHARE * step_seconds) - self.updates)
        wanted = max(wanted, cost / (SHARE * step_seconds))
        stride = next((s for s in STRIDES if s >= wanted), STRIDES[-1])
        self._next = self.updates + stride
        if stride != self.stride:
            self.stride = stride
            self._on_stride(self.suffix, stride)


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
