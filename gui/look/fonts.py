"""The two sizes of type in a plot."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication


def plot_font(is_strong: bool = False) -> QFont:
    """One point smaller than the application's font, with figures of one width."""
    return _made(QApplication.font().key(), is_strong)


@lru_cache(maxsize=8)
def _made(key: str, is_strong: bool) -> QFont:
    """Many parts of a plot ask for it in every frame; the key is that of the font it is made from."""
    font = QFont(QApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(max(font.pointSizeF() - 1, 7.0))
    font.setFeature(QFont.Tag("tnum"), 1)
    if is_strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font
