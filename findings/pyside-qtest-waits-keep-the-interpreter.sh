#!/usr/bin/env bash
# PySide6 6.11.3: QTest.qWait and QTest.qSleep keep Python's interpreter lock while they wait, so other threads hardly run:
# only in the moments in which a slot in Python is called. QEventLoop.exec and QThread.msleep let them run, and a training in
# a thread that a test waits for with qWait takes many times as long.
# Seen: steps of a thread, of those while QEventLoop.exec waits: QThread.msleep 1.01, QTest.qWait 0.01, QTest.qSleep 0.01
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check PySide6-Essentials==6.11.3
"$folder/venv/bin/python" - <<'PYTHON'
import os
import threading
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QEventLoop, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

app = QGuiApplication([])
steps, is_over = 0, False


def work():
    global steps
    while not is_over:
        steps += 1


def rate(wait):
    before, began = steps, time.perf_counter()
    wait(1500)
    return (steps - before) / (time.perf_counter() - began)


def loop(milliseconds):
    waiting = QEventLoop()
    QTimer.singleShot(milliseconds, waiting.quit)
    waiting.exec()


thread = threading.Thread(target=work)
thread.start()
ways = {"QThread.msleep": QThread.msleep, "QTest.qWait": QTest.qWait, "QTest.qSleep": QTest.qSleep}
whole = rate(loop)
shares = {name: rate(way) / whole for name, way in ways.items()}
is_over = True
thread.join()
told = ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
print(f"steps of a thread, of those while QEventLoop.exec waits: {told}")
assert shares["QThread.msleep"] > 0.4 and shares["QTest.qWait"] < 0.2 and shares["QTest.qSleep"] < 0.2
PYTHON
