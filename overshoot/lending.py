"""Curvature of a person's own loss, from a closure that they lend: the training goes on as if nothing was read."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

SHARE = 0.01  # of the training's time, beside that of the norms
NEEDS = "probe needs watch(model, optimizer), so that what a forward pass changes in the model can be put back"


class Lent:
    """A closure that returns the loss of a batch, lent until it is taken back; ends with a ``with`` block.

    Parameters
    ----------
    loss : callable
        Returns a number or one number a sample, with a graph to its parameters; called several times.
    halves : callable, optional
        Returns the losses of the batch's two halves, as callables, and the samples in each, for the noise scale; by
        default the samples' losses are halved.
    """

    def __init__(
        self, loss: Callable[[], Any], halves: Callable[[], tuple[list[Callable[[], Any]], int]] | None = None
    ) -> None:
        self.loss, self.halves = loss, halves
        self.is_lent = True

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_lent = False


class CurvatureReadings:
    """Sharpness with its limit, the second-order check of a step, and the noise scale, behind a step."""

    def __init__(self, models: Mapping[str, Any]) -> None:
        self._models = models
        self._vector: Any = None
        self._noise: Any = None

    def read(self, lent: Lent, optimizer: Any, parameters: Sequence[Any], before: Sequence[Any]) -> dict[str, float]:
        """Read at the weights before the step that has just been made, which are put back afterwards."""
        import torch

        from overshoot.arithmetic import step_check
        from overshoot.arithmetic.curvature import Curvature
        from overshoot.arithmetic.norms import moved
        from overshoot.arithmetic.preconditioner import made
        from overshoot.arithmetic.sharpness import sharpness

        after = [p.detach().clone() for p in parameters]
        step = moved(after, before)
        kinds = made(optimizer, parameters, before)
        with undisturbed(self._models), torch.enable_grad():
            try:
                _put(parameters, before)
                here = Curvature(lambda: _mean(lent.loss()), parameters)
                slope, curvature = step_check.terms(here, step)
                found = self._noise_of(lent, parameters)
                top = sharpness(here, kinds, self._vector)
            finally:
                _put(parameters, after)
            with torch.no_grad():
                measured = float(_mean(lent.loss())) - here.loss
        found |= step_check.readings(slope, curvature, measured)
        if top is not None:
            found["sharpness"], self._vector = top
            found |= limit_of(optimizer)
        return found

    def _noise_of(self, lent: Lent, parameters: Sequence[Any]) -> dict[str, float]:
        import torch

        from overshoot.arithmetic.noise import Noise, two_batch

        if any(_uses_batch(module) for model in self._models.values() for module in _modules(model)):
            return {}  # a sample's gradient depends on the rest of its batch
        if lent.halves is None:
            losses = lent.loss()
            size = len(losses) // 2 if losses.dim() else 0
            halves = [losses[:size], losses[size : 2 * size]] if size else []
        else:
            parts, size = lent.halves()
            halves = [part() for part in parts]
        if not size:
            return {}
        flat: list[Any] = []
        for place, half in enumerate(halves):
            gradient = torch.autograd.grad(
                half.mean(), list(parameters), retain_graph=not place, allow_unused=True, materialize_grads=True
            )
            flat.append(torch.cat([g.reshape(-1) for g in gradient]).double())
        self._noise = self._noise or Noise()
        return self._noise.add(*two_batch(flat[0], flat[1], size))


def limit_of(optimizer: Any) -> dict[str, float]:
    """The sharpness that the optimizer's present steps tolerate."""
    from overshoot.arithmetic.sharpness import stability_limit
    from overshoot.optimizer_settings import settings_of

    known = settings_of(type(optimizer).__name__, optimizer.param_groups[0])
    limit = stability_limit(
        str(known["optimizer"]),
        float(known.get("lr", 0.0)),
        float(known.get("momentum", 0.0)),
        float(known.get("beta1", 0.0)),
    )
    return {} if limit is None else {"stability_limit": limit}


@contextmanager
def undisturbed(models: Mapping[str, Any]) -> Iterator[None]:
    """Put back all generators, buffers and modes; dropout is off meanwhile."""
    import torch

    numpy = sys.modules.get("numpy")
    python = random.getstate()
    arrays = None if numpy is None else numpy.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    modules = [module for model in models.values() for module in _modules(model)]
    modes = [(module, module.training) for module in modules]
    buffers = [(b, b.detach().clone()) for model in models.values() for b in _buffers(model)]
    try:
        for module in modules:
            if "Dropout" in type(module).__name__:
                module.training = False
        with torch.random.fork_rng(devices):
            yield
    finally:
        with torch.no_grad():
            for buffer, kept in buffers:
                buffer.copy_(kept)
        for module, mode in modes:
            module.training = mode
        random.setstate(python)
        if numpy is not None:
            numpy.random.set_state(arrays)


def _modules(model: Any) -> list[Any]:
    return list(model.modules()) if hasattr(model, "modules") else []


def _buffers(model: Any) -> list[Any]:
    return list(model.buffers()) if hasattr(model, "buffers") else []


def _uses_batch(module: Any) -> bool:
    return "BatchNorm" in type(module).__name__ and module.training


def _mean(loss: Any) -> Any:
    return loss.mean() if loss.dim() else loss


def _put(parameters: Sequence[Any], values: Sequence[Any]) -> None:
    import torch

    with torch.no_grad():
        torch._foreach_copy_([p.data for p in parameters], list(values))
