"""The probes panel: each probe with its switch, cost and latest readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from engine.i18n import N_, _, number
from engine.probes.base import all_probes
from engine.probes.risk import Risk
from engine.probes.status import Latest, ProbeStatus
from gui.look.controls import Page, label
from gui.look.language import on_language_change, set_translated
from gui.plots.panes.quantities import explained
from gui.training.probes.row import ProbeRow


@dataclass(frozen=True)
class Measured:
    """What the panel shows: states of the probes, latest readings, plotted columns, and risks."""

    statuses: tuple[ProbeStatus, ...] = ()
    readings: Mapping[str, tuple[Latest, ...]] = field(default_factory=dict)
    plotted: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    remark: str = ""


class ProbesPanel(QScrollArea):
    """Shows probes and emits the user's requests.

    Signals
    -------
    switched : name of a probe, whether it should be on
    plot_wanted : column, whether it should be plotted
    """

    switched = Signal(str, bool)
    plot_wanted = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Probes"))
        self._shown = Measured()
        self._hint, self._remark = label(role="quiet"), label(role="quiet")
        self._risk = label(role="error")
        self.rows = {name: ProbeRow(probe) for name, probe in all_probes().items()}
        self._lay_out()
        self.show_state(self._shown)
        on_language_change(self.retranslate)

    def _lay_out(self) -> None:
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 16)
        column.setSpacing(8)
        for part in (self._hint, self._risk, self._remark):
            column.addWidget(part)
        for row in self.rows.values():
            row.switched.connect(self.switched)
            row.plot_wanted.connect(self.plot_wanted)
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(page)

    def show_state(self, measured: Measured) -> None:
        """Show the state of all probes."""
        self._shown = measured
        known = {status.name: status for status in measured.statuses}
        self._hint.setText(
            _("Probes look inside a training without changing it. Choose which ones measure, and plot their readings.")
            if known
            else _("Choose a demo to see what can be measured inside its training. A log has only its columns.")
        )
        self._show_risks(measured.risks)
        self._remark.setText(measured.remark)
        self._remark.setVisible(bool(measured.remark))
        for name, row in self.rows.items():
            row.setVisible(name in known)
            if name in known:
                row.show_state(known[name], measured.readings.get(name, ()), measured.plotted)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.show_state(self._shown)

    def _show_risks(self, risks: Sequence[Risk]) -> None:
        self._risk.setVisible(bool(risks))
        self._risk.setText("\n".join(_risk_text(risk) for risk in risks))
        self._risk.setToolTip("\n\n".join(f"{explained(risk.column)}\n{risk.record}" for risk in risks))

    @property
    def risk_text(self) -> str:
        """The text about readings beyond their limits; empty if there are none."""
        return self._risk.text() if self._shown.risks else ""


def _risk_text(risk: Risk) -> str:
    text = _("Risk state: {state} ({value}; threshold {line}). {record}")
    return text.format(
        state=risk.text, value=number(risk.value, 3), line=number(risk.line, 3), record=f"{risk.record}."
    )
