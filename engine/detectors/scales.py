"""The few scales on which detectors judge a curve: each is chosen once, and means the same wherever it is asked.

A size is one of ln(loss), or a share of what it is compared with: the height of a climb, a drop, the range. The
values are round numbers near those that each rule had had for itself.
"""

from __future__ import annotations

import math

FEW = 5  # points or bins: the fewest whose median is a level and whose order is a trend
PARTS = 10  # of a run, whose medians show how its level moves; a run of fewer points shows nothing
MANY = 50  # points or bins: in fewer each one counts, and their scatter is hardly known

BRIEF = 0.05  # of a run or of its points: what starts so near, or lasts so short a time, is one place to the eye
LONG = 0.2  # of a run: what lasts so long is a part of it

UNSEEN = 0.01  # a size, or a share of a run, that nobody sees
SLIGHT = 0.1  # a size that one sees when one looks for it
CLEAR = 0.3  # a size that anybody sees
HALF = 0.5  # of a size, or of the points: what parts more from less
TENFOLD = math.log(10.0)  # an order of magnitude

SURE = 5.0  # scatters, or standard deviations, that chance alone does not reach in a run

MOST_LISTED = 6  # events of one kind: people who label by eye name no more
