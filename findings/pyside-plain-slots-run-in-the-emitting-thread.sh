#!/usr/bin/env bash
# PySide6 6.11.3: a signal that a worker emits in its QThread runs a connected lambda, or a method of an object that is no
# QObject, in the worker's thread, although both were connected in the main one. Only the bound method of a QObject is
# queued to the thread of that object.
# Seen: runs in the main thread: lambda False, plain method False, method of a QObject True
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check PySide6-Essentials==6.11.3
"$folder/venv/bin/python" - <<'PYTHON'
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtGui import QGuiApplication

app = QGuiApplication([])
seen = {}


def note(what):
    seen[what] = QThread.currentThread() is app.thread()


class Worker(QObject):
    done = Signal()

    def run(self):
        self.done.emit()


class Plain:
    def slot(self):
        note("plain method")


class Bound(QObject):
    def slot(self):
        note("method of a QObject")
        QTimer.singleShot(0, app.quit)


thread, worker, plain, bound = QThread(), Worker(), Plain(), Bound()
worker.moveToThread(thread)
worker.done.connect(lambda: note("lambda"))
worker.done.connect(plain.slot)
worker.done.connect(bound.slot)
thread.started.connect(worker.run)
thread.start()
app.exec()
thread.quit()
thread.wait()
print("runs in the main thread:", seen)
assert seen == {"lambda": False, "plain method": False, "method of a QObject": True}
PYTHON
