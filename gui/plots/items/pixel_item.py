"""Base of items drawn over or under the curves in pixels of the pane."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from gui.plots.axes.view import View


class PixelItem(pg.GraphicsObject):
    """A child of a view box whose coordinates are the box's pixels; subclasses convert by `self.view`."""

    def __init__(self, box: pg.ViewBox, z: float) -> None:
        super().__init__(box)
        self.setZValue(z)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, False)
        self.view = View(0, 1, 0, 1, 1, 1)

    def set_view(self, view: View) -> None:
        """Set the view and repaint."""
        if (view.width, view.height) != (self.view.width, self.view.height):
            self.prepareGeometryChange()
        self.view = view
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.view.width, self.view.height)
