"""How often a cause is met against the others, which the fit takes as its prior shares.

The lab makes every fault as often as any other, since nobody has counted them where people train. What is known of one
stands here with its reason, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.diagnosis import patterns
from engine.diagnosis.facts import Facts
from engine.events import EventKind

OFTEN = {
    # Walls of the loss are met in deep recurrence and narrow valleys, a bad mini-batch in any training with data; the
    # list states .15 and .35 of spikes. Additive weights, forest and networks each carry it, so 0.6 here makes about
    # that ratio in what is said. By a loss alone the two look alike, and this decides.
    "gradient_cliff": 0.6,
}
"""Times which a fault counts against the others; 1 if it is not named."""


def often(fault: str) -> float:
    return OFTEN.get(fault, 1.0)


def as_in_the_lab(stated: Mapping[str, float], facts: Facts) -> dict[str, float]:
    """The stated shares as the fit is given them.

    Where the list states a share by how often a cause is met, the fit is told how often the lab makes it. Told what is
    met, the additive weights would make good the difference and say the lab's share again.
    """
    times = {}
    if patterns.exceeds_one(facts):
        times["one_answer"] = 10.0  # the list counts it .03 beyond a loss of 1, where the lab has it with any loss
    if facts.event.kind is EventKind.DIVERGED:
        times["moving_target"] = 1 / 3  # stated as .03, as of other rises; the lab's moving targets seldom end so
    given = {cause: share * times.get(cause, 1.0) for cause, share in stated.items()}
    return {cause: share * sum(stated.values()) / sum(given.values()) for cause, share in given.items()}
