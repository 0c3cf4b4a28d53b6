"""Recognises counters in a printed line: steps, epochs, mini-batches of an epoch."""

from __future__ import annotations

from functools import lru_cache

from engine.logs.names import Likeness, clocks, likeness, words
from engine.logs.pairs import Pair

_NO_CLOCK = frozenset(
    ("per", "total", "max", "num", "number", "skipped", "nan", "bad", "best", "every", "of", "last", "n", "save")
)
_STEPS_OF_TIME = frozenset(("iterations", "timesteps", "step", "steps"))


def clock_kind(pair: Pair) -> str | None:
    """What a number counts: ``step``, ``epoch`` or ``batch`` (of an epoch); None if it is not a counter."""
    if not pair.key:
        return "batch" if pair.total else None
    return _clock_named(pair.key)


@lru_cache(maxsize=8192)
def _clock_named(key: str) -> str | None:
    if clocks([key], "step"):
        return "step"
    parts = words(key)
    if not parts or len(parts) > 3 or _NO_CLOCK & set(parts) or likeness(key) >= Likeness.MEASURE:
        return None
    last = parts[-1]
    if "time" in parts and last not in _STEPS_OF_TIME:
        return None  # Composer's time/batch and time/epoch are values beside [batch=9/99]
    if clocks([key], "epoch") or clocks([last], "epoch"):
        return "epoch"
    if len(parts) < 3 and clocks([last], "step"):
        return "step"
    return "batch" if last in ("batch", "minibatch", "mb") else None


def better_clock(known: Pair | None, other: Pair, kind: str) -> Pair:
    """The better of two counters of a kind on one line: the one with the clearer name, else the first."""
    if known is None or (kind == "batch" and not known.key and len(words(other.key)) == 1):
        return other
    ranked = clocks([known.key, other.key], kind) if kind != "batch" else []
    return other if ranked[:1] == [other.key] and other.key != known.key else known
