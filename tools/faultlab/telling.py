"""How much of what a column is said to tell it does tell, beside all that is known already.

What the program says before a column is there is the information of its best measure
(`engine.diagnosis.telling_apart`). What the column then gains is the logarithm of the share of what is right, with it
against without it, on families that the fit did not see. Their ratio is kept, for a log of the loss alone and for one
with other columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from engine.diagnosis.measures.base import all_measures
from engine.diagnosis.telling_apart import information
from tools.faultlab.additive import Values, right_ones
from tools.faultlab.bins import Record
from tools.faultlab.fit import LeftOut, scores_of, tempered

WORDS = {"lr": "lr", "grad_norm": "gradient", "validation": "validation", "accuracy": "metric"}  # in sets of columns
TRAITS = {
    "lr": ("columns.lr_", "flow."),
    "grad_norm": ("columns.grad_norm_", "flow."),
    "validation": ("columns.other_", "columns.val_accuracy_"),
    "accuracy": ("columns.accuracy_", "columns.val_accuracy_"),
}
LEAST = 1e-3  # share of what is right, so that one event does not decide
STEADY = 20  # events at the ratio of all logs, which are added to those of a set of columns
TENTH = "tenth_rate"


def kept(left: LeftOut, by: dict[str, float], told: Mapping[str, Values]) -> dict[str, dict[str, float]]:
    """For each addition, the share of what is said that is gained: in logs of the loss ``alone``, and ``beside`` more.

    Parameters
    ----------
    told : mapping of str to ndarray
        By measure, how often it falls into each bin under each cause, shape (causes, bins).
    """
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for addition, word in WORDS.items():
        records = [r for r in left.records if word in r["columns"].split("+")]
        measures = [told[name] for name in told if name in all_measures() and all_measures()[name].needs == addition]
        for family, model in left.models.items():
            full = [r for r in records if r["family"] == family]
            if not full:
                continue
            shares = [
                tempered(scores_of(model, part), part, by) for part in ([_without(r, addition) for r in full], full)
            ]
            right = right_ones(full, left.causes)
            before, after = (np.maximum((one * right).sum(1), LEAST) for one in shares)
            for record, prior, gained in zip(full, shares[0], np.log2(after / before), strict=True):
                said = max(information(prior, one.T) for one in measures)
                which = "alone" if record["columns"] == word else "beside"
                found[addition][which].append((said, float(gained)))
    return {addition: _ratios(parts) for addition, parts in found.items()}


def kept_of_trial(
    left: LeftOut, by: dict[str, float], outcomes: Mapping[str, int], told: Values
) -> tuple[dict[str, float], tuple[float, float]]:
    """The same of a trial whose outcome is known of some runs; and the mean bits said and gained."""
    shares = tempered(left.scores, left.records, by)
    right = right_ones(left.records, left.causes)
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for record, prior, is_right in zip(left.records, shares, right, strict=True):
        if record["name"] in outcomes:
            after = prior * told[:, outcomes[record["name"]]]
            gained = np.log2(max((after / after.sum())[is_right].sum(), LEAST) / max(prior[is_right].sum(), LEAST))
            which = "alone" if record["columns"] == "loss only" else "beside"
            pairs[which].append((information(prior, told.T), float(gained)))
    means = np.mean([pair for part in pairs.values() for pair in part], axis=0)
    return _ratios(pairs), (float(means[0]), float(means[1]))


def _ratios(parts: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, float]:
    said, gained = np.array([pair for part in parts.values() for pair in part]).mean(axis=0)
    found = {}
    for which in ("alone", "beside"):
        own = np.array(parts.get(which, [])).reshape(-1, 2).sum(axis=0) + STEADY * np.array([said, gained])
        found[which] = round(float(np.clip(own[1] / own[0], 0.0, 1.0)), 2)
    return found


def _without(record: Record, addition: str) -> Record:
    """A record as if the log did not have a column."""
    clues = {n: x for n, x in record["clues"].items() if n not in all_measures() or all_measures()[n].needs != addition}
    traits = {name: x for name, x in record["traits"].items() if not name.startswith(TRAITS[addition])}
    return record | {"clues": clues, "traits": traits}
