"""Docks and tabs of the window; the content of the specialised ones is created when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from engine.i18n import N_, _
from gui.look.controls import Scrolled
from gui.look.language import keep_translated, on_language_change, set_translated
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk
from gui.shell.dock_title import DockTitle
from gui.shell.remembered import Remembered

if TYPE_CHECKING:
    from gui.events.proof.desk import ProofDesk
    from gui.events.proof.panel import ProofPanel
    from gui.look.theme import Theme
    from gui.plots.shown.scenery import ForkCurve
    from gui.threads.proving import Trial
    from gui.training.probes.desk import ProbeDesk
    from gui.training.probes.panel import ProbesPanel

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
LAYOUT_VERSION = 4
WIDTHS = [264, 336]  # of the docks on the left and on the right
WIDTH_OF_RUNS = 312  # on the left, where a table of runs has names and verdicts to show
TITLE_HEIGHT = 64  # of a dock, and some space below its content
RUNS_HEIGHT, LEAST_KNOBS_HEIGHT = 120, 200
PROOF_HEIGHT, PROOF_WITH_NUMBERS = 190, 330
FOR_TRAINING = ("demos", "knobs")  # docks that a log has no use for


class Docks(dict[str, QDockWidget]):
    """The docks of one window, by object name, and their layout."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__()
        self._window = window
        # No tabbed docks: Qt 6.11 leaves stray tab bars behind when a layout is restored.
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        # The knobs keep their height when a proof opens below the plots.
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self._first_state = QByteArray()
        self._by_hand: set[str] = set()  # docks that the person has folded or unfolded

    @property
    def titles(self) -> dict[str, DockTitle]:
        """The titles of the docks, by object name."""
        found = ((name, dock.titleBarWidget()) for name, dock in self.items())
        return {name: title for name, title in found if isinstance(title, DockTitle)}

    def _on_folded(self, name: str, _is_folded: bool) -> None:
        self._by_hand.add(name)

    def make_room(self, is_log: bool) -> bool:
        """Fold what a log has no use for, and unfold it for a training, unless a person has decided otherwise.

        Returns
        -------
        bool
            Whether anything was folded or unfolded.
        """
        before = [title.is_folded for title in self.titles.values()]
        for name in FOR_TRAINING:
            if name in self and name not in self._by_hand:
                self.titles[name].set_folded(is_log)
        return before != [title.is_folded for title in self.titles.values()]

    def apply_current_theme(self) -> None:
        """Redraw the icons of the titles in the current theme's colours."""
        for title in self.titles.values():
            title.apply_current_theme()

    def add(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, is_shown: bool = True) -> None:
        """Add a dock; `title` is a message marked with `N_`."""
        dock = self[name] = QDockWidget(self._window)
        dock.setObjectName(name)
        set_translated(dock.setWindowTitle, title)
        dock.setWidget(content)
        dock.setTitleBarWidget(DockTitle(dock))
        self.titles[name].folded.connect(lambda is_folded: self._on_folded(name, is_folded))
        self._window.addDockWidget(area, dock)
        if not is_shown:
            dock.hide()

    def arrange(self, demos_height: int, has_several: bool = False) -> None:
        """Set the initial sizes of the docks at the sides; `demos_height` pixels show all demos."""
        resize, height = self._window.resizeDocks, demos_height + TITLE_HEIGHT
        widths = [WIDTH_OF_RUNS if has_several else WIDTHS[0], WIDTHS[1]]
        resize([self["demos"], self["happened"]], widths, Qt.Orientation.Horizontal)
        heights = [height, RUNS_HEIGHT, max(LEAST_KNOBS_HEIGHT, self._window.height() - height)]
        resize([self["demos"], self["runs"], self["knobs"]], heights, Qt.Orientation.Vertical)

    def raise_proof(self) -> None:
        """Show the proof dock in front."""
        if self["proof"].isHidden():
            self["proof"].show()
            self._window.resizeDocks([self["proof"]], [PROOF_HEIGHT], Qt.Orientation.Vertical)
        self["proof"].raise_()

    def fit_proof(self, has_numbers: bool) -> None:
        """Give the proof the height of what it shows."""
        height = PROOF_WITH_NUMBERS if has_numbers else PROOF_HEIGHT
        self._window.resizeDocks([self["proof"]], [height], Qt.Orientation.Vertical)

    def mark_first(self) -> None:
        """Store the present arrangement for `reset`."""
        self._first_state = self._window.saveState(LAYOUT_VERSION)

    def restore(self, remembered: Remembered) -> bool:
        """Restore window and docks to where they were, and return False where a stored layout no longer fits."""
        self._window.restoreGeometry(remembered.layout("geometry"))
        kept = remembered.layout("docks")
        has_restored = self._window.restoreState(kept, LAYOUT_VERSION)
        for name, title in self.titles.items():
            if remembered.flag(f"folded/{name}", False):
                self._by_hand.add(name)
                title.set_folded(True)
        return has_restored or kept.isEmpty()

    def remember(self, remembered: Remembered) -> None:
        """Store the geometry of window and docks."""
        remembered.set_layout("geometry", self._window.saveGeometry())
        remembered.set_layout("docks", self._window.saveState(LAYOUT_VERSION))
        for name, title in self.titles.items():
            remembered.set_flag(f"folded/{name}", name in self._by_hand and title.is_folded)

    def reset(self, remembered: Remembered, has_several: bool) -> None:
        """Restore the initial arrangement of all docks; several runs keep their table, the only way to switch."""
        self._by_hand.clear()
        for title in self.titles.values():
            title.set_folded(False)
        self._window.restoreState(self._first_state, LAYOUT_VERSION)
        self["runs"].setVisible(has_several)
        remembered.clear_layout()


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


class ProbesTab(QObject):
    """The tab of the probes beside the events, created when it is first shown."""

    def __init__(
        self, tabs: QTabWidget, make_desk: Callable[[ProbesPanel, QObject], ProbeDesk], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tabs, self._make_desk = tabs, make_desk
        self.probes: ProbesPanel | None = None
        self.probe_desk: ProbeDesk | None = None
        self._page = QWidget()
        QVBoxLayout(self._page).setContentsMargins(0, 0, 0, 0)
        tabs.addTab(self._page, "")
        keep_translated(self.retranslate)
        tabs.currentChanged.connect(self._on_tab_changed)

    def retranslate(self) -> None:
        """Set the title of the tab in the current language."""
        self._tabs.setTabText(self._tabs.indexOf(self._page), _("Probes"))

    def show_probes(self) -> None:
        """Show the tab of the probes."""
        self._tabs.setCurrentWidget(self._page)

    def raise_tab(self, page: QWidget) -> None:
        """Show another tab, unless the probes are in front."""
        if self._tabs.currentWidget() is not self._page:
            self._tabs.setCurrentWidget(page)

    def _on_tab_changed(self, _index: int) -> None:
        if self._tabs.currentWidget() is not self._page or self.probes is not None:
            return
        from gui.training.probes.panel import ProbesPanel

        self.probes = ProbesPanel()
        self._page.layout().addWidget(self.probes)  # type: ignore[union-attr]
        self.probe_desk = self._make_desk(self.probes, self)
