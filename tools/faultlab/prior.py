"""How often a cause is met against the others, which the fit takes as its prior shares.

The lab makes every fault as often as any other, since nobody has counted them where people train. What is known of one
stands here with its reason, and nowhere else.
"""

from __future__ import annotations

OFTEN = {
    # Walls of the loss are met in deep recurrence and narrow valleys, a bad mini-batch in any training with data; the
    # list states .15 and .35 of spikes. Additive weights, forest and networks each carry it, so 0.6 here makes about
    # that ratio in what is said. By a loss alone the two look alike, and this decides.
    "gradient_cliff": 0.6,
}
"""Times which a fault counts against the others; 1 if it is not named."""


def often(fault: str) -> float:
    return OFTEN.get(fault, 1.0)
