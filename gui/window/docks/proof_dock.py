"""The dock of the proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.i18n import N_
from gui.look.controls import Scrolled
from gui.look.language import on_language_change
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk
from gui.window.docks.arranged import BOTTOM, Docks

if TYPE_CHECKING:
    from gui.events.proof.desk import ProofDesk
    from gui.events.proof.panel import ProofPanel
    from gui.look.theme import Theme
    from gui.plots.shown.scenery import ForkCurve
    from gui.threads.proving import Trial


class ProofDock(QObject):
    """The dock of the proofs.

    Parameters
    ----------
    make_proofs : callable
        Creates the controller of the proofs when its panel is first shown.

    Signals
    -------
    verdicts_changed : id of a run, and the verdicts on its events, by event id
    forks_changed : Trial or None, list of ForkCurve
        The forks to draw over the run, none while the dock is closed.
    """

    verdicts_changed = Signal(str, object)
    forks_changed = Signal(object, object)

    def __init__(
        self,
        docks: Docks,
        runs: Runs,
        library: LibraryDesk,
        make_proofs: Callable[[ProofPanel, QObject], ProofDesk],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._docks, self._runs, self._library, self._make_proofs = docks, runs, library, make_proofs
        self.proof_panel: ProofPanel | None = None
        self.proofs: ProofDesk | None = None
        self._forks: tuple[Trial | None, Sequence[ForkCurve]] = (None, ())
        docks.add("proof", N_("Proof"), QWidget(), BOTTOM, is_shown=False)
        docks["proof"].visibilityChanged.connect(self._on_proof_shown)
        runs.changed.connect(self._on_runs_changed)
        on_language_change(self._show_verdicts)

    def prove(self, event_id: str) -> None:
        """Show the proof panel and start the proof of an event of the active run."""
        self._on_proof_shown(True)
        if self.proofs is not None:
            self.proofs.prove(event_id)

    def proof_lines(self, run_id: str) -> Mapping[str, list[str]]:
        """The verdicts on a run's events, by event id, from this session or an earlier one."""
        found = self.proofs.lines(run_id) if self.proofs is not None else {}
        return {**self._library.proofs(run_id), **found}

    def close(self) -> None:
        """End what is computed."""
        if self.proofs is not None:
            self.proofs.close()

    def hide_stale_proof(self) -> None:
        """Hide the proof dock if a restored layout shows it without a trial."""
        if self.proof_panel is None or self.proof_panel.trial is None:
            self._docks["proof"].hide()

    def _show_forks(self, trial: Trial | None, forks: Sequence[ForkCurve]) -> None:
        self._forks = trial, forks
        is_closed = self._docks["proof"].isHidden()
        self.forks_changed.emit(None if is_closed else trial, () if is_closed else forks)

    def _on_proof_shown(self, is_seen: bool) -> None:
        self._show_forks(*self._forks)
        if not is_seen or self.proof_panel is not None:
            return
        from gui.events.proof.panel import ProofPanel

        self.proof_panel = ProofPanel()
        self._docks["proof"].setWidget(Scrolled(self.proof_panel))
        self.proof_panel.forks_changed.connect(self._show_forks)
        self.proofs = self._make_proofs(self.proof_panel, self)
        self.proofs.shown.connect(self._docks.raise_proof)
        self.proof_panel.numbers_toggled.connect(self._docks.fit_proof)
        self.proofs.proving.ended.connect(lambda trial, _proof: self._keep(trial.run.id))
        self._show_kept()

    def _keep(self, run_id: str) -> None:
        if self.proofs is not None:
            self._library.keep_proofs(run_id, self.proofs.lines(run_id))
        self._show_verdicts()

    def _show_verdicts(self) -> None:
        """Emit the verdicts on the events of the active run."""
        active = self._runs.active
        if active is not None:
            lines = self.proof_lines(active.run.id)
            verdicts = {event: found[0] for event, found in lines.items() if found}
            self.verdicts_changed.emit(active.run.id, verdicts)

    def _show_kept(self) -> None:
        """Show the active run's kept proofs, unless one of it is running or shown."""
        panel, active = self.proof_panel, self._runs.active
        if panel is None or active is None or panel.is_running:
            return
        if panel.trial is not None and panel.trial.run.id == active.run.id:
            return
        proofs = self.proof_lines(active.run.id)
        if proofs or panel.trial is None:
            panel.show_kept([line for lines in proofs.values() for line in lines])

    def _on_runs_changed(self) -> None:
        self._show_kept()
        self._show_verdicts()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme to the panel."""
        if self.proof_panel is not None:
            self.proof_panel.apply_theme(theme)
