"""The layers of a network: modules with weights of their own, by short names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def layers(model: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """The modules with parameters of their own, in the order of the model, without normalization layers.

    Names are the model's, or kind and number if it only numbers its modules.

    Examples
    --------
    >>> from torch import nn
    >>> list(layers(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3), nn.Flatten(), nn.Linear(2, 1))))
    ['conv1', 'conv2', 'linear3']
    """
    found: dict[str, torch.nn.Module] = {}
    for path, module in model.named_modules():
        if _is_layer(module):
            found[_name(path, module, len(found) + 1)] = module
    return found


def _is_layer(module: torch.nn.Module) -> bool:
    return any(p.ndim > 1 for p in module.parameters(recurse=False))


def _name(path: str, module: torch.nn.Module, number: int) -> str:
    last = path.split(".")[-1]
    if last and not last.isdigit():
        return path
    kind = type(module).__name__.lower()
    return f"{kind.removesuffix('2d').removesuffix('1d')}{number}"


def weights(layer: torch.nn.Module) -> list[torch.nn.Parameter]:
    """A layer's own trainable weights, without biases."""
    return [p for p in layer.parameters(recurse=False) if p.requires_grad and p.ndim > 1]
