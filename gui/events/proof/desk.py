"""Controller of “Prove it”: starts trials, keeps their proofs with the runs, and applies their results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from engine.events import Event
from engine.i18n import _
from engine.run import Run
from gui.events.proof.panel import ProofPanel
from gui.runs.document import Runs
from gui.threads.messages import Order
from gui.threads.proving import Proving, Trial

if TYPE_CHECKING:
    from engine.experiments.proof import Proof
    from engine.experiments.records import Arm
    from engine.training.rewinding import CheckpointRing
    from engine.training.session import TrainingSession


class ProofDesk(QObject):
    """Connects the proof panel with the proofs.

    Signals
    -------
    shown : the panel should be shown
    order_wanted : Order of a training to start beside the run
    refused : why nothing is started
    dismissed : the question before a proof was answered with no
    """

    shown = Signal()
    order_wanted = Signal(object)
    refused = Signal(str)
    dismissed = Signal()

    def __init__(
        self,
        runs: Runs,
        panel: ProofPanel,
        checkpoints: Callable[[Run], CheckpointRing | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.proving = Proving(self)
        self._runs, self._panel, self._checkpoints = runs, panel, checkpoints
        self._proofs: dict[str, dict[str, Proof]] = {}
        self._confirmed: set[str] = set()
        self.question: QMessageBox | None = None
        panel.again_wanted.connect(self._again)
        panel.cancel_wanted.connect(self.proving.cancel)
        panel.apply_wanted.connect(self._apply)
        panel.fresh_wanted.connect(self._fresh)
        self.proving.ended.connect(self._on_ended)
        self.proving.failed.connect(panel.show_error)

    def prove(self, event_id: str) -> None:
        """Start the proof of an event of the active run, or show the running one."""
        active = self._runs.active
        event = next((e for e in active.events or () if e.id == event_id), None) if active else None
        self.shown.emit()
        if self.proving.trial is not None or active is None or event is None:
            return
        self._confirm(active.run, event)

    def _confirm(self, run: Run, event: Event) -> None:
        """Ask before a person's own code is run again; a demo needs no question."""
        if not run.origin.is_own or run.id in self._confirmed:
            self._try(run, event)
            return
        from engine.experiments.brought_runs import source_of
        from engine.experiments.reference import CannotProve

        assert run.origin.path is not None
        try:
            source, _seed, _knobs = source_of(run.origin.path)
        except CannotProve as error:
            self.refused.emit(str(error))
            return
        self.question = QMessageBox(self._panel.window())
        self.question.setIcon(QMessageBox.Icon.Question)
        self.question.setText(_("The proof runs this again, many times:"))
        self.question.setInformativeText(source.label)
        accept = self.question.addButton(_("Run it"), QMessageBox.ButtonRole.AcceptRole)
        self.question.addButton(QMessageBox.StandardButton.Cancel)
        self.question.rejected.connect(self.dismissed)
        accept.clicked.connect(lambda: self._on_confirmed(run, event))
        self.question.open()

    def _on_confirmed(self, run: Run, event: Event) -> None:
        self._confirmed.add(run.id)
        self._try(run, event)

    def lines(self, run_id: str) -> Mapping[str, list[str]]:
        """The verdicts on a run's events, by event id, as lines for a report."""
        from engine.experiments.wording import arm_line, verdict_text

        return {
            event_id: [verdict_text(proof), *(arm_line(arm) for arm in proof.arms)]
            for event_id, proof in self._proofs.get(run_id, {}).items()
        }

    def close(self) -> None:
        """Cancel the running proof and end the thread."""
        self.proving.close()

    def _again(self) -> None:
        before = self._panel.trial
        if before is None or self.proving.trial is not None:
            return
        self._confirm(before.run, before.event)

    def _try(self, run: Run, event: Event) -> None:
        panel = self._panel
        wishes = panel.forks.value(), panel.seconds.value(), panel.cured.isChecked()
        trial = Trial(run, event, *wishes, checkpoints=self._checkpoints(run))
        panel.show_trial(trial)
        self.proving.start(trial)

    def _on_ended(self, trial: Trial, proof: Proof) -> None:
        self._proofs.setdefault(trial.run.id, {})[trial.event.id] = proof
        self._panel.show_proof(trial, proof)

    def _apply(self, proof: Proof, arm: Arm) -> None:
        from engine.experiments.remedy import apply

        self._request_start(proof, lambda: _named(apply(proof, arm), proof, arm))

    def _fresh(self, proof: Proof, arm: Arm) -> None:
        from engine.experiments.remedy import fresh

        self._request_start(proof, lambda: _named(fresh(proof, arm), proof, arm))

    def _request_start(self, proof: Proof, make) -> None:
        reference = proof.reference
        if reference.brought is not None:
            self.refused.emit(_("Make this change in your own training: the window does not edit your files."))
            return
        self.order_wanted.emit(Order(reference.scenario, reference.seed, reference.settings, make=make))


def _named(session: TrainingSession, proof: Proof, arm: Arm) -> TrainingSession:
    """Name a run after the one that the proof is of: its own name may hold the change already."""
    from engine.experiments.wording import change_text
    from engine.scenarios.base import scenario_named
    from engine.training.naming import run_name

    scenario, reference = scenario_named(session.scenario.name), proof.reference
    of = run_name(scenario, reference.seed, scenario.resolved(reference.settings))
    session.run.name = _("{run} with {change}").format(run=of, change=change_text(arm))
    return session
