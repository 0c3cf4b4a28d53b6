"""The landscape panel: the loss around the weights, live if it is quadratic, else scanned on demand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.i18n import N_, _, number
from engine.probes.second_order import BOOK
from engine.probes.valley import Valley
from engine.run import OriginKind, Run
from engine.table import Floats
from engine.training.landscape import LineScan, PlaneScan
from gui.look.controls import button, label
from gui.look.language import keep_translated
from gui.look.theme import Theme
from gui.threads.scanning import Scan, ScanKind, Scanning
from gui.training.landscape.view import LandscapeView

PULL_MILLISECONDS = 66
PATH_STEPS = 200
VALLEY = "L(θ) = L* + ½ Σ λᵢ aᵢ²;  aᵢ ← (1 − ηλᵢ) aᵢ;  |1 − ηλmax| = 1 at η = 2/λmax"
LINE = "L(θ + u) − L(θ) over all data;  best length −g·u / uᵀHu"
PLANE = "principal components of θₜ − θ̄ over the latter half of the run;  share = σᵢ² / Σ σ²"
PATH = "Li et al. 2018, arXiv 1712.09913, §7"


class LandscapePanel(QWidget):
    """Shows the landscape of one run and updates while visible."""

    def __init__(self) -> None:
        super().__init__()
        self.scanning = Scanning(self)
        self.view = LandscapeView()
        self._run: Run | None = None
        self._valley: Valley | None = None
        self._length = -1
        self.view.setMinimumSize(200, 110)
        self._kind, self._description = QComboBox(), label(role="quiet")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._scan = button(N_("Scan"), N_("Compute the loss around the current weights"))
        self._cancel = button(N_("Cancel"))
        self._lay_out()
        self._kind.currentIndexChanged.connect(self._show_kind)
        self._scan.clicked.connect(self.scan)
        self._cancel.clicked.connect(self.cancel)
        self.scanning.found.connect(self._on_found)
        self.scanning.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MILLISECONDS)
        self._timer.timeout.connect(self._pull)
        keep_translated(self.retranslate)
        self._show_busy(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._kind, 1)
        row.addWidget(self._scan)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self.view, 1)
        column.addWidget(self._description)
        self._description.setAlignment(Qt.AlignmentFlag.AlignTop)

    # State

    @property
    def text(self) -> str:
        """The text below the picture."""
        return self._description.text()

    @property
    def valley(self) -> Valley | None:
        """The closed form of the run's loss, once found."""
        return self._valley

    def show_run(self, run: Run | None) -> None:
        """Show the landscape of a run."""
        if run is self._run:
            return
        self._run, self._valley, self._length = run, None, -1
        self.scanning.cancel()
        self._show_busy(False)
        self.view.clear()
        self.retranslate()
        if self.isVisible():
            self._find_valley()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.view.apply_theme(theme)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        chosen = max(0, self._kind.currentIndex())
        self._kind.clear()
        if self._valley is not None:
            self._kind.addItems([_("Along the steepest axis"), _("Both axes")])
        else:
            self._kind.addItems([_("Along the last step"), _("On the plane of the path")])
        self._kind.setCurrentIndex(chosen)
        self._show_state()

    def _explain(self, formula: str, source: str) -> None:
        """Show formula and source of the numbers below the picture as a tool tip."""
        self._description.setToolTip(formula + "\n" + _("Source: {source}").format(source=source) if formula else "")

    def _show_state(self) -> None:
        can_scan = self._run is not None and self._run.origin.kind is OriginKind.TRAINING
        self._scan.setEnabled(can_scan)
        self._scan.setVisible(self._valley is None and not self._cancel.isVisibleTo(self))
        if not can_scan:
            self._description.setText(_("Start a demo: a landscape needs a training, not a log."))
        elif self._valley is not None:
            self._description.setText(self._valley_text())
        else:
            self._description.setText(
                _("“Scan” repeats the training up to now and measures the loss around the weights.")
            )

    def _valley_text(self) -> str:
        assert self._valley is not None and self._run is not None
        lr = self._latest("lr")
        critical = self._valley.critical_lr
        text = _("Gradient descent becomes unstable at a learning rate of 2/λmax = {critical}.")
        parts = [text.format(critical=number(critical, 4))]
        if lr is not None:
            sentence = (
                _("It is {lr} now: each step overshoots and ends farther away.")
                if lr > critical
                else _("It is {lr} now: each step overshoots but ends closer.")
                if lr > critical / 2
                else _("It is {lr} now: no step overshoots.")
            )
            parts.append(sentence.format(lr=number(lr, 4)))
        return " ".join(parts)

    def _latest(self, name: str) -> float | None:
        assert self._run is not None
        if name not in self._run.table:
            return self._setting(name)
        values = self._run.table.series(name, max(0, len(self._run.table) - 1), len(self._run.table)).values
        return float(values[-1]) if len(values) else self._setting(name)

    def _setting(self, name: str) -> float | None:
        value = self._run.settings.get(name) if self._run else None
        return float(value) if isinstance(value, (int, float)) else None

    # The quadratic, live

    def _find_valley(self) -> None:
        run = self._run
        if run is not None and run.origin.kind is OriginKind.TRAINING and _weight_columns(run):
            self.scanning.start(Scan(run, ScanKind.VALLEY, 0))

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._timer.start()
        if self._valley is None and self.scanning.scan is None:
            self._find_valley()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _pull(self) -> None:
        scan = self.scanning.scan
        if scan is not None and scan.kind is not ScanKind.VALLEY:
            self._bar.setValue(round(1000 * scan.share))
        if self._run is None:
            return
        if self._valley is None:
            if self._length < 1 <= len(self._run.table):
                self._length = len(self._run.table)
                self._find_valley()  # the probe's columns arrive with the first row
        elif len(self._run.table) != self._length:
            self._length = len(self._run.table)
            self._draw_valley()

    def _draw_valley(self) -> None:
        assert self._valley is not None and self._run is not None
        weights = _path(self._run, len(self._valley.curvatures))
        self.view.show_valley(self._valley, weights, as_plane=self._kind.currentIndex() == 1)
        self._explain(VALLEY, BOOK)
        self._description.setText(self._valley_text())

    def _show_kind(self, _index: int) -> None:
        if self._valley is not None:
            self._draw_valley()

    # Scans

    def scan(self) -> None:
        """Start the chosen scan for the current state of the run."""
        if self._run is None:
            return
        kind = ScanKind.PLANE if self._kind.currentIndex() == 1 else ScanKind.LINE
        self._description.clear()
        self._explain("", "")
        self._show_busy(True)
        step = int(self._run.x_at(len(self._run.table) - 1)) if len(self._run.table) else 0
        self.scanning.start(Scan(self._run, kind, step))

    def cancel(self) -> None:
        """Cancel the scan."""
        self.scanning.cancel()
        self._show_busy(False)

    def _on_found(self, scan: Scan, found: object) -> None:
        self._show_busy(False)
        if isinstance(found, Valley):
            self._valley, self._length = found, -1
            self.retranslate()
        elif isinstance(found, LineScan):
            self.view.show_line(found)
            self._description.setText(_line_text(found))
            self._explain(LINE, BOOK)
        elif isinstance(found, PlaneScan):
            self.view.show_plane(found)
            self._explain(PLANE, PATH)
            self._description.setText(
                _("Each band is one level of the loss over all data; the path ends at the current weights.")
            )

    def _on_failed(self, _scan: Scan, why: str) -> None:
        self._show_busy(False)
        self._description.setText(why or _("The scan was cancelled."))

    def _show_busy(self, is_busy: bool) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(0)
        self._bar.setVisible(is_busy)
        self._cancel.setVisible(is_busy)
        self._scan.setVisible(not is_busy and self._valley is None)

    def close_threads(self) -> None:
        """Cancel the scan and end the thread."""
        self._timer.stop()
        self.scanning.close()


def _line_text(scan: LineScan) -> str:
    change = scan.after - scan.before
    if not np.isfinite(change):
        return _("After the step the loss is no longer finite.")
    text = _("The step changed the loss over all data by {change}.").format(change=number(change, 3))
    if scan.best is None:
        return text
    return f"{text} " + _("By slope and curvature, the best length was {best} times that of the step.").format(
        best=number(scan.best, 3)
    )


def _weight_columns(run: Run) -> list[str]:
    return [name for name in run.table.columns if name.startswith("weight/")]


def _path(run: Run, size: int) -> Floats:
    """The latest weights from the probe's columns, shape (n, p)."""
    length = len(run.table)
    columns = [run.table.series(f"weight/{i}", max(0, length - PATH_STEPS), length).values for i in range(size)]
    shortest = min((len(c) for c in columns), default=0)
    return np.stack([c[:shortest] for c in columns], axis=1) if shortest else np.empty((0, size))
