"""An array that can be appended to without copying it each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Growing:
    """Numbers in contiguous memory; appending takes amortised constant time.

    A first large array is viewed, not copied, so that a loaded column of ten million numbers is in memory only once.
    """

    def __init__(self, dtype: type = float) -> None:
        self._store: NDArray = np.empty(0, dtype)
        self._length = 0
        self._is_borrowed = False

    def __len__(self) -> int:
        return self._length

    @property
    def array(self) -> NDArray:
        """A view of what was appended so far."""
        return self._store[: self._length]

    def append(self, values: NDArray) -> None:
        """Append `values`."""
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

    def cut(self, length: int) -> None:
        """Drop all after the first `length`."""
        if length < self._length:
            if self._is_borrowed:
                self._store, self._is_borrowed = self._store.copy(), False
            self._length = length

    def _make_room(self, wanted: int) -> None:
        bigger = np.empty(max(wanted, self._length + self._length // 2, 256), self._store.dtype)
        bigger[: self._length] = self.array
        self._store, self._is_borrowed = bigger, False
