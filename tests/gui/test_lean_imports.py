"""What the window spares pyqtgraph's import leaves it as it is."""

from __future__ import annotations

import subprocess
import sys

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
