"""Fits the forest: extremely randomised trees (Geurts et al., 2006), small and of plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor

from engine.diagnosis.forest import LARGEST, STEP, UNTOLD, Forest
from tools.faultlab.additive import Values, right_ones, weighed
from tools.faultlab.bins import FEWEST as FEWEST_TOLD
from tools.faultlab.bins import Record

TREES, ENDS = 100, 250
FEWEST = 2  # events of an end
ASKED = 0.25  # share of the columns that are tried for each node


def grown(records: Sequence[Record], causes: Sequence[str], count: int = TREES) -> Forest:
    """Trees for the shares of causes."""
    names, kinds = names_of(records), tuple(sorted({record["kind"] for record in records}))
    trees = ExtraTreesRegressor(count, max_leaf_nodes=ENDS, min_samples_leaf=FEWEST, max_features=ASKED, random_state=0)
    trees.fit(table(records, names, kinds), wanted(records, causes), sample_weight=weighed(records))
    return _packed(trees, names, kinds, tuple(causes))


def facts_of(record: Record) -> dict[str, float]:
    """The measures and the traits of a record."""
    return {**record["clues"], **record["traits"]}


def names_of(records: Sequence[Record]) -> tuple[str, ...]:
    """What enough records tell."""
    told = Counter(name for record in records for name in facts_of(record))
    return tuple(sorted(name for name, count in told.items() if count >= FEWEST_TOLD))


def table(records: Sequence[Record], names: Sequence[str], kinds: Sequence[str]) -> Values:
    """Measures, traits and kinds as columns, shape (records, names and kinds)."""
    rows = [
        [*(told.get(name, np.nan) for name in names), *(float(record["kind"] == kind) for kind in kinds)]
        for record in records
        for told in (facts_of(record),)
    ]
    return np.nan_to_num(np.clip(np.array(rows, float), -LARGEST, LARGEST), nan=UNTOLD)


def said(trees: Forest, records: Sequence[Record]) -> Values:
    """The shares of each record, shape (records, causes)."""
    found = [trees.said(record["kind"], facts_of(record)) for record in records]
    return np.array([[one[cause] for cause in trees.causes] for one in found])


def wanted(records: Sequence[Record], causes: Sequence[str]) -> Values:
    """Shares to say: half for the fault itself, half for all that is right."""
    own = np.array([[float(cause == record["fault"]) for cause in causes] for record in records])
    right = np.maximum(right_ones(records, causes).astype(float), own)
    return np.asarray((own + right / right.sum(1, keepdims=True)) / 2)


def _packed(trees: ExtraTreesRegressor, names: Sequence[str], kinds: Sequence[str], causes: tuple[str, ...]) -> Forest:
    parts: dict[str, list[Values]] = {name: [] for name in ("roots", "asked", "limits", "lower", "higher", "shares")}
    nodes = ends = 0
    for one in trees.estimators_:
        tree = one.tree_
        is_end = tree.children_left < 0
        place = np.cumsum(is_end) - 1 + ends
        parts["roots"].append(np.array([nodes]))
        parts["asked"].append(np.where(is_end, -1, tree.feature))
        parts["limits"].append(np.where(is_end, 0, tree.threshold))
        parts["lower"].append(np.where(is_end, place, tree.children_left + nodes))
        parts["higher"].append(np.where(is_end, 0, tree.children_right + nodes))
        parts["shares"].append(np.round(tree.value[is_end, :, 0] / STEP))
        nodes, ends = nodes + tree.node_count, ends + int(is_end.sum())
    kinds_of = {"roots": np.int32, "asked": np.int16, "limits": np.float32, "shares": np.uint8}
    found = {name: np.concatenate(part).astype(kinds_of.get(name, np.int32)) for name, part in parts.items()}
    return Forest(tuple(names), tuple(kinds), causes, **found)
