"""Devices: the CPU, or a GPU that torch supports. Results differ between devices, but are repeatable on each."""

from __future__ import annotations

import torch

from engine.i18n import _
from engine.tasks.base import Task
from engine.tasks.settings import SettingError

CPU = "cpu"


def available() -> tuple[str, ...]:
    """Names of the available devices, the CPU first."""
    found = [CPU]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def checked(device: str) -> str:
    """Return `device` if it is available.

    Raises
    ------
    SettingError
        If the device is not available.
    """
    known = available()
    if device not in known:
        raise SettingError(_("no device {name!r} here; available: {known}").format(name=device, known=", ".join(known)))
    return device


def move_task(task: Task, device: str) -> Task:
    """Move model and data of a task to a device, and return the task.

    The model is moved in place: the given task must not be used any more.
    """
    if device != CPU:
        task.model.to(device)
        task.inputs, task.targets = task.inputs.to(device), task.targets.to(device)
    return task
