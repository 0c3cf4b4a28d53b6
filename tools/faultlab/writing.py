"""Writes what was fitted where the program reads it (`engine.diagnosis.stored`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.diagnosis.fitted import UNITS
from engine.diagnosis.stored import LENGTH, TYPES, Array

if TYPE_CHECKING:
    from tools.faultlab.fit import Model

NAMES = {np.dtype(kind): name for name, kind in TYPES.items()}


def write(out: Path, model: Model, told: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write a model.

    Parameters
    ----------
    told : mapping of str to ndarray, shape (causes, bins)
        How often each clue falls into its bins under each cause.
    about : mapping
        Temperatures, what would tell causes apart, and what it was fitted on.

    Raises
    ------
    ValueError
        If forest and networks do not read the same.
    """
    trees, networks, weights = model.trees, model.networks, model.weights
    if (trees.names, trees.kinds, trees.causes) != (networks.names, networks.kinds, networks.causes):
        raise ValueError("forest and networks read different facts")
    bins = weights.bins
    words = {
        "causes": weights.causes,
        "kinds": {kind: np.round(weights.of_kind(kind), 3).tolist() for kind in bins.kinds},
        "clues": {name: list(cuts) for name, cuts in zip(bins.names, bins.edges, strict=True)},
        "facts": trees.names,
    }
    clues = {
        "weights": in_units(np.concatenate([weights.of_clue(place) for place in range(len(bins.names))])),
        "told": in_units(np.concatenate([told[name].T for name in bins.names])),
    }
    keep(out, {**about, **words}, {"clues": clues, "forest": trees.arrays(), "networks": networks.arrays()})


def keep(out: Path, words: Mapping[str, Any], parts: Mapping[str, Mapping[str, Array]]) -> None:
    """Write words to a file, the arrays of some parts beside it, and their checksum to the words."""
    data = laid_out({f"{part}.{name}": values for part, own in parts.items() for name, values in own.items()})
    text = json.dumps({**words, "arrays": hashlib.sha256(data).hexdigest()}, separators=(",", ":"))
    out.with_suffix(".safetensors").write_bytes(data)
    out.write_text(text + "\n", encoding="utf-8")


def in_units(values: Array) -> Array:
    """Small numbers as whole ones.

    >>> in_units(np.array([0.013, -1.689]))
    array([   13, -1689], dtype=int16)
    """
    return np.round(values * UNITS).astype(np.int16)


def laid_out(arrays: Mapping[str, Array]) -> bytes:
    """Arrays in the layout of safetensors, those of the longest numbers first, so that each begins at a whole one."""
    ordered = sorted(arrays.items(), key=lambda item: -item[1].dtype.itemsize)
    header, place = {}, 0
    for name, values in ordered:
        where = (place, place + values.nbytes)
        header[name] = {"dtype": NAMES[values.dtype], "shape": values.shape, "data_offsets": where}
        place += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH)
    return b"".join((len(text).to_bytes(LENGTH, "little"), text, *(values.tobytes() for _name, values in ordered)))
