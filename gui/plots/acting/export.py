"""Exports the figure as an image, as vectors where the format has them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView

from engine.i18n import _

SUFFIXES = (".png", ".svg", ".pdf")
SHARPNESS = 2  # pixels of a PNG per pixel on screen
POINTS_PER_PIXEL = 0.75


class FigureError(ValueError):
    """The figure could not be written; the text gives the reason."""


def draw(canvas: QGraphicsView, device: QPaintDevice, background: str, size: QRectF) -> None:
    """Paint the canvas on a device."""
    painter = QPainter(device)
    painter.fillRect(size, QColor(background))
    painter.setFont(canvas.font())
    source = QRectF(canvas.viewport().rect())
    canvas.scene().render(painter, size, source, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()


def image(canvas: QGraphicsView, background: str) -> QImage:
    """Render the figure at twice the resolution of the screen."""
    size = canvas.viewport().size()
    picture = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    draw(canvas, picture, background, QRectF(0, 0, picture.width(), picture.height()))
    return picture


def write(canvas: QGraphicsView, path: Path, background: str, title: str) -> None:
    """Write the figure as PNG, SVG or PDF, by the file's suffix.

    Raises
    ------
    FigureError
        If the suffix is another, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FigureError(_("a figure must be a PNG, SVG or PDF file"))
    try:
        path.open("ab").close()
    except OSError as error:
        raise FigureError(error.strerror or str(error)) from error
    size = canvas.viewport().size()
    if suffix == ".png":
        if not image(canvas, background).save(str(path)):
            raise FigureError(_("the image is too large"))
        return
    device = _svg(path, size, title) if suffix == ".svg" else _pdf(path, size, title)
    paper = QSizeF(device.width(), device.height()) if suffix == ".pdf" else QSizeF(size)
    draw(canvas, device, background, QRectF(QPointF(0, 0), paper))


def _svg(path: Path, size: QSize, title: str) -> QSvgGenerator:
    device = QSvgGenerator()
    device.setFileName(str(path))
    device.setSize(size)
    device.setViewBox(QRectF(0, 0, size.width(), size.height()))
    device.setTitle(title)
    return device


def _pdf(path: Path, size: QSize, title: str) -> QPdfWriter:
    device = QPdfWriter(str(path))
    device.setTitle(title)
    device.setResolution(96)
    points = QSizeF(size.width() * POINTS_PER_PIXEL, size.height() * POINTS_PER_PIXEL)
    device.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    return device
