"""The order of the samples in mini-batches."""

from __future__ import annotations

import torch

from engine.run import Value


class Order:
    """Hands out the mini-batches of one epoch after the other.

    Parameters
    ----------
    samples : int
    generator : torch.Generator
        Draws a new permutation for every shuffled epoch.

    Attributes
    ----------
    position : int
        Mini-batches of this epoch handed out so far.
    length : int
        Mini-batches in this epoch; 0 between two epochs.
    """

    def __init__(self, samples: int, generator: torch.Generator, device: str = "cpu") -> None:
        self._samples = samples
        self._generator = generator
        self._device = device
        self._indices = torch.arange(samples)
        self._batches: tuple[torch.Tensor, ...] = ()
        self.nominal_size = samples
        self.drops_last = False
        self.position = 0

    @property
    def length(self) -> int:
        return len(self._batches)

    def begin_epoch(
        self, batch_size: Value, shuffle: bool, drop_last: bool = False, with_replacement: bool = False
    ) -> None:
        """Draw the order of a new epoch; a full batch keeps the order of the samples."""
        size, samples = full_size(batch_size, self._samples), self._samples
        if size == samples or not (shuffle or with_replacement):
            self._indices = torch.arange(samples)
        elif with_replacement:
            self._indices = torch.randint(samples, (samples,), generator=self._generator)
        else:
            self._indices = torch.randperm(samples, generator=self._generator)
        self._cut(size, drop_last)
        self.position = 0

    def _cut(self, size: int, drop_last: bool) -> None:
        self.nominal_size, self.drops_last = size, drop_last
        batches = self._indices.to(self._device).split(size)
        if drop_last and len(batches) > 1 and len(batches[-1]) < size:
            batches = batches[:-1]
        self._batches = batches

    def end_epoch(self) -> None:
        """Mark the end of the epoch."""
        self._batches, self.position = (), 0

    def next(self) -> torch.Tensor | None:
        """Indices of the next mini-batch, shape (batch,); None for all samples in their order."""
        batch = self._batches[self.position]
        self.position += 1
        return None if len(batch) == self._samples else batch

    def state(self) -> dict[str, object]:
        """The state for `restore`, as plain data."""
        return {
            "indices": self._indices.clone(),
            "size": self.nominal_size,
            "drop_last": self.drops_last,
            "position": self.position,
            "is_under_way": bool(self._batches),
            "generator": self._generator.get_state(),
        }

    def restore(self, state: dict) -> None:
        """Continue from `state`, also within an epoch."""
        self._indices = state["indices"].clone()
        self._cut(state["size"], state["drop_last"])
        if not state["is_under_way"]:
            self.end_epoch()
        self.position = state["position"]
        self._generator.set_state(state["generator"])


def full_size(batch_size: Value, samples: int) -> int:
    """The mini-batch size in samples; all of them for ``full`` or a larger number."""
    return samples if batch_size == "full" else min(int(batch_size), samples)  # type: ignore[arg-type]


def steps_in_epoch(samples: int, batch_size: Value, drop_last: bool) -> int:
    """Mini-batches in an epoch.

    Examples
    --------
    >>> steps_in_epoch(98, 32, False), steps_in_epoch(98, 32, True), steps_in_epoch(98, "full", False)
    (4, 3, 1)
    """
    size = full_size(batch_size, samples)
    whole, rest = divmod(samples, size)
    return max(1, whole + (1 if rest and not drop_last else 0))
