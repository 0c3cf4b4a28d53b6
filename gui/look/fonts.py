"""Fonts of the plots."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication


def plot_font(is_strong: bool = False) -> QFont:
    """The application's font, one point smaller and with tabular figures."""
    return _made(QApplication.font().key(), is_strong)


@lru_cache(maxsize=8)
def _made(key: str, is_strong: bool) -> QFont:
    """Cached, since many parts of a plot need it in every frame; `key` is that of the application's font."""
    font = QFont(QApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(max(font.pointSizeF() - 1, 7.0))
    font.setFeature(QFont.Tag("tnum"), 1)
    if is_strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font
