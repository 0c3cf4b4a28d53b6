"""Binned clues as a sparse table of ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

BINS = 5
FEWEST = 30  # events that must tell a clue
KIND = 2.0  # entry of a kind's column, so that the penalty weighs less on it

Record = dict[str, Any]


@dataclass(frozen=True)
class Bins:
    """Where the bins of each clue begin, and the kinds of events.

    Attributes
    ----------
    names : tuple of str
    edges : tuple of tuple of float
        Of each clue, where its second to its last bin begin.
    kinds : tuple of str
    """

    names: tuple[str, ...]
    edges: tuple[tuple[float, ...], ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Bins:
        """Edges at even shares of what the records tell."""
        values: dict[str, list[float]] = {}
        for record in records:
            for name, value in record["clues"].items():
                values.setdefault(name, []).append(value)
        found = {}
        for name, told in sorted(values.items()):
            edges = np.unique(np.quantile(told, np.linspace(0, 1, BINS + 1)[1:-1], method="lower"))
            least = min(told)
            edges = edges[edges > least]
            if not len(edges) and len(set(told)) > 1:
                edges = np.array([min(t for t in told if t > least)])
            if len(told) >= FEWEST and len(edges):
                found[name] = tuple(float(f"{edge:.5g}") for edge in edges)
        kinds = tuple(sorted({record["kind"] for record in records}))
        return cls(tuple(found), tuple(found.values()), kinds)

    @property
    def starts(self) -> list[int]:
        """The column of each clue's first bin, then that of the first kind."""
        widths = [len(edges) + 1 for edges in self.edges]
        return [0, *np.cumsum(widths).tolist()]

    def matrix(self, records: Sequence[Record]) -> csr_matrix:
        """One column for each bin of each clue, then one for each kind; shape (records, columns)."""
        starts = self.starts
        rows, columns, values = [], [], []
        for row, record in enumerate(records):
            told = record["clues"]
            for name, edges, start in zip(self.names, self.edges, starts, strict=False):
                if (value := told.get(name)) is not None:
                    rows.append(row)
                    columns.append(start + bisect_right(edges, value))
                    values.append(1.0)
            if record["kind"] in self.kinds:
                rows.append(row)
                columns.append(starts[-1] + self.kinds.index(record["kind"]))
                values.append(KIND)
        return csr_matrix((values, (rows, columns)), (len(records), starts[-1] + len(self.kinds)))
