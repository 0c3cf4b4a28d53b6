"""What a strong classifier reaches on the same evidence: randomised trees that grow without a limit.

Once with families left out, as the fit is scored, and once with trainings left out whose families are known: the first
says whether another model would rank better, the second what the evidence tells where the kind of training was met
before.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from tools.faultlab import trees
from tools.faultlab.additive import Values, right_ones, weighed
from tools.faultlab.bins import Record
from tools.faultlab.fit import FOLDS, SCORED, causes_of, folds, named, stated
from tools.faultlab.report import sets_of_columns

TREES, FEWEST, ASKED = 300, 2, 0.1

Groups = np.ndarray[Any, np.dtype[np.integer[Any]]]


def by_columns(records: Sequence[Record]) -> Iterator[str]:
    """Lines for each set of columns: logs, and how often the first cause and one of the first two is right."""
    causes = causes_of(records)
    found = {
        "families left out": shares(records, causes, of_families(records)),
        "trainings left out": shares(records, causes, of_trainings(records)),
    }
    right, places = right_ones(records, causes), np.array([record["place"] for record in records])
    for what, place in zip(("events", "offered"), SCORED, strict=True):
        for name, own in sets_of_columns(records):
            own = own & (places == place)
            reached = (
                f"{way} {first:.3f} {two:.3f}"
                for way, said in found.items()
                for first, two in [named(said[own], right[own])]
            )
            yield f"{what:8} {name:32} {int(own.sum()):5}  {'  '.join(reached)}"


def shares(records: Sequence[Record], causes: Sequence[str], groups: Groups) -> Values:
    """The shares of causes for each record, by trees that know no record of its group."""
    names, kinds = trees.names_of(records), sorted({record["kind"] for record in records})
    values = np.concatenate([trees.table(records, names, kinds), stated(records, causes)], axis=1).astype(np.float32)
    faults, weights = np.array([record["fault"] for record in records]), weighed(records)
    found = np.zeros((len(records), len(causes)))
    for group in np.unique(groups):
        known = groups != group
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=FEWEST, max_features=ASKED, random_state=0)
        forest.fit(values[known], faults[known], sample_weight=weights[known])
        places = [list(causes).index(cause) for cause in forest.classes_]
        found[np.ix_(np.flatnonzero(~known), places)] = forest.predict_proba(values[~known])
    return found


def of_families(records: Sequence[Record]) -> Groups:
    """The group of each record, in which the fit leaves out its family."""
    place = {family: i for i, fold in enumerate(folds(records)) for family in fold}
    return np.array([place[record["family"]] for record in records])


def of_trainings(records: Sequence[Record]) -> Groups:
    """As many groups of trainings, the logs of one together."""
    return np.array([zlib.crc32(record["name"].split("-")[0].encode()) % FOLDS for record in records])
