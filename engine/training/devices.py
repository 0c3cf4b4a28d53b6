"""Where a run computes: the CPU, or a GPU that torch sees. Results differ between devices; each alone is repeatable."""

from __future__ import annotations

import torch

from engine.i18n import _
from engine.scenarios.base import Task
from engine.training.settings import SettingError

CPU = "cpu"


def available() -> tuple[str, ...]:
    """Names of the devices that torch can use here, the CPU first."""
    found = [CPU]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def checked(device: str) -> str:
    """The device, if it is there.

    Raises
    ------
    SettingError
        If it is not.
    """
    known = available()
    if device not in known:
        raise SettingError(
            _("there is no device {name!r} here; there are {known}").format(name=device, known=", ".join(known))
        )
    return device


def moved(task: Task, device: str) -> Task:
    """The task with its model and data on the device."""
    if device != CPU:
        task.model.to(device)
        task.inputs, task.targets = task.inputs.to(device), task.targets.to(device)
    return task
