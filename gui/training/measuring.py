"""Probes of each scenario and device of the next training."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.probes.status import default_names
from gui.threads.messages import PROBES

CPU = "cpu"
ALWAYS = "weights"  # only of tiny models: their path through the landscape


class Measuring(QObject):
    """The probes and the device chosen by the user.

    Signals
    -------
    changed : a probe was switched, or another device was chosen
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.device = CPU
        self._chosen: dict[str, tuple[str, ...]] = {}

    def names(self, scenario: str) -> tuple[str, ...]:
        """Names of the probes that are on in a scenario."""
        return self._chosen[scenario] if scenario in self._chosen else (*default_names(scenario), ALWAYS)

    def probes(self, scenario: str) -> str:
        """The probes of a scenario as one text, as the training takes it."""
        return (",".join(self._chosen[scenario]) or "none") if scenario in self._chosen else PROBES

    def switch(self, scenario: str, name: str, is_on: bool) -> None:
        """Switch a probe on or off in trainings of a scenario."""
        others = tuple(other for other in self.names(scenario) if other != name)
        self._chosen[scenario] = (*others, name) if is_on else others
        self.changed.emit()

    def choose_device(self, device: str) -> None:
        """Use a device for the next training."""
        self.device = device
        self.changed.emit()
