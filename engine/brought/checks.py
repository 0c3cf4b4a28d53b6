"""Whether a brought training can be rewound bit for bit: asked for before a proof, and by a command of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.brought.source import IsStopped, Worker
from engine.i18n import _, number
from engine.run import Value

EXACT, WORKERS, NOT_EXACT = "exact", "exact with workers restarted", "not exact"


@dataclass(frozen=True)
class Checked:
    """What a check has found.

    Attributes
    ----------
    verdict : str
        ``exact``, ``exact with workers restarted`` or ``not exact``; empty if the check was stopped.
    first : mapping or None
        Where it was rewound to, the first step that differs, and what differs in it.
    points : tuple of int
        The steps that it was rewound to.
    """

    verdict: str
    first: Mapping[str, Any] | None = None
    points: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The verdict as a sentence."""
        points = ", ".join(number(step) for step in self.points) or "0"
        if self.verdict == EXACT:
            return _("Exact: rewound to {points}, it trains on bit for bit.").format(points=points)
        if self.verdict == WORKERS:
            return _(
                "Exact with workers restarted: rewound to {points}, it trains on bit for bit, if the loader's workers "
                "do not outlive an epoch (persistent_workers was turned off)."
            ).format(points=points)
        if self.first is None:
            return ""
        return _(
            "Not exact: rewound to step {start}, it differs first at step {step}, in {object}. A proof then only "
            "counts, against unchanged repeats."
        ).format(start=self.first["from"], step=self.first["step"], object=self.first["object"])


def check(
    worker: Worker, seed: int, knobs: Mapping[str, Value], is_stopped: IsStopped = lambda: False
) -> Iterator[tuple[int, int] | Checked]:
    """Check a training, yielding how far it is, step and last step, and in the end what was found.

    Raises
    ------
    BroughtError
        If the person's code fails.
    """
    for answer in worker.answers({"do": "check", "seed": seed, "knobs": dict(knobs)}, is_stopped):
        if "done" in answer:
            yield Checked(answer.get("verdict", ""), answer.get("first"), tuple(answer.get("checked", ())))
        elif "step" in (progress := answer.get("progress", {})):
            yield progress["step"], progress["until"]
