"""Colours derived from those of the theme."""

from __future__ import annotations

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
    over, under = QColor(colour), QColor(ground)
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    mixed = (round(o * opacity + u * (1 - opacity)) for o, u in pairs)
    return QColor(*mixed)


def faded(colour: str, opacity: float) -> QColor:
    """Give a colour an opacity, 0 to 1."""
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


def run_colour(index: int, theme: Theme) -> str:
    """The colour of a run in an overlay."""
    return theme.runs[index % len(theme.runs)]
