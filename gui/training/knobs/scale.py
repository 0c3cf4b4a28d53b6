"""Maps a knob's value to its slider and back."""

from __future__ import annotations

import math

from engine.tasks.settings import Kind, Setting

POSITIONS = 4000
DECADES = 3  # range of a logarithmic slider to either side of the default


class KnobScale:
    """Maps slider positions to values of a numeric setting, logarithmically or linearly.

    Examples
    --------
    >>> from engine.tasks.settings import SETTINGS
    >>> scale = KnobScale(SETTINGS["beta1"])
    >>> scale.value(scale.position(0.5))
    0.5
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        low, high = float(setting.low or 0.0), float(setting.high if setting.high is not None else 1.0)
        middle = setting.default if isinstance(setting.default, int | float) else math.sqrt(max(low, 1e-6) * high)
        self.is_log = setting.is_log
        if self.is_log:
            anchor = float(middle) or 1e-3
            low, high = max(low, anchor / 10**DECADES), min(high, anchor * 10**DECADES)
        elif setting.kind is Kind.INTEGER:
            high = min(high, 4.0 * float(middle))
        self.low, self.high = low, high

    def value(self, position: int) -> float | int:
        """The value at a position, rounded to two or three digits."""
        share = position / POSITIONS
        if self.is_log:
            found = self.low * (self.high / self.low) ** share
        else:
            found = self.low + (self.high - self.low) * share
        if self._setting.kind is Kind.INTEGER:
            return max(1, round(float(f"{found:.2g}")))
        return min(max(float(f"{found:.3g}"), self.low), self.high)

    def position(self, value: float) -> int:
        """The position nearest to a value."""
        clipped = min(max(value, self.low), self.high)
        if self.is_log:
            share = math.log(clipped / self.low) / math.log(self.high / self.low)
        else:
            share = (clipped - self.low) / (self.high - self.low)
        return round(share * POSITIONS)
