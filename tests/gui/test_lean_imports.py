"""What the window spares pyqtgraph's import leaves it as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LEAN = """
import sys
from gui.plots.items.lean import MIRRORED, import_pyqtgraph
import_pyqtgraph()
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, pyqtgraph
few = sum(len(vars(getattr(pyqtgraph.Qt, name))) for name in MIRRORED)
for name in MIRRORED:
    source, copy = getattr(PySide6, name), getattr(pyqtgraph.Qt, name)
    assert sys.modules[f"pyqtgraph.Qt.{name}"] is copy and "QtCore" not in vars(source)
    words = [word for word in dir(source) if not word.startswith("_")]
    missing = [word for word in words if getattr(copy, word) is not getattr(source, word)]
    assert len(dir(source)) > 30 and not missing, missing
    assert not set(dir(source)) - set(dir(copy))
    try:
        copy.no_such_name
    except AttributeError as error:
        assert "no_such_name" in str(error)
    else:
        raise AssertionError("a name that is nowhere was found")
print(few, pyqtgraph.QtWidgets.QOpenGLWidget.__name__)
"""


def test_qt_is_copied_name_by_name_as_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    few, last = done.stdout.split()
    assert int(few) < 400 and last == "QOpenGLWidget"


FIRST_WINDOW = """
import os, sys
os.environ["OVERSHOOT_HOME"] = sys.argv[1]
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from gui.app import make_window
app = QApplication([])
window = make_window(app)
window.show()
assert not window.grab().isNull()
late = ("numpy.", "scipy", "polars", "pyqtgraph", "torch", "zstandard", "engine.detectors.", "engine.diagnosis.r")
early = [name for name in sys.modules if name.startswith(late)]
assert not early, early
waiting = QEventLoop()
window.stack.parts_made.connect(waiting.quit)
waiting.exec()
from gui.runs.start.cards import RecentCard
cards = window.findChildren(RecentCard)
assert cards and all(card._verdict.text() for card in cards)
import numpy
from engine import table, smoothing
assert smoothing.np.float64 is table.np.float64 is numpy.float64 and table.np.fft.rfft([1.0]).shape == (1,)
window.close()
"""


def test_the_first_window_loads_no_arithmetic_and_has_it_soon_after(tmp_path: Path) -> None:
    there = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    call = [sys.executable, "-c", FIRST_WINDOW, str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, env=there)
    assert done.returncode == 0, done.stderr


IMPORTS_OF_THREADS = """
import os, sys, threading
from pathlib import Path
os.environ["OVERSHOOT_HOME"] = sys.argv[1]
found = []

class Listener:
    def find_spec(self, name, *more):
        if threading.get_ident() != threading.main_thread().ident:
            found.append(name)

sys.meta_path.insert(0, Listener())
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from engine.training.pace import FULL
from gui.app import make_window
app = QApplication([])
window = make_window(app)
waiting = QEventLoop()
window.stack.parts_made.connect(waiting.quit)
window.show()
waiting.exec()
window.opening.events_found.connect(waiting.quit)
log = Path(sys.argv[1]) / "log.csv"
log.write_text("step,loss\\n" + "".join(f"{i},{1 / (i + 1)}\\n" for i in range(100)))
window.open_files([log])
waiting.exec()
window.desk.set_pace(FULL)
window.training.ended.connect(waiting.quit)
window.start_demo("explosion")
waiting.exec()
assert "engine.detectors.watch" in found and "torch" in found, found  # it listens
of_qt = [name for name in found if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")]
assert not of_qt, of_qt
window.close()
"""


def test_classes_of_qt_are_made_in_the_thread_of_the_window_alone(tmp_path: Path) -> None:
    """PySide6 looks the class of a widget up without a lock, in a table that another thread's classes would enlarge."""
    there = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    call = [sys.executable, "-c", IMPORTS_OF_THREADS, str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, env=there, timeout=120)
    assert done.returncode == 0, done.stderr


SMOOTHED = """
import sys
import numpy as np
from engine.smoothing import running_median
for width in (3, 5, 9, 25):
    assert len(running_median(np.arange(2000.0), width)) == 2000
assert "scipy" not in sys.modules
"""


def test_the_line_through_a_run_that_grows_is_smoothed_without_scipy() -> None:
    done = subprocess.run([sys.executable, "-c", SMOOTHED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
