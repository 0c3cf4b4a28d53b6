"""Recognises lines that say that what follows is training or evaluation, though the lines that follow look alike.

``Eval begin...``, then ``step 10/30 - loss: 0.17`` and ``Eval samples: 960``: only the lines around them tell that
these losses are of an evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.logs.pairs import ROLE, Pair
from engine.patterns import pattern

LONGEST_LINE = 160
MOST_WORDS = 7

_WORDS = pattern(r"[^\W\d_]+")
_AFTER_PREFIX = pattern(r"(?:\]|\s-|:|\|)\s+(?=[^\]|]+$)")
# A dictionary of results that an estimator saves is of an evaluation.
_SAVED = pattern(r"Saving dict for global step \d+:")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROLES = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "validating"), "val"),
    **dict.fromkeys(("eval", "evaluation", "evaluate", "evaluating"), "eval"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("dev", "holdout"), "dev"),
}
_FILLERS = frozenset(
    _listed(
        """
    start starts started starting begin begins began beginning run running runs now perform performing enter
    entering the a an on of for in at with set split data dataset phase mode loop stage step epoch results
    result metrics metric performance model info root main trainer net network current this
    """
    )
)
_ENDS = frozenset(_listed("end ends ended done finish finished complete completed over samples took"))


class Phase:
    """The role of the lines that follow, by the lines around them; empty if each line says its own."""

    def __init__(self) -> None:
        self.role = ""
        self._totals: Mapping[str, str] | None = None  # of the first line of this phase
        self._training: dict[str, Pair] = {}  # the last counters of training

    def hear(self, line: str) -> None:
        """Take note of a line that has no loss."""
        words = announcement(line)
        if words is None:
            return
        role, ends = words
        self.role = "" if ends or role == "train" else role
        self._totals = None

    def of_line(self, line: str, counting: Mapping[str, Pair], named: Sequence[Pair]) -> str:
        """The role of a line with a loss that does not say its own."""
        if _SAVED.search(line):
            return "eval"
        says_own = any(p.role or ROLE.search(p.key.replace("_", " ")) for p in named)
        if self.role and not says_own and not self._is_training(counting):
            return self.role
        self.role = ""
        for kind, pair in counting.items():
            self._training[kind] = pair
        return ""

    def _is_training(self, counting: Mapping[str, Pair]) -> bool:
        """Whether a line after an announcement counts on where training was, or with another total than the first."""
        epoch, known = counting.get("epoch"), self._training.get("epoch")
        if epoch is not None and known is not None and epoch.value > known.value:
            return True
        totals = {kind: pair.total for kind, pair in counting.items() if kind != "epoch"}
        if self._totals is None:
            self._totals = totals
        return totals != self._totals or any(self._goes_on(kind, pair) for kind, pair in counting.items())

    def _goes_on(self, kind: str, pair: Pair) -> bool:
        known = self._training.get(kind)
        if kind != "step" or (known is not None and known.total != pair.total):
            return False
        return known is None or pair.value > known.value


def announces(line: str) -> bool:
    """Whether a line tells the role of its own values, or of those in the lines that follow."""
    return announcement(line) is not None or bool(_SAVED.search(line))


def announcement(line: str) -> tuple[str, bool] | None:
    """The role that a line announces, and whether it says that this has ended; None if it announces nothing.

    Examples
    --------
    >>> announcement("Eval begin..."), announcement("***** Running Evaluation *****"), announcement("Eval samples: 48")
    (('eval', False), ('eval', False), ('eval', True))
    >>> announcement("saving the model with the best validation loss") is None
    True
    """
    if len(line) > LONGEST_LINE:
        return None
    parts = _AFTER_PREFIX.split(line)
    return _announced(line) or (_announced(parts[-1]) if len(parts) > 1 else None)


def _announced(text: str) -> tuple[str, bool] | None:
    words = [word.lower() for word in _WORDS.findall(text)]
    if not 0 < len(words) <= MOST_WORDS:
        return None
    roles = [_ROLES[word] for word in words if word in _ROLES]
    others = {word for word in words if word not in _ROLES}
    # "Evaluating on the validation set" says it twice; "training and validation" announces neither.
    if not roles or ("train" in roles and len(roles) > 1) or others - _FILLERS - _ENDS:
        return None
    return roles[-1], bool(others & _ENDS)
