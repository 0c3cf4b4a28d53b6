"""Initial weights drawn from a run's own generator; torch's constructors would use the global one."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import init


def build(
    make: Callable[[], nn.Module], generator: torch.Generator, scheme: str = "default", std: float = 0.02
) -> nn.Module:
    """Build a network and draw its initial weights.

    Parameters
    ----------
    make : callable
        Builds the network; called on the meta device, where nothing is drawn.
    scheme : {"default", "kaiming", "normal"}
        What torch's constructors would do; He et al. 2015 (arXiv 1502.01852) with zero biases; or all weights and
        biases from N(0, std²).
    """
    with torch.device("meta"):
        network = make()
    for module in network.modules():
        _give_memory(module)
        _draw(module, generator, scheme, std)
    return network


def _give_memory(module: nn.Module) -> None:
    """Move a module's own tensors from the meta device, as `to_empty` would, which loads SymPy for it (0.3 s)."""
    for name, parameter in list(module.named_parameters(recurse=False)):
        setattr(module, name, nn.Parameter(torch.empty(parameter.shape, dtype=parameter.dtype)))
    for name, buffer in list(module.named_buffers(recurse=False)):
        setattr(module, name, torch.empty(buffer.shape, dtype=buffer.dtype))


def _draw(module: nn.Module, generator: torch.Generator, scheme: str, std: float) -> None:
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        module.reset_parameters()  # ones and zeros: draws nothing
    elif isinstance(module, (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase)):
        _SCHEMES[scheme](module, generator, std)
    elif next(module.parameters(recurse=False), None) is not None:
        raise TypeError(f"no initialisation is known for {type(module).__name__}")


def _normal(module: nn.Module, generator: torch.Generator, std: float) -> None:
    for parameter in module.parameters():
        init.normal_(parameter, 0.0, std, generator=generator)


def _kaiming(module: nn.Module, generator: torch.Generator, std: float) -> None:
    for parameter in module.parameters():
        if parameter.ndim > 1:
            init.kaiming_normal_(parameter, nonlinearity="relu", generator=generator)
        else:
            init.zeros_(parameter)


def _default(module: nn.Module, generator: torch.Generator, std: float) -> None:
    """U(−1/√k, 1/√k): k is the number of inputs of a linear or convolution unit, the hidden size of a recurrent one."""
    if isinstance(module, nn.RNNBase):
        bound = 1 / math.sqrt(module.hidden_size)
    else:
        bound = 1 / math.sqrt(init._calculate_fan_in_and_fan_out(module.weight)[0])  # type: ignore[arg-type]
    for parameter in module.parameters():
        init.uniform_(parameter, -bound, bound, generator=generator)


_SCHEMES: dict[str, Callable[[nn.Module, torch.Generator, float], None]] = {
    "default": _default,
    "kaiming": _kaiming,
    "normal": _normal,
}
