"""Sharpness: the largest curvature of the loss, against the limit for the step size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_, told
from engine.probes.base import NONE, Moment, Probe, Quantity, Readings, State
from engine.probes.preconditioner import coming
from engine.run import Value
from engine.table import Floats
from overshoot.arithmetic import sharpness as arithmetic
from overshoot.arithmetic.curvature import Curvature

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task

FULL_DATA_UP_TO = 1024
SUBSET = 256
EDGE = "Cohen et al. 2021, arXiv 2103.00065"
ADAPTIVE_EDGE = "Cohen et al. 2022, arXiv 2207.14484"


class Sharpness(Probe):
    """Largest eigenvalue of the Hessian H, for Adam and RMSprop of the preconditioned P⁻¹H, with its stability limit.

    Lanczos on Hessian-vector products, started from the previous eigenvector. On all data if they are at most
    `FULL_DATA_UP_TO` samples, else on `SUBSET` evenly spaced ones: a biased estimate in a column of its own, without
    a limit (256 rows miss the full value by more than 3 % in half the seeds). The limit is that of full-batch
    training; with mini-batches the loss diverges somewhat below or above it.
    """

    name = "sharpness"
    title = N_("Sharpness")
    about = N_("Largest curvature of the loss, beside the largest that steps of this size can tolerate")
    cost = N_(
        "A gradient and 1 to 16 (at first 32) Hessian-vector products on the full data: 4 to 60 steps per reading"
    )
    quantities = (
        Quantity(
            "sharpness",
            N_("Sharpness"),
            "λmax(H); for Adam and RMSprop λmax(P⁻¹H)",
            f"{EDGE}; {ADAPTIVE_EDGE}",
            limit="stability_limit",
            is_log=True,
        ),
        Quantity(
            "stability_limit",
            N_("Stability limit"),
            "2/η; momentum 2(1 + β)/η; Adam (2 + 2β₁)/((1 − β₁)η)",
            f"{EDGE}; Goh, Distill 2017; {ADAPTIVE_EDGE}",
            is_log=True,
        ),
        Quantity(
            "sharpness_estimate",
            N_("Sharpness, estimated on a subset"),
            "λmax over 256 samples, biased upward; no limit applies to it",
            EDGE,
            is_log=True,
        ),
    )
    explains = (EventKind.OVERSHOOT, EventKind.DIVERGED, EventKind.LATE_RISE)
    strides: ClassVar = {
        "edge-of-stability": 160,
        "explosion": 800,
        "late-rise": 250,
    }
    default_stride = 1000
    is_default = False

    def __init__(self) -> None:
        self._vector: Floats | None = None

    def is_on(self, scenario: str) -> bool:
        return scenario in ("explosion", "edge-of-stability")

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        if task is not None and not any(p.requires_grad for p in task.model.parameters()):
            return told(N_("Nothing is trained here, so there is no curvature to measure"))
        return None

    def before_step(self, moment: Moment) -> Readings:
        rows = sample(moment.task.inputs, FULL_DATA_UP_TO, SUBSET)
        moment.twin.load(moment.parameters)
        inputs, targets = moment.task.inputs[rows], moment.all_targets[rows]
        here = Curvature(lambda: moment.twin.losses(inputs, targets).mean(), moment.twin.parameters)
        found = arithmetic.sharpness(here, coming(moment), self._vector)
        if found is None:
            return NONE
        value, self._vector = found
        if rows != slice(None):
            return {"sharpness_estimate": value}
        limit = stability_limit(moment.settings, moment.lr)
        return {"sharpness": value} if limit is None else {"sharpness": value, "stability_limit": limit}

    def state(self) -> State:
        import torch

        return {} if self._vector is None else {"vector": torch.from_numpy(self._vector.copy())}

    def restore(self, state: State) -> None:
        vector = state.get("vector")
        self._vector = None if vector is None else vector.numpy().copy()  # type: ignore[attr-defined]


def sample(inputs: torch.Tensor, whole_up_to: int, count: int) -> slice:
    """All rows of small data, else `count` evenly spaced ones, the same in every reading."""
    total = len(inputs)
    if total <= whole_up_to:
        return slice(None)
    return slice(0, total // count * count, total // count)


def stability_limit(settings: Mapping[str, Value], lr: float) -> float | None:
    """The sharpness above which steps of this size diverge on a quadratic; None if unknown.

    Examples
    --------
    >>> stability_limit({"optimizer": "sgd"}, 0.1), round(stability_limit({"optimizer": "adam", "beta1": 0.9}, 1.0), 9)
    (20.0, 38.0)
    """
    momentum, beta1 = (float(settings.get(key, 0.9) or 0.0) for key in ("momentum", "beta1"))
    return arithmetic.stability_limit(str(settings.get("optimizer", "sgd")), lr, momentum, beta1)
