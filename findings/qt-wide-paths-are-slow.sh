#!/usr/bin/env bash
# PySide6 6.11.3 (Qt): an antialiased QPainterPath of 2 400 noisy points takes about 200 times as long with a pen of two
# pixels as with one of one pixel, and over 100 times as long as the same segments drawn with drawLines.
# Seen, processor seconds: 1 px path 0.006, lines 0.005; 2 px path 1.330, lines 0.011 (the picture differs at the joints)
# Exits with another code than 0 when the path of two pixels is less than 10 times as slow as its lines.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check PySide6-Essentials==6.11.3
"$folder/venv/bin/python" - <<'PYTHON'
import os
import random
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPainterPath, QPen

app = QGuiApplication([])
random.seed(0)
points = [QPointF(i / 2, 300 + 200 * random.uniform(-1, 1)) for i in range(2400)]
path = QPainterPath(points[0])
for point in points[1:]:
    path.lineTo(point)
lines = [QLineF(a, b) for a, b in zip(points, points[1:])]
image = QImage(1280, 720, QImage.Format.Format_RGB32)


def seconds(width, draw):
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("blue"), width))
    start = time.process_time()
    draw(painter)
    took = time.process_time() - start
    painter.end()
    return took


for width in (1, 2):
    as_path = seconds(width, lambda painter: painter.drawPath(path))
    as_lines = seconds(width, lambda painter: painter.drawLines(lines))
    print(f"{width} px: path {as_path:.3f} s, lines {as_lines:.3f} s")
assert as_path > 10 * as_lines
PYTHON
