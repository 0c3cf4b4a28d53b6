"""Simulated loss curves of wide random ranges whose events are known, more than half of them without one.

    python -m tools.judging.simulated FOLDER [--count 600] [--seed 0]

writes them as a labelled set. A kind of curve is a file in ``curves``.
"""

from tools.judging.simulated.drawing import drawn, kinds_of_curves, simulated

__all__ = ["drawn", "kinds_of_curves", "simulated"]
