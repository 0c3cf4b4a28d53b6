"""Choice of the device for the next training: the CPU, or a GPU that torch supports."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from engine.i18n import _
from gui.shell.actions import Actions
from gui.training.measuring import CPU, Measuring

DEVICES = "engine.training.devices"


class DeviceChoice(QObject):
    """Fills the menu of devices and stores the choice.

    Signals
    -------
    message_ready : a message for the user
    """

    message_ready = Signal(str)

    def __init__(self, actions: Actions, measuring: Measuring, parent: QObject) -> None:
        super().__init__(parent)
        self._measuring = measuring
        self._menu: QMenu = actions.submenu("device")
        self._menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the available devices."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        for device in available():
            action = QAction(_("CPU") if device == CPU else device.upper(), self._menu)
            action.setCheckable(True)
            action.setChecked(device == self._measuring.device)
            action.setToolTip(_("Reproducible bit for bit") if device == CPU else differing(device))
            action.triggered.connect(lambda _checked=False, wanted=device: self.choose(wanted))
            group.addAction(action)
            self._menu.addAction(action)
        if len(group.actions()) == 1:
            self._menu.addAction(_("No GPU that torch can use was found")).setEnabled(False)

    def choose(self, device: str) -> None:
        """Use a device for the next training."""
        self._measuring.choose_device(device)
        if device != CPU:
            self.message_ready.emit(differing(device))


def available() -> tuple[str, ...]:
    """The devices that torch supports; only the CPU until torch is loaded, which choosing a demo does."""
    if DEVICES not in sys.modules or not hasattr(sys.modules[DEVICES], "available"):
        return (CPU,)
    return sys.modules[DEVICES].available()


def differing(device: str) -> str:
    """A message about how numbers differ on a device."""
    text = _(
        "The next training runs on {device}. Its numbers differ from the CPU's: at first in the last digits, "
        "later by as much as chance does. The figures quoted in this program were measured on the CPU."
    )
    return text.format(device=device.upper())
