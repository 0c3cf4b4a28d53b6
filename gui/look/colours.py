"""Colours derived from those of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from gui.look.theme import Theme

RAW_OPACITY, RAW_OPACITY_BESIDE = 0.48, 0.36  # of the ribbon, for the active run and the others


def blend(colour: str, ground: str, opacity: float) -> QColor:
    """Blend `colour` onto `ground`: an opaque curve does not darken where it crosses itself.

    Examples
    --------
    >>> blend("#000000", "#ffffff", 0.25).name()
    '#bfbfbf'
    """
    return QColor(*_mixed(colour, ground, opacity))


@lru_cache(maxsize=4096)
def _mixed(colour: str, ground: str, opacity: float) -> tuple[int, int, int]:
    """Cached: the same few are asked for in every frame."""
    over, under = QColor(colour), QColor(ground)
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    red, green, blue = (round(o * opacity + u * (1 - opacity)) for o, u in pairs)
    return red, green, blue


def faded(colour: str, opacity: float) -> QColor:
    """Give a colour an opacity, 0 to 1."""
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


def run_colour(index: int, theme: Theme) -> str:
    """The colour of a run in an overlay."""
    return theme.runs[index % len(theme.runs)]
