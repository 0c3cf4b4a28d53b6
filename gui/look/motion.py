"""Whether things may glide."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle


def is_motion_reduced(style: QStyle) -> bool:
    """Whether the desktop asks for no animations; Qt tells it as a duration of none."""
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
