"""Collects Python's cyclic garbage in the GUI thread only.

Automatic collection may run in the training thread, where it would destroy Qt objects, which Qt forbids, and stall the
training at arbitrary moments. The idea is Erik Janssens', and pyqtgraph has it too
(`pyqtgraph.util.garbage_collector`); this one adds `gc.freeze`.
See ``docs/decisions/0009-garbage-is-collected-by-a-timer.md``.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

MILLISECONDS = 500
MANY = 100_000  # new objects in half a second: a library was imported, whose modules stay


class Garbage(QObject):
    """Collects the generations that are due twice a second; automatic collection is off until `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(MILLISECONDS)
        self._timer.timeout.connect(self.collect)
        gc.disable()
        self.settle()
        self._timer.start()

    def settle(self) -> None:
        """Exempt all present objects: a full collection over torch's modules stalls the window for 0.1 s."""
        gc.freeze()

    def collect(self) -> None:
        """Collect the generations that Python would have collected by now."""
        if gc.get_count()[0] > MANY:
            self.settle()
            return
        for generation, (count, threshold) in reversed(list(enumerate(zip(gc.get_count(), gc.get_threshold())))):
            if threshold and count > threshold:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Turn automatic collection on again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
