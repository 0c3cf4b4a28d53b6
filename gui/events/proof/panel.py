"""The proof panel: progress of the experiment, its forks over the run, and the verdict with its counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.brought.checks import Checked
from engine.experiments.costs import Cost, duration
from engine.experiments.records import Cured, Forked, ForkFailed, Recording, Rewound, Stage, Staged
from engine.experiments.wording import factor_text, plain_verdict, rewound_text, verdict_text
from engine.i18n import N_, _, number
from gui.events.proof.fork_plot import Forks
from gui.events.proof.outcomes import OutcomeDots, outcomes
from gui.events.proof.table import VerdictTable
from gui.look.controls import Elided, button, label, selectable
from gui.look.language import keep_translated, set_translated
from gui.look.theme import Theme, current_theme
from gui.threads.proving import SECONDS

if TYPE_CHECKING:
    from engine.experiments.proof import Proof
    from engine.experiments.records import Arm
    from gui.threads.proving import Trial

PULL_MILLISECONDS = 100
ARMS_FIRST = {Stage.CONFIRM: 0, Stage.SCREEN: 1}


class ProofPanel(QWidget):
    """Shows one trial at a time.

    Signals
    -------
    again_wanted, cancel_wanted : the buttons
    apply_wanted, fresh_wanted : Proof, Arm
    forks_changed : Trial or None, list of ForkCurve
        The forks to draw over the run.
    rewound : Trial, first step of the forks
    numbers_toggled : whether the numbers are shown
    """

    again_wanted = Signal()
    cancel_wanted = Signal()
    apply_wanted = Signal(object, object)
    fresh_wanted = Signal(object, object)
    forks_changed = Signal(object, object)
    rewound = Signal(object, int)
    numbers_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.trial: Trial | None = None
        self.proof: Proof | None = None
        self._kept: tuple[str, ...] = ()
        self._rewound: Rewound | None = None
        self._seen, self._is_cancelling = 0, False
        self._make_parts()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MILLISECONDS)
        self._timer.timeout.connect(self._pull)
        keep_translated(self.retranslate)
        self._show_buttons()

    # Assembling

    def _make_parts(self) -> None:
        self.plot, self.table, self.dots = Forks(), VerdictTable(), OutcomeDots()
        self._title, self._phase = label(role="verdict"), Elided()
        self._phase.setProperty("role", "quiet")
        self._numbers = button(N_("Numbers"), N_("Counts, intervals and costs of all forks, and how they are made"))
        self._numbers.setCheckable(True)
        self._numbers.toggled.connect(self._show_numbers)
        self._text = selectable(label())
        self._error = label(role="error")
        self._error.hide()
        self._before = selectable(label(role="quiet"))  # what is said before the forks: the check, the cost
        self._before.hide()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self.forks, self.seconds, self.cured = QSpinBox(), QSpinBox(), QCheckBox()
        self.forks.setRange(2, 100)
        self.forks.setValue(12)
        self.seconds.setRange(5, 3600)
        self.seconds.setSingleStep(15)
        self.seconds.setValue(round(SECONDS))
        set_translated(self.forks.setToolTip, N_("Number of forks in each confirmed arm"))
        set_translated(
            self.seconds.setToolTip, N_("After this time the proof rests, and goes on when you choose “Continue”")
        )
        set_translated(self.cured.setText, N_("Test the cure"))
        set_translated(self.cured.setToolTip, N_("Also train from scratch with the winning change, over several seeds"))
        self._again = button(N_("Prove again"), N_("With the number of forks and the time set under “Numbers”"))
        self._cancel = button(N_("Cancel"), N_("Stop the proof and keep the finished forks"))
        self._go_on = button(N_("Continue"), N_("Go on with the proof for as long again"), "primary")
        self._apply = button(
            N_("Apply and continue"), N_("Continue from the checkpoint before the event, with this change"), "primary"
        )
        self._fresh = button(N_("New run with it"), N_("Train from the first step with this change, same seed"))
        self._again.clicked.connect(self.again_wanted)
        self._cancel.clicked.connect(self._request_cancel)
        self._go_on.clicked.connect(self._on_go_on)
        self._apply.clicked.connect(lambda: self.apply_wanted.emit(self.proof, self.table.arm))
        self._fresh.clicked.connect(lambda: self.fresh_wanted.emit(self.proof, self.table.arm))
        self.table.chosen.connect(self._show_buttons)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        for part in (self._go_on, self._cancel, self._again, self._numbers, self._fresh, self._apply):
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 4, 12, 8)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self._phase)
        whole.addWidget(self._bar)
        whole.addWidget(self._before)
        whole.addWidget(self._error)
        whole.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        """The dots, and below them the numbers, in an area that never asks for more height than there is."""
        self._forks_name, self._seconds_name = label(wraps=False), label(wraps=False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for part in (self._forks_name, self.forks, self._seconds_name, self.seconds, self.cured):
            foot.addWidget(part)
        foot.addStretch(1)
        self._within = QWidget()
        column = QVBoxLayout(self._within)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._text)
        column.addWidget(self.table)
        column.addLayout(foot)
        self._within.hide()
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.dots)
        rows.addWidget(self._within)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(0)
        area.setWidget(page)
        return area

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 96)  # whatever is in it: no panel raises the window's minimum

    def _show_numbers(self, is_on: bool) -> None:
        self._within.setVisible(is_on)
        self.numbers_toggled.emit(is_on)

    # What it shows

    @property
    def is_running(self) -> bool:
        """Whether a trial is running."""
        return self.trial is not None and self.proof is None and not self._error.isVisibleTo(self)

    @property
    def error(self) -> str:
        """Why the trial failed; empty if it did not."""
        return self._error.text() if self._error.isVisibleTo(self) else ""

    @property
    def verdict(self) -> str:
        """The text of the verdict."""
        return self._text.text()

    def show_trial(self, trial: Trial) -> None:
        """Show a trial that starts, and update while it runs."""
        self.trial, self.proof, self._kept, self._rewound = trial, None, (), None
        self._seen, self._is_cancelling = 0, False
        self._arms: dict[tuple, Arm] = {}
        self._expected = self._done = self._failures = 0
        self._factors: list[str] = []
        self._stage = ""
        self._recording: Recording | None = None
        self._cost: Cost | None = None
        self._before.clear()
        self._before.hide()
        self._error.hide()
        self._text.clear()
        self._show_arms(())
        self.plot.clear()
        self.forks_changed.emit(trial, [])
        self._timer.start()
        self.retranslate()
        self._show_buttons()

    def show_proof(self, trial: Trial, proof: Proof) -> None:
        """Show the proof that a trial ended with."""
        if trial is not self.trial:
            return
        self._pull()
        self._timer.stop()
        self.proof = proof
        self._show_arms(proof.arms, proof.top_arm)
        self.retranslate()
        self._show_buttons()

    def show_error(self, trial: Trial, why: str) -> None:
        """Show why a trial failed."""
        if trial is not self.trial:
            return
        self.refuse(why)
        self._show_buttons()

    def show_kept(self, lines: Sequence[str]) -> None:
        """Show verdicts kept from an earlier session; a new trial replaces them."""
        self.trial = self.proof = None
        self._kept = tuple(lines)
        self._timer.stop()
        self._error.hide()
        self._phase.clear()
        self._show_arms(())
        self.plot.clear()
        self.forks_changed.emit(None, [])
        self.retranslate()
        self._show_buttons()

    def refuse(self, why: str) -> None:
        """Show why an event cannot be proved."""
        self._timer.stop()
        self._error.setText(_("This cannot be proved: {reason}.").format(reason=why.rstrip(".")))
        self._error.show()
        self._phase.clear()
        self._show_buttons()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.forks_changed.emit(self.trial, self.plot.curves(theme))
        self.dots.update()
        self.table.fit()

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.dots.show_outcomes(outcomes(self.table.arms, self.proof.top_arm if self.proof is not None else None))
        self._forks_name.setText(_("Forks in each arm"))
        self._seconds_name.setText(_("Rest after s"))
        if self.trial is None:
            self._title.setText(_("Proved before") if self._kept else _("Choose “Prove it” on an event"))
            self._text.setText("\n".join(self._kept))
            return
        from engine.diagnosis.explanation import explain

        diagnosis = explain(self.trial.event, self.trial.run, ())
        what = f"{diagnosis.title}, {diagnosis.where}"
        if self.proof is not None:
            self._title.setText(plain_verdict(self.proof))
            self._text.setText(verdict_text(self.proof))
        else:
            self._title.setText(_("What prevents this? {event}").format(event=what))
        self._show_progress()

    # Following

    def _pull(self) -> None:
        if self.trial is None:
            return
        new = self.trial.records[self._seen :]
        self._seen += len(new)
        for record in new:
            self._add_record(record)
        forks = [record for record in new if isinstance(record, Forked)]
        if forks:
            self.plot.add(forks)
        ended = {record.id for record in self.trial.records if isinstance(record, Forked)}
        has_grown = self.plot.show_growing([fork for fork in self.trial.growing() if fork.id not in ended])
        if forks or has_grown:
            self.forks_changed.emit(self.trial, self.plot.curves(current_theme()))
        if forks:
            arms = sorted(self._arms.values(), key=lambda arm: (ARMS_FIRST[arm.stage], -arm.distance, arm.factor))
            self._show_arms(arms)
        self._show_progress()

    def _show_arms(self, arms: Sequence[Arm], top: Arm | None = None) -> None:
        self.table.show_arms(arms, top)
        self.dots.show_outcomes(outcomes(arms, top))

    def _add_record(self, record: object) -> None:
        if isinstance(record, Staged):
            self._stage = record.stage.value
            self._expected += record.forks
            self._factors += [factor for factor in record.factors if factor not in self._factors]
        elif isinstance(record, Rewound):
            self._stage, self._rewound = "control", record
            self.rewound.emit(self.trial, min(record.steps, default=0))
        elif isinstance(record, Forked):
            self._done += 1
            self._arms[record.arm.stage, record.factor, record.distance] = record.arm
        elif isinstance(record, ForkFailed):
            self._done += 1
            self._failures += 1
        elif isinstance(record, Cured):
            self._stage = "cure"
        elif isinstance(record, Cost) and self.trial is not None and not self.trial.run.origin.is_own:
            self._cost = record
        elif isinstance(record, Checked | Cost):
            self._before.setText("\n".join(part for part in (self._before.text(), record.text) if part))
            self._before.setVisible(bool(self._before.text()))
        elif isinstance(record, Recording):
            self._recording = record

    def _show_progress(self) -> None:
        if self.proof is not None:
            text = _("ended after {seconds} s, {forks} forks").format(
                seconds=number(self.proof.seconds, 3), forks=number(self._done)
            )
            if self.trial is not None:  # it stays in view beside other runs
                text = f"{self.trial.run.name} · {text}"
            self._bar.setRange(0, 1)
            self._bar.setValue(1)
        elif self.is_running:
            text = self._progress_text()
            self._go_on.setText(self._rest_text())
            self._go_on.setVisible(self._is_resting)
            self._bar.setRange(0, self._expected)
            self._bar.setValue(self._done)
        else:
            return
        self._phase.setText(text)

    def _progress_text(self) -> str:
        if self._is_cancelling:
            return _("Cancelled; finished forks are kept")
        if self._is_resting:
            return self._resting_text()
        if not self._stage and self._recording is not None:
            text = _("Recording again: step {step} of {total}")
            return text.format(step=number(self._recording.step), total=number(self._recording.until))
        parts = [
            {
                "": _("Rewinding"),
                "control": _("The unchanged fork must repeat the run"),
                Stage.SCREEN.value: _("Screening"),
                Stage.CONFIRM.value: _("Confirming"),
                "cure": _("From scratch"),
            }[self._stage]
        ]
        if self._expected:
            parts.append(_("{done} of {expected} forks").format(done=self._done, expected=self._expected))
        if self._cost is not None:
            parts.append(self._cost.brief)
        if self._rewound is not None and (why := rewound_text(self._rewound)):
            parts.append(why)
        if self._failures:
            parts.append(_("{count} failed").format(count=self._failures))
        return " · ".join(parts)

    def _resting_text(self) -> str:
        """What was tried and what was not when the time ran out."""
        tried = {factor for _stage, factor, _distance in self._arms}
        parts = [_("Out of time after {done} of {expected} forks").format(done=self._done, expected=self._expected)]
        for text, names in (
            (_("tried: {changes}"), [factor for factor in self._factors if factor in tried]),
            (_("not yet: {changes}"), [factor for factor in self._factors if factor not in tried]),
        ):
            if names:
                parts.append(text.format(changes=", ".join(map(factor_text, names))))
        return " · ".join(parts)

    def _rest_text(self) -> str:
        """The button that goes on, with the time that the forks so far let one expect."""
        if self.trial is None or not self._done or self._expected <= self._done:
            return _("Continue")
        left = self.trial.worked / self._done * (self._expected - self._done)
        return _("Continue (about {time})").format(time=duration(left))

    @property
    def _is_resting(self) -> bool:
        return self.trial is not None and self.trial.is_resting

    def _on_go_on(self) -> None:
        if self.trial is not None:
            self.trial.go_on()
        self._go_on.hide()

    def _request_cancel(self) -> None:
        self._is_cancelling = True
        self._cancel.setEnabled(False)
        self._show_progress()
        self.cancel_wanted.emit()

    def _show_buttons(self) -> None:
        is_running = self.is_running
        self._cancel.setVisible(is_running)
        self._cancel.setEnabled(is_running and not self._is_cancelling)
        self._go_on.setVisible(is_running and self._is_resting)
        self._bar.setVisible(is_running)
        self._again.setVisible(self.trial is not None and not is_running)
        can_use = self.proof is not None and self.table.arm is not None
        self._apply.setEnabled(can_use)
        self._fresh.setEnabled(can_use)
