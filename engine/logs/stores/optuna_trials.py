"""Trials of Optuna as sheets: the values that each one reported while it ran, by step."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.i18n import _
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet

VALUE = "intermediate value"


@dataclass
class Trial:
    """One trial: its number, its reported values by step, its parameters, and whether the study minimises."""

    number: int
    is_minimised: bool
    reported: dict[int, float] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)


def sheets_of_trials(trials: Iterable[Trial]) -> list[Sheet]:
    """The sheets of the trials that reported values; they are losses only where the study minimises."""
    sheets = []
    for trial in trials:
        if not trial.reported:
            continue
        steps = sorted(trial.reported)
        columns = {"step": np.array(steps, np.float64), VALUE: np.array([trial.reported[s] for s in steps], np.float64)}
        sheet = Sheet(dict(columns), len(steps), x="step", losses=(VALUE,) if trial.is_minimised else None)
        sheet.title = _("trial {number}").format(number=trial.number)
        sheet.settings = canonical(trial.parameters)
        sheet.setting_sources = dict.fromkeys(sheet.settings, "params")
        sheets.append(sheet)
    return sheets


def external(value: Any, distribution: Any) -> Any:
    """The value of a parameter, which is kept as a number, as its distribution means it.

    Examples
    --------
    >>> external(1, '{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}}')
    'sgd'
    """
    try:
        told = json.loads(distribution)
        name, attributes = told["name"], told["attributes"]
        if name == "CategoricalDistribution":
            return attributes["choices"][int(value)]
        return int(value) if name.startswith("Int") else value
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return value
