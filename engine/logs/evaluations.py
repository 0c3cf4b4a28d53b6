"""Results of boosting libraries: data set, metric, values, as XGBoost and LightGBM record them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.logs.json_rows import as_number
from engine.logs.names import Likeness, likeness
from engine.logs.sheet import Sheet
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.run_warnings import RunWarning, WarningKind
from engine.table import Floats, Sparse

LEAST_LENGTH = 2
_TRAINING = pattern(r"(?i)d?(train|training|trn|learn)\w*")
_VALIDATION = pattern(r"(?i)d?(valid|validation|val|eval|test|dev|holdout)\w*")
_NUMBERED = ("validation_0", "validation_1")
_OF_NUMBERED = pattern(r"validation_(\d)[-/:]([\w@.:-]{1,60})")
# Measures of these libraries that fall when the model improves, besides those that other trainers have too.
_FALLING = pattern(r"(?i)(b|m)?error|rmsle|gamma-deviance|poisson-nloglik|\w*nloglik|l[12]|quantile|fair|huber|mape")


def sheet_of_evaluations(item: Mapping[str, Any]) -> Sheet | None:
    """The sheet of ``{"train": {"rmse": […]}, "eval": {"rmse": […]}}``; None if it is something else.

    XGBoost's interface for scikit-learn numbers the sets of `eval_set`, which holds the training set first by custom;
    that is a guess, and the sheet has a warning of it.
    """
    sets = {str(name): metrics for name, metrics in item.items() if isinstance(metrics, dict)}
    if len(sets) < LEAST_LENGTH or len(sets) != len(item) or not _are_sets(list(sets)):
        return None
    columns: dict[str, Floats | Sparse] = {}
    for name, metrics in sets.items():
        for metric, values in metrics.items():
            numbers = _numbers(values)
            if numbers is None:
                return None
            columns[clean_name(f"{name}/{metric}")] = numbers
    lengths = {len(values) for values in columns.values() if not isinstance(values, Sparse)}
    if len(lengths) != 1:
        return None
    rows = lengths.pop()
    losses = tuple(name for name in columns if _is_loss(name.rpartition("/")[2]))
    columns = {"iteration": np.arange(float(rows)), **columns}
    return _with_roles(Sheet(columns, rows, losses=losses, x="iteration"), list(sets))


def with_numbered_sets(sheet: Sheet) -> Sheet:
    """The sheet of printed ``validation_0-rmse:… validation_1-rmse:…``, with the same guess as of the saved results."""
    named = {name: found for name in sheet.losses or () if (found := _OF_NUMBERED.fullmatch(name))}
    first = {found[2]: name for name, found in named.items() if found[1] == "0"}
    pairs = tuple((name, first[of[2]]) for name, of in named.items() if of[1] != "0" and of[2] in first)
    if not pairs or len(named) < len(sheet.losses or ()):
        return sheet
    guessed = tuple(first.values())
    guess = RunWarning(WarningKind.GUESSED_ROLE, len(guessed), names=guessed)
    return replace(sheet, pairs=pairs, warnings=[*sheet.warnings, guess])


def _are_sets(names: list[str]) -> bool:
    has_validation = any(_VALIDATION.fullmatch(name) for name in names)
    return has_validation and all(_TRAINING.fullmatch(name) or _VALIDATION.fullmatch(name) for name in names)


def _is_loss(metric: str) -> bool:
    return likeness(metric) >= Likeness.MEASURE or bool(_FALLING.fullmatch(metric))


def _numbers(values: Any) -> Floats | None:
    if not isinstance(values, list) or len(values) < LEAST_LENGTH:
        return None
    numbers = [as_number(value) for value in values]
    return None if any(n is None for n in numbers) else np.array(numbers, np.float64)


def _with_roles(sheet: Sheet, names: list[str]) -> Sheet:
    """The sheet with each metric of the other sets paired with that of the training set."""
    training = next((name for name in names if _TRAINING.fullmatch(name)), None)
    is_guess = training is None and names[: len(_NUMBERED)] == list(_NUMBERED)
    training = names[0] if is_guess else training
    losses = sheet.losses or ()
    by_metric = {name: f"{training}/{name.partition('/')[2]}" for name in losses}
    sheet.pairs = tuple((name, own) for name, own in by_metric.items() if own != name and own in losses)
    if is_guess:
        guessed = tuple(name for name in losses if by_metric[name] == name)
        sheet.warnings.append(RunWarning(WarningKind.GUESSED_ROLE, len(guessed), names=guessed))
    return sheet
