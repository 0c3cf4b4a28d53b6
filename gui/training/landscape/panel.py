"""The landscape: the loss around the weights, live if it is quadratic, else scanned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
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

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint

PULL_MILLISECONDS = 33
PATH_STEPS = 200
VALLEY = "L(θ) = L* + ½ Σ λᵢ aᵢ²;  aᵢ ← (1 − ηλᵢ) aᵢ;  |1 − ηλmax| = 1 at η = 2/λmax"
LINE = "L(θ + u) − L(θ) over all data;  best length −g·u / uᵀHu"
PLANE = "principal components of θₜ − θ̄ over the latter half of the run;  share = σᵢ² / Σ σ²"
PATH = "Li et al. 2018, arXiv 1712.09913, §7"


class LandscapePanel(QWidget):
    """Shows the landscape of one run and updates while visible.

    Parameters
    ----------
    rate : callable
        The learning rate that the person has chosen, whose coming steps are shown; None to show none.
    checkpoint : callable
        The checkpoint of a run at or before a step, from which a scan repeats it; None for none.

    Signals
    -------
    became_visible : the panel was shown
    """

    became_visible = Signal()

    def __init__(
        self,
        rate: Callable[[], float | None] = lambda: None,
        checkpoint: Callable[[Run, int], Checkpoint | None] = lambda _run, _step: None,
    ) -> None:
        super().__init__()
        self._chosen_rate, self._checkpoint = rate, checkpoint
        self.scanning = Scanning(self)
        self.view = LandscapeView()
        self._run: Run | None = None
        self._valley: Valley | None = None
        self._drawn: tuple[object, ...] = ()  # length, step and rate of the picture of a bowl
        self._length = -1
        self._looked: int | None = None  # step that the person looks back at
        self._plane: PlaneScan | None = None
        self._scanned: tuple[object, ...] = ()  # run, kind and step
        self._found: tuple[Scan, LineScan | PlaneScan] | None = None  # what is shown
        self.view.setMinimumSize(200, 110)
        self._kind, self._description = QComboBox(), label(role="quiet")
        self._kind.addItems(["", ""])
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._scan = button(N_("Scan"), N_("Compute the loss around the current weights"))
        self._cancel = button(N_("Cancel"))
        self._lay_out()
        self._kind.currentIndexChanged.connect(self._show_kind)
        self._scan.clicked.connect(lambda: self.scan())
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
        self._looked, self._plane, self._scanned, self._drawn, self._found = None, None, (), (), None
        self.scanning.cancel()
        self._show_busy(False)
        self.view.clear()
        self._explain("", "")
        self.retranslate()
        self.renew()
        if self.isVisible():
            self._find_valley()

    def look(self, step: int | None) -> None:
        """Show the weights as they were at a step; None for now."""
        self._looked = step
        if self._valley is not None:
            self._draw_valley()
        elif self._plane is not None:
            self.view.show_plane(self._plane, step)

    @property
    def step(self) -> int:
        """The step that is looked at: the last one, or an earlier one on the timeline."""
        if self._looked is not None:
            return self._looked
        rows = len(self._run.table) if self._run is not None else 0
        return int(self._run.x_at(rows - 1)) if self._run is not None and rows else 0

    def renew(self) -> None:
        """Scan along the step that is looked at, unless that was done, another scan is running, or it is a bowl."""
        is_idle = self.scanning.scan is None and self._valley is None and self.isVisible()
        wanted = (self._run, ScanKind.LINE, self.step)
        if is_idle and self._kind.currentIndex() == 0 and self.step > 0 and wanted != self._scanned:
            self.scan(is_quiet=True)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.view.apply_theme(theme)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        of_bowl, of_scan = (
            (_("Along the steepest axis"), _("Both axes")),
            (_("Along the last step"), _("On the plane of the path")),
        )
        for place, text in enumerate(of_scan if self._valley is None else of_bowl):
            self._kind.setItemText(place, text)  # in its place: another choice would scan anew
        self._show_state()
        if self._valley is not None:
            self._draw_valley()
        elif self._found is not None:
            self._show_found(*self._found)

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
        lr = self._rate()
        critical = self._valley.critical_lr
        text = _("Gradient descent becomes unstable at a learning rate of 2 ÷ largest curvature = {critical}.")
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

    def _rate(self) -> float | None:
        """The learning rate that was chosen, else that of the step looked at."""
        chosen = self._chosen_rate()
        if chosen is not None or self._run is None:
            return chosen
        rows = _rows_until(self._run, self._looked)
        if "lr" in self._run.table and len(values := self._run.table.series("lr", max(0, rows - 1), rows).values):
            return float(values[-1])
        value = self._run.settings.get("lr")
        return float(value) if isinstance(value, (int, float)) else None

    @property
    def _is_plain_descent(self) -> bool:
        """Whether the coming steps follow from the learning rate alone."""
        return self._run is not None and self._run.settings_at().get("optimizer") == "sgd"

    # The quadratic, live

    def _find_valley(self) -> None:
        run = self._run
        if run is not None and run.origin.kind is OriginKind.TRAINING and _weight_columns(run):
            self.scanning.start(Scan(run, ScanKind.VALLEY, 0))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        if self._valley is None and self.scanning.scan is None:
            self._find_valley()
        self.became_visible.emit()

    def hideEvent(self, event: QHideEvent) -> None:
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
        elif (len(self._run.table), self._looked, self._rate()) != self._drawn:
            self._draw_valley()

    def _draw_valley(self) -> None:
        assert self._valley is not None and self._run is not None
        rate = self._rate()
        self._drawn = len(self._run.table), self._looked, rate
        weights = _path(self._run, len(self._valley.curvatures), _rows_until(self._run, self._looked))
        coming = rate if self._is_plain_descent else None
        self.view.show_valley(self._valley, weights, self._kind.currentIndex() == 1, coming)
        self._explain(VALLEY, BOOK)
        self._description.setText(self._valley_text())

    def _show_kind(self, _index: int) -> None:
        if self._valley is not None:
            self._draw_valley()
        else:
            self.renew()

    # Scans

    def scan(self, is_quiet: bool = False) -> None:
        """Start the chosen scan for the step that is looked at; a quiet one leaves the picture until it is done."""
        if self._run is None:
            return
        kind = ScanKind.PLANE if self._kind.currentIndex() == 1 else ScanKind.LINE
        if not is_quiet:
            self._found = None
            self._description.clear()
            self._explain("", "")
            self._show_busy(True)
        step, self._plane = self.step, None
        self._scanned = (self._run, kind, step)
        self.scanning.start(Scan(self._run, kind, step, self._checkpoint(self._run, step - 1)))

    def cancel(self) -> None:
        """Cancel the scan."""
        self.scanning.cancel()
        self._show_busy(False)

    def _on_found(self, scan: Scan, found: object) -> None:
        self._show_busy(False)
        if isinstance(found, Valley):
            self._valley, self._length = found, -1
            self.retranslate()
        elif isinstance(found, LineScan | PlaneScan):
            self._found = scan, found
            self._show_found(scan, found)
        elif scan.kind is ScanKind.VALLEY:
            self.renew()

    def _show_found(self, scan: Scan, found: LineScan | PlaneScan) -> None:
        """Draw what a scan has found and say it, in the current language."""
        if isinstance(found, LineScan):
            self.view.show_line(found)
            self._explain(LINE, BOOK)
            told = _line_text(found)
        else:
            self._plane = found
            self.view.show_plane(found, self._looked)
            self._explain(PLANE, PATH)
            told = _("Each band is one level of the loss over all data; the path ends at the current weights.")
        self._description.setText(f"{_at_step(scan)} {told}")

    def _on_failed(self, _scan: Scan, why: str) -> None:
        self._show_busy(False)
        self._scanned, self._found = (), None
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


def _at_step(scan: Scan) -> str:
    return _("After step {step}.").format(step=number(scan.step))


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


def _rows_until(run: Run, step: int | None) -> int:
    """How many rows a run has up to a step; None for all."""
    length = len(run.table)
    return length if step is None else int(np.searchsorted(run.table.values("step"), step, "right"))


def _path(run: Run, size: int, length: int) -> Floats:
    """The weights of the last of so many rows, from the probe's columns, shape (n, p)."""
    columns = [run.table.series(f"weight/{i}", max(0, length - PATH_STEPS), length).values for i in range(size)]
    shortest = min((len(c) for c in columns), default=0)
    return np.stack([c[:shortest] for c in columns], axis=1) if shortest else np.empty((0, size))
