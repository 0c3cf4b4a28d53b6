"""The settings of an optimizer of torch under the program's keys, from its class and its first group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KINDS = {"Adam": "adam", "AdamW": "adamw", "RMSprop": "rmsprop", "SGD": "sgd"}
KEYS = {"lr": "lr", "eps": "eps", "momentum": "momentum", "weight_decay": "weight_decay", "alpha": "rho"}
SWITCHES = ("amsgrad",)
BETAS = ("beta1", "beta2")


def settings_of(kind: str, group: Mapping[str, Any]) -> dict[str, Any]:
    """The settings; an optimizer that is not known keeps the name of its class.

    Examples
    --------
    >>> settings_of("SGD", {"lr": 0.1, "momentum": 0.9})
    {'optimizer': 'momentum', 'lr': 0.1, 'momentum': 0.9}
    """
    found: dict[str, Any] = {"optimizer": KINDS.get(kind, kind)}
    if found["optimizer"] == "sgd" and group.get("momentum"):
        found["optimizer"] = "momentum"
    found |= {own: _plain(group[key]) for key, own in KEYS.items() if key in group}
    found |= {key: group[key] for key in SWITCHES if key in group}
    betas = group.get("betas")
    if isinstance(betas, (list, tuple)) and len(betas) == len(BETAS):
        found |= {key: _plain(value) for key, value in zip(BETAS, betas)}
    return found


def _plain(value: Any) -> Any:
    return float(value) if hasattr(value, "__float__") else value
