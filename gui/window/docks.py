"""The docks that look deeper into a training: its landscape, and proofs; each is made when it is first seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QWidget

from engine.i18n import N_
from gui.look.language import on_switch, say

if TYPE_CHECKING:
    from gui.events.proof.desk import ProofDesk
    from gui.events.proof.panel import ProofPanel
    from gui.look.theme import Theme
    from gui.training.landscape.panel import LandscapePanel
    from gui.window.main_window import MainWindow

LANDSCAPE_HEIGHT = 340  # a picture of it that can be read


class DeeperDocks(QObject):
    """Makes them, and connects them with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.landscape_panel: LandscapePanel | None = None
        self.proof_panel: ProofPanel | None = None
        self.proofs: ProofDesk | None = None
        areas = Qt.DockWidgetArea
        self.docks = {
            "landscape": self._dock("landscape", N_("Landscape"), areas.RightDockWidgetArea),
            "proof": self._dock("proof", N_("Proof"), areas.BottomDockWidgetArea),
        }
        # The knobs keep their height when a proof opens beneath the plots.
        window.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        window.after_paint(self._put_away)
        self.docks["landscape"].visibilityChanged.connect(self._landscape_seen)
        self.docks["proof"].visibilityChanged.connect(self._proof_seen)
        window.runs.changed.connect(self._follow_runs)
        on_switch(self._tell_proofs)
        window.themes.changed.connect(self._dress)

    def prove(self, event_id: str) -> None:
        """Find out by experiment what caused an event of the active run."""
        self._proof_seen(True)
        if self.proofs is not None:
            self.proofs.prove(event_id)

    def proof_lines(self, run_id: str) -> Mapping[str, list[str]]:
        """What was proved of a run, by event: in this window, or before."""
        found = self.proofs.lines(run_id) if self.proofs is not None else {}
        return {**self._window.library.proofs(run_id), **found}

    def close(self) -> None:
        """End what is computed."""
        if self.proofs is not None:
            self.proofs.close()
        if self.landscape_panel is not None:
            self.landscape_panel.close_threads()

    def _dock(self, name: str, title: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self._window)
        dock.setObjectName(name)
        say(dock.setWindowTitle, title)
        dock.setWidget(QWidget())
        self._window.addDockWidget(area, dock)
        dock.hide()
        return dock

    def _put_away(self) -> None:
        """A proof that a restored layout remembers is gone."""
        if self.proof_panel is None or self.proof_panel.trial is None:
            self.docks["proof"].hide()

    def _landscape_seen(self, is_seen: bool) -> None:
        if not is_seen:
            return
        QTimer.singleShot(0, self, self._give_height)  # when the dock has its place
        if self.landscape_panel is not None:
            return
        from gui.training.landscape.panel import LandscapePanel

        self.landscape_panel = LandscapePanel()
        self.docks["landscape"].setWidget(self.landscape_panel)
        self._follow_runs()

    def _give_height(self) -> None:
        above = self._window.docks["happened"]
        rest = max(above.height() + self.docks["landscape"].height() - LANDSCAPE_HEIGHT, 160)
        self._window.resizeDocks([above, self.docks["landscape"]], [rest, LANDSCAPE_HEIGHT], Qt.Orientation.Vertical)

    def _proof_seen(self, is_seen: bool) -> None:
        if not is_seen or self.proof_panel is not None:
            return
        from gui.events.proof.desk import ProofDesk
        from gui.events.proof.panel import ProofPanel

        self.proof_panel = ProofPanel()
        self.docks["proof"].setWidget(self.proof_panel)
        self.proofs = ProofDesk(self._window.runs, self.proof_panel, self._window.training.rewind_points_of, self)
        self.proofs.shown.connect(self._show_proof)
        self.proofs.order_wanted.connect(self._window.desk.begin_beside)
        self.proofs.proving.ended.connect(lambda trial, _proof: self._keep(trial.run.id))
        self._show_kept()

    def _keep(self, run_id: str) -> None:
        if self.proofs is not None:
            self._window.library.keep_proofs(run_id, self.proofs.lines(run_id))
        self._tell_proofs()

    def _tell_proofs(self) -> None:
        """The events of the active run say what was shown about them."""
        active = self._window.runs.active
        if active is not None:
            lines = self.proof_lines(active.run.id)
            verdicts = {event: found[0] for event, found in lines.items() if found}
            self._window.events.show_proofs(active.run.id, verdicts)

    def _show_proof(self) -> None:
        dock = self.docks["proof"]
        if dock.isHidden():
            dock.show()
            self._window.resizeDocks([dock], [300], Qt.Orientation.Vertical)
        dock.raise_()

    def _show_kept(self) -> None:
        """A run that is opened again has its proofs, unless one is being made or shown of it."""
        panel, active = self.proof_panel, self._window.runs.active
        if panel is None or active is None or panel.is_running:
            return
        if panel.trial is not None and panel.trial.run.id == active.run.id:
            return
        proofs = self.proof_lines(active.run.id)
        if proofs or panel.trial is None:
            panel.show_kept([line for lines in proofs.values() for line in lines])

    def _follow_runs(self) -> None:
        self._show_kept()
        self._tell_proofs()
        if self.landscape_panel is not None:
            active = self._window.runs.active
            self.landscape_panel.show_run(active.run if active is not None else None)

    def _dress(self, theme: Theme) -> None:
        for panel in (self.landscape_panel, self.proof_panel):
            if panel is not None:
                panel.apply_theme(theme)
