"""An array that grows at its end without copying everything each time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Growing:
    """Numbers in one piece of memory; appending costs a constant time on average.

    A first large array is viewed, not copied: a loaded column of ten million numbers stays in memory once.
    """

    def __init__(self, dtype: type = np.float64) -> None:
        self._store: NDArray = np.empty(0, dtype)
        self._length = 0
        self._is_borrowed = False

    def __len__(self) -> int:
        return self._length

    @property
    def array(self) -> NDArray:
        """What was appended so far, as a view."""
        return self._store[: self._length]

    def append(self, values: NDArray) -> None:
        """Put `values` at the end."""
        if not len(values):
            return
        if not self._length:
            self._store, self._length, self._is_borrowed = np.asarray(values, self._store.dtype), len(values), True
            return
        end = self._length + len(values)
        if self._is_borrowed or end > len(self._store):
            self._make_room(end)
        self._store[self._length : end] = values
        self._length = end

    def _make_room(self, wanted: int) -> None:
        bigger = np.empty(max(wanted, self._length + self._length // 2, 256), self._store.dtype)
        bigger[: self._length] = self.array
        self._store, self._is_borrowed = bigger, False
