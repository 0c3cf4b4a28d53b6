"""The learning rate at which a run starts to explode, by bisection, and the one predicted from curvature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.experiments.answers.base import Answer
from engine.experiments.ledger import Ledger
from engine.experiments.records import Finding
from engine.experiments.reference import Reference
from engine.i18n import _, number

if TYPE_CHECKING:
    from engine.tasks.base import Task

STEPS = 400
GROWTH = 10.0
WIDTH = 1.01  # of the bracket, as a ratio
LOWEST = 1e-4  # of the run's own rate
PRODUCTS, TOLERANCE = 32, 1e-5


class CriticalRate(Answer):
    """Bisection over whole runs, for plain gradient descent: below 2/λmax a quadratic cannot explode, above it must."""

    name = "critical_rate"
    kinds: ClassVar = (EventKind.DIVERGED,)

    def find(self, reference: Reference, ledger: Ledger, is_cancelled: Callable[[], bool]) -> Finding | None:
        if reference.settings.get("optimizer") != "sgd":
            return None
        high = float(reference.settings_at_onset()["lr"] or 0)
        low = high
        while not is_cancelled() and _explodes(reference, low, is_cancelled):
            high, low = low, low / 4
            if low < LOWEST * high:
                return None
        while not is_cancelled() and high / low > WIDTH:
            middle = math.sqrt(low * high)
            low, high = (low, middle) if _explodes(reference, middle, is_cancelled) else (middle, high)
        if is_cancelled() or low == high:
            return None
        sharpness = _sharpness(reference)
        numbers = {"low": low, "high": high}
        return Finding(self.name, numbers | ({} if sharpness is None else {"sharpness": sharpness}))

    def text(self, finding: Finding) -> str:
        low, high = finding.numbers["low"], finding.numbers["high"]
        text = _("Runs from the same start stay bounded at learning rate {low} and explode at {high}.").format(
            low=number(low, 4), high=number(high, 4)
        )
        if "sharpness" not in finding.numbers:
            return text
        limit = 2 / finding.numbers["sharpness"]
        more = _("The curvature gives 2 ÷ largest curvature = {limit}, {ratio} times below their middle.")
        return f"{text} " + more.format(limit=number(limit, 4), ratio=number(math.sqrt(low * high) / limit))


def _explodes(reference: Reference, lr: float, is_cancelled: Callable[[], bool]) -> bool:
    from engine.training.session import TrainingSession

    settings = {**reference.settings, "lr": lr}
    session = TrainingSession(reference.scenario, reference.seed, settings, "none", STEPS)
    first = session.look()
    for _row in session:
        if is_cancelled():
            return False
    last = session.look()
    return not math.isfinite(last) or last > GROWTH * first


def _sharpness(reference: Reference) -> float | None:
    """Largest eigenvalue of the Hessian of the loss on all data, at the initial weights."""
    from engine.training.session import TrainingSession

    session = TrainingSession(reference.scenario, reference.seed, reference.settings, "none", 1)
    return sharpness(session.task)


def sharpness(task: Task) -> float | None:
    """Largest eigenvalue of the Hessian of the mean loss over all samples; None if it cannot be computed."""
    from engine.probes.twin import Twin
    from overshoot.arithmetic.curvature import Curvature
    from overshoot.arithmetic.lanczos import largest_eigenvalue
    from overshoot.arithmetic.sharpness import first_vector

    parameters = [p for p in task.model.parameters() if p.requires_grad]
    twin = Twin(task)
    twin.load([p.detach() for p in parameters])
    here = Curvature(lambda: twin.losses(task.inputs, task.targets).mean(), twin.parameters)
    size = sum(p.numel() for p in parameters)
    found = largest_eigenvalue(here.times_flat, first_vector(size), min(size, PRODUCTS), TOLERANCE)
    return None if found is None else found[0]
