"""The row of one probe: its switch, its cost, why it is inactive, and its latest readings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.i18n import _, ngettext, number, told_anew
from engine.probes.base import Probe
from engine.probes.status import Latest, ProbeStatus
from gui.look.controls import Switch, label, selectable
from gui.look.number_hints import hint
from gui.plots.panes.quantities import explained, title

NO_BREAK = "\u00a0"
MARGIN = 12
LEAST_SHARE = 0.0005  # smaller shares of the time are shown as "under"


class ProbeRow(QFrame):
    """Shows one probe.

    Signals
    -------
    switched : name of the probe, whether it should be on
    plot_wanted : column, whether it should be plotted
    """

    switched = Signal(str, bool)
    plot_wanted = Signal(str, bool)

    def __init__(self, probe: type[Probe]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._probe = probe
        self._status: ProbeStatus | None = None
        self._readings: dict[str, _Reading] = {}
        self._switch, self._cost = Switch(), label(role="quiet")  # wraps, since titles are long in some languages
        self._cost.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._about, self._why, self._price = label(role="quiet"), label(role="error"), label(role="quiet")
        self._switch.clicked.connect(lambda is_on: self.switched.emit(probe.name, is_on))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._switch, 2)
        head.addWidget(self._cost, 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, 8)
        column.setSpacing(4)
        column.addLayout(head)
        for part in (self._about, self._price, self._why):
            column.addWidget(part)
        column.addLayout(self._grid)

    def show_state(self, status: ProbeStatus, readings: Sequence[Latest], plotted: Collection[str]) -> None:
        """Show state, readings and plotted columns of the probe."""
        self._status = status
        probe = self._probe
        self._switch.setText(_(probe.title))
        self._switch.setChecked(status.is_on)
        self._switch.setEnabled(status.reason is None or status.is_on)
        self._switch.setToolTip(f"{_(probe.title)}\n{_(probe.about)}")
        self._show_cost(status)
        _show(self._about, _(probe.about))
        _show(self._price, "" if status.is_on else _(probe.cost))
        self._price.setToolTip(hint("price"))
        _show(self._why, told_anew(status.reason or (status.caveat if status.is_on else None) or ""))
        self._show_readings(readings, plotted)

    def _show_cost(self, status: ProbeStatus) -> None:
        every = ngettext("every step", "every {n} steps", status.stride).format(n=number(status.stride))
        if status.share is None:
            text = every if status.reason is None else ""
        elif status.reason is not None:
            text = _("inactive")
        else:
            text = _("{percent} %").format(percent=_share(status.share))
        self._cost.setText(text)
        self._fit_cost()
        self._cost.setToolTip(
            "\n".join(
                (
                    _(self._probe.cost),
                    _("Reads {every}.").format(every=every),
                    _("Measured: seconds in the probe ÷ seconds of training, in this run."),
                )
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cost()

    def _fit_cost(self) -> None:
        """Put the cost on one line if it fits beside the title, else on two."""
        needed = self._switch.sizeHint().width() + self._cost.fontMetrics().horizontalAdvance(self._cost.text()) + 8
        self._cost.setWordWrap(needed > self.width() - 2 * MARGIN)

    def _show_readings(self, readings: Sequence[Latest], plotted: Collection[str]) -> None:
        wanted = [reading.quantity.column for reading in readings]
        if wanted != list(self._readings):
            for old in self._readings.values():
                old.remove()
            self._readings = {}
            for row, name in enumerate(wanted):
                self._readings[name] = _Reading(self._grid, row, name)
                self._readings[name].toggle.clicked.connect(
                    lambda _checked=False, column=name: self.plot_wanted.emit(
                        column, not self._readings[column].is_plotted
                    )
                )
        for reading in readings:
            self._readings[reading.quantity.column].show_value(reading, reading.quantity.column in plotted)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the readings, by column."""
        return {name: reading.value.text() for name, reading in self._readings.items()}


class _Reading:
    """A line with a quantity's name, value and plot button."""

    def __init__(self, grid: QGridLayout, row: int, column: str) -> None:
        self.column, self.is_plotted = column, False
        self.name, self.value = label(role="quiet"), selectable(label())
        self.toggle = QPushButton()  # whose text says what it would do now, also in another language
        self.toggle.setAutoDefault(False)
        self.toggle.setProperty("role", "link")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.value.setAlignment(right)
        grid.addWidget(self.name, row, 0)
        grid.addWidget(self.value, row, 1)
        grid.addWidget(self.toggle, row, 2, right)

    def show_value(self, reading: Latest, is_plotted: bool) -> None:
        self.is_plotted = is_plotted
        self.name.setText(title(self.column))
        text = _whole(reading.value)
        if reading.members > 1:
            text = f"{text} · {_members(reading).replace(' ', NO_BREAK)}"
        if reading.limit is not None:
            text = _("{value} of {limit}").format(value=text, limit=_whole(reading.limit))
        self.value.setText(text)
        self.toggle.setText(_("Hide") if is_plotted else _("Plot"))
        about = explained(self.column)
        if reading.limit is not None and reading.quantity.limit is not None:
            about = "\n\n".join((about, explained(reading.quantity.limit)))
        for part in (self.name, self.value):
            part.setToolTip(about)
        self.toggle.setAccessibleName(f"{self.toggle.text()}: {title(self.column)}")

    def remove(self) -> None:
        for part in (self.name, self.value, self.toggle):
            part.hide()
            part.deleteLater()


def _members(reading: Latest) -> str:
    """The size of a family of which the first member is shown: layers, or weights of a tiny model."""
    if reading.column.startswith("weight/"):
        return _("{n} weights").format(n=number(reading.members))
    return _("{n} layers").format(n=number(reading.members))


def _whole(value: float) -> str:
    """Format a number without a line break before its power of ten."""
    return number(value, 4).replace(" ", NO_BREAK)


def _share(share: float) -> str:
    return f"< {number(100 * LEAST_SHARE, 2)}" if share < LEAST_SHARE else number(100 * share, 2)


def _show(shown: QWidget, text: str) -> None:
    shown.setText(text)  # type: ignore[attr-defined]
    shown.setVisible(bool(text))
