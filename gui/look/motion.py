"""Whether animations are allowed."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle


def is_motion_reduced(style: QStyle) -> bool:
    """Whether the desktop asks for no animations, which Qt reports as a duration of 0."""
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
