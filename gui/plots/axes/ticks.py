"""Positions of ticks at 1, 2 or 5 times a power of ten, also for a logarithmic axis."""

from __future__ import annotations

import math

import numpy as np

from engine.i18n import number, numbers, power_of_ten
from engine.table import Floats

STEPS = (1.0, 2.0, 5.0, 10.0)


def nice_step(span: float, most: int) -> float:
    """The smallest 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts.

    Examples
    --------
    >>> nice_step(100, 6), nice_step(0.9, 5)
    (20.0, 0.2)
    """
    rough = span / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def linear_ticks(low: float, high: float, most: int) -> tuple[Floats, float]:
    """Ticks from `low` to `high` and the step between them.

    Examples
    --------
    >>> linear_ticks(-0.1, 2.1, 5)
    (array([0. , 0.5, 1. , 1.5, 2. ]), 0.5)
    """
    if not (high > low and math.isfinite(high - low)):
        return np.array([low]), 1.0
    step = nice_step(high - low, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    at = np.arange(first, last + 1, dtype=np.float64) * step
    power = max(0, -math.floor(math.log10(step)))
    return (np.round(at, power) if power < 300 else at), step


def log_ticks(low: float, high: float, most: int) -> Floats:
    """Exponents (base ten) of the labelled ticks of an axis from ``10**low`` to ``10**high``.

    Whole decades, every n-th of them when there are many; 1-2-5 within them when there are few; evenly spaced numbers
    when not even two of those fit.

    Examples
    --------
    >>> log_ticks(-3, 2, 6)
    array([-3., -2., -1.,  0.,  1.,  2.])
    >>> 10 ** log_ticks(0, 1, 6)
    array([ 1.,  2.,  5., 10.])
    """
    decades = math.floor(high) - math.ceil(low) + 1
    if decades >= most or (decades > 2 and 3 * decades > most):
        every = max(1, math.ceil(decades / max(most, 1)))
        first = math.ceil(low / every) * every
        return np.arange(first, high + 1e-9, every, dtype=np.float64)
    within = [e + math.log10(m) for e in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5)]
    within = [tick for tick in within if low - 1e-9 <= tick <= high + 1e-9]
    if len(within) >= 3 or high > 300:
        return np.array(within)
    for parts in (most, 2 * most, 4 * most):
        plain = linear_ticks(10.0**low, 10.0**high, parts)[0]
        if (plain > 0).sum() >= 2:
            break
    return np.log10(plain[plain > 0])


def log_texts(at: Floats) -> list[str]:
    """The numbers of the ticks of a logarithmic axis, all as powers of ten where one of the whole decades needs it.

    Examples
    --------
    >>> log_texts(np.array([0.0, 2.0])), log_texts(np.array([-4.0, -2.0, 0.0])), log_texts(np.log10([0.0005, 0.001]))
    (['1', '100'], ['10⁻⁴', '10⁻²', '10⁰'], ['0.0005', '0.001'])
    """
    shown = [e for e in at.tolist() if -300 < e < 300]
    if all(e == int(e) for e in shown) and any(not -3 <= e < 6 for e in shown):
        return [power_of_ten(int(e)) if -300 < e < 300 else "" for e in at]
    texts = iter(numbers(*(float(f"{10.0**e:.3g}") for e in shown)))
    return [next(texts) if -300 < e < 300 else "" for e in at]


def tick_text(value: float, step: float) -> str:
    """Format a tick's number with the digits that distinguish it from its neighbours.

    Examples
    --------
    >>> tick_text(0.30000000000000004, 0.1), tick_text(12500, 2500), tick_text(1.0, 0.25)
    ('0.3', '12\\u202f500', '1')
    """
    if abs(value) < step * 1e-6:
        return "0"
    digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(step) + 1e-9) + 1
    return number(float(f"{value:.{max(digits, 1) + 1}g}"), max(digits + _is_quarter(step), 1))


def _is_quarter(step: float) -> bool:
    return abs(step * 10 ** -math.floor(math.log10(step)) - 2.5) < 1e-6
