"""Asks formats how well they fit a source, the more likely ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.logs.base import LogFormat, may_be
from engine.logs.source import Source


def best_first(source: Source, formats: Iterable[LogFormat]) -> Iterator[tuple[float, LogFormat]]:
    """Yield what each format says of a source, and the format, the best first.

    A format that cannot fit better than one that was asked (`LogFormat.most`) is asked only when it is its turn.
    """
    unasked = [other for other in formats if may_be(source, other.clues)]
    asked: list[tuple[float, LogFormat]] = []
    while unasked or asked:
        best = max(asked, key=lambda fit: fit[0], default=None)
        most = max((other.most for other in unasked), default=-1.0)
        if best is None or most >= best[0]:
            asked += [(other.matches(source), other) for other in unasked if other.most == most]
            unasked = [other for other in unasked if other.most < most]
        else:
            asked.remove(best)
            yield best
