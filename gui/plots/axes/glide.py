"""Short animation from one range of x to another, so that the eye can follow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle

DURATION_MS = 150


class Glide(QObject):
    """Animates a range; jumps if motion is reduced."""

    def __init__(self, parent: QObject, move: Callable[[float, float], None]) -> None:
        super().__init__(parent)
        self.is_reduced = False
        self._move = move
        self._from = self._to = (0.0, 1.0)
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION_MS)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._at)

    def start(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Move from `start` to `end`."""
        self.stop()
        self._from, self._to = start, end
        if self.is_reduced or not _is_animated():
            self._move(*end)
        else:
            self._animation.start()

    def stop(self) -> None:
        self._animation.stop()

    @property
    def is_moving(self) -> bool:
        return self._animation.state() == QVariantAnimation.State.Running

    def _at(self, part: float) -> None:
        (a, b), (c, d) = self._from, self._to
        if part >= 1:
            self._move(c, d)
        else:
            self._move(a + (c - a) * part, b + (d - b) * part)


def _is_animated() -> bool:
    """Whether the desktop allows animations; a duration of 0 means no."""
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
