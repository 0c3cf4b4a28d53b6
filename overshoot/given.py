"""Brings what a script hands to `watch` and `Run.log` into one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def named(given: Any) -> dict[str, Any]:
    """Numbers under their names; one without a name is the loss."""
    return {str(name): value for name, value in given.items()} if isinstance(given, Mapping) else {"loss": given}


def as_dict(value: Any) -> dict[str, Any]:
    """Models or optimizers under their names: those of a list are its places, and one alone has none."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple)):
        return {str(i): v for i, v in enumerate(value)}
    return {"": value}


def inner_optimizer(optimizer: Any) -> Any:
    """The optimizer that a framework has wrapped."""
    for _layer in range(4):
        if hasattr(optimizer, "register_step_post_hook") and "Accelerated" not in type(optimizer).__name__:
            return optimizer
        inner = getattr(optimizer, "optimizer", None)
        if inner is None:
            return optimizer
        optimizer = inner
    return optimizer
