"""Tells which of several processes wrote a line, where launchers or programs put a label before it.

``[rank1]:`` is PyTorch's, ``[default1]:`` torchrun's, ``[1,1]<stdout>:`` that of MPI and Horovod, ``1:`` Slurm's,
``(RayTrainWorker pid=7)`` Ray's, and ``[GPU1]`` that of the tutorial on distributed training. The losses of the first
process keep their names; those of the others are series of their own.
"""

from __future__ import annotations

from engine.patterns import pattern

LOOKED_AT = 400
LEAST_SHARE = 0.9
LEAST_LINES = 6
_LABEL = pattern(
    r"(?i)\[(?:rank|default|(?:cuda:|(?:cuda|gpu|worker|process|proc)[ :#]?))(?P<a>\d{1,4})\](?::(?=\s?\S))?"
    r"|^\[(?:\d{1,4},)?(?P<b>\d{1,4})\]<std(?:out|err)>:"
    r"|^\s{0,3}(?:gpu|worker|process|proc|rank)[ :#]?(?P<c>\d{1,4})\s?[:|](?=\s?\D)"
)
_OF_RAY = pattern(r"\((?:[\w:.]{1,60}) (?P<pid>pid=\d{1,10}(?:, ip=[\d.:a-f]{3,45})?)\)")
_OF_SLURM = pattern(r"(?m)^\s{0,3}(\d{1,4}):(?=\s)")
_SIGNS = ("[", "(", "gpu", "GPU", "ank", "roc", "orker")


class Ranks:
    """Replaces the label of a line by ``rank 1``, as programs write it themselves.

    Examples
    --------
    >>> ranks = Ranks()
    >>> [ranks.told(line) for line in ("[rank1]: loss 0.5", "(RayTrainWorker pid=7) loss 0.5", "loss 0.5")]
    [' rank 1 : loss 0.5', ' rank 0 : loss 0.5', 'loss 0.5']
    """

    def __init__(self) -> None:
        self._processes: dict[str, int] = {}

    def told(self, line: str) -> str:
        """The line with its label told; as it is without one."""
        if not any(sign in line[:160] for sign in _SIGNS):
            return line
        if (found := _LABEL.search(line, 0, 160)) is not None:
            rank = next(group for group in found.groups() if group is not None)
        elif "pid=" in line[:160] and (found := _OF_RAY.search(line, 0, 160)) is not None:
            rank = str(self._processes.setdefault(found["pid"], len(self._processes)))
        else:
            return line
        return f"{line[: found.start()]} rank {int(rank)} : {line[found.end() :].lstrip()}"


def is_labelled(line: str) -> bool:
    """Whether a line has the label of a process."""
    return Ranks().told(line) != line


def with_ranks(text: str) -> str | None:
    """The text of ``srun --label``, whose lines begin with the number of their task; None if it is none.

    Numbers that only rise are those of lines, as ``grep -n`` writes them.

    Examples
    --------
    >>> with_ranks("0: epoch 1 loss 2.5\\n1: epoch 1 loss 2.6\\n" * 3).splitlines()[1]
    '[rank1]: epoch 1 loss 2.6'
    >>> with_ranks("".join(f"{i}: epoch {i} loss 2.5\\n" for i in range(9))) is None
    True
    """
    if not _OF_SLURM.match(text):
        return None
    lines = [line for line in text[: 200 * LOOKED_AT].splitlines()[:LOOKED_AT] if line.strip()]
    found = [int(label[1]) for line in lines if (label := _OF_SLURM.match(line)) is not None]
    labels = set(found)
    is_label = len(found) >= max(LEAST_LINES, LEAST_SHARE * len(lines)) and 1 < len(labels) <= len(found) / 2
    is_counted = found == sorted(found) or 0 not in labels or max(labels) > 2 * len(labels)
    return _OF_SLURM.sub(r"[rank\1]:", text) if is_label and not is_counted else None
