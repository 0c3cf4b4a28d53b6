"""Results of an epoch of training beside a bar that also shows the loss of each batch.

Lightning 1 adds the mean over an epoch to the bar at the epoch's end, and leaves it there through the next one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


class EpochMeans:
    """Tells the losses that a bar shows still from those that it shows for the first time.

    Attributes
    ----------
    has_new : bool
        Whether the last draw showed the result of an epoch for the first time.

    Examples
    --------
    >>> means = EpochMeans()
    >>> draws = [({"loss": 3.0}, False), ({"loss": 2.0, "mean": 2.5}, True), ({"loss": 2.0, "mean": 2.5}, False)]
    >>> [means.still_shown(losses, is_at_end) for losses, is_at_end in draws]
    [set(), set(), {'mean'}]
    """

    def __init__(self) -> None:
        self._of_batches: set[Hashable] = set()  # shown before the bar was at its end
        self._shown: dict[Hashable, float] = {}
        self.has_new = False

    def still_shown(self, losses: Mapping[Name, float], is_at_end: bool) -> set[Name]:
        """Those of the losses of training beside one draw of a bar that are the result of an earlier epoch."""
        if is_at_end and self._of_batches:
            own = losses.keys() - self._of_batches
        else:
            own = losses.keys() & self._shown.keys()
            self._of_batches |= losses.keys() - own
        old = {name for name in own if name in self._shown and _is_same(self._shown[name], losses[name])}
        self.has_new = bool(own - old)
        self._shown.update({name: losses[name] for name in own})
        return old


def _is_same(shown: float, value: float) -> bool:
    return shown == value or (shown != shown and value != value)
