"""Lets a person type the ends of y."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from engine.i18n import _, number
from gui.look.values import typed_value

if TYPE_CHECKING:
    from gui.plots.panes.pane import Pane


def ask_limits(pane: Pane, typed: Callable[[str], None], parent: QWidget) -> None:
    """Open a dialog for the ends of a pane's y; `typed` gets the text."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(pane.header.title)
    dialog.setLabelText(_("Lower and upper end of y, such as 0.1 to 3; empty for automatic"))
    dialog.setTextValue(" … ".join(number(end, 4) for end in pane.limits))
    dialog.textValueSelected.connect(typed)
    dialog.open()


def typed_limits(text: str) -> tuple[float, float] | None:
    """Two numbers of a text, the smaller first; None where there are not two.

    Examples
    --------
    >>> typed_limits("0.1 … 3"), typed_limits("1e-3 to 2,5"), typed_limits("2 × 10⁻⁴; 1 000"), typed_limits("")
    ((0.1, 3.0), (0.001, 2.5), (0.0002, 1000.0), None)
    """
    parts = [part for part in re.split(r"\s*(?:…|\.\.\.?|;|–|\s[^\W\d]+\s)\s*", text.strip()) if part]
    try:
        low, high = sorted(float(typed_value(part)) for part in parts)
    except ValueError:
        return None
    return low, high
