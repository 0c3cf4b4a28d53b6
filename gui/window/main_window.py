"""The main window: assembles the parts and connects them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QVBoxLayout

from engine.i18n import N_, _
from engine.run import OriginKind, Run
from gui.events.answer import Headline
from gui.events.notifying import Notifying
from gui.events.panel import EventsPanel
from gui.events.story import StoryPanel
from gui.look.controls import Roomy
from gui.look.icons import application_icon
from gui.look.language import keep_translated, on_language_change
from gui.look.theme import Theme, ThemeKeeper
from gui.plots.panes.ready import ready_lines
from gui.plots.stack import PlotStack
from gui.runs.comparing import ComparingDesk
from gui.runs.document import Runs
from gui.runs.exporting import ExportDesk
from gui.runs.library.desk import LibraryDesk
from gui.runs.library.interrupted import Interrupted
from gui.runs.logs.arriving import ArrivingRuns
from gui.runs.logs.desk import LogDesk
from gui.runs.logs.following import FollowingDesk
from gui.runs.logs.recent import RecentMenu
from gui.runs.notes import NotesDesk
from gui.runs.start.continuing import recent_ones
from gui.runs.start.drop import DropPreview
from gui.runs.start.page import StartPage
from gui.runs.start.thumbnails import Thumbnails
from gui.runs.table.colouring import RunColours
from gui.runs.table.columns import ColumnDrops, ColumnsPanel
from gui.runs.table.panel import RunsPanel
from gui.shell.actions import Actions
from gui.shell.garbage import Garbage
from gui.shell.notice import LINE_HEIGHT, Busy, Notice
from gui.shell.remembered import Remembered
from gui.shell.working import Working
from gui.threads.following import LogFollowing
from gui.threads.messages import Phase
from gui.threads.reading import LogOpening
from gui.threads.training import Training
from gui.threads.worker import Loading, Worker
from gui.training.data.looking_back import LookingBack
from gui.training.demos import ScenarioList
from gui.training.desk import TrainingDesk
from gui.training.device_choice import DeviceChoice
from gui.training.knobs.panel import Knobs
from gui.training.tool_bar import ToolBar
from gui.window.centre.marking import MarkBar
from gui.window.centre.opinions import OpinionDesk
from gui.window.centre.pages import Pages
from gui.window.centre.training_views import TrainingViews
from gui.window.centre.views import Views
from gui.window.dialogs.bringing import Bringing
from gui.window.dialogs.opening import WindowDialogs
from gui.window.dialogs.report import ReportExport
from gui.window.docks.arranged import LEFT, RIGHT, Docks
from gui.window.docks.probes_tab import ProbesTab
from gui.window.docks.proof_dock import ProofDock
from gui.window.frames import Frames
from gui.window.keyboard.tab_order import move_focus
from gui.window.plot_link import PlotLink
from gui.window.status_line import StatusLine
from gui.window.undo import UndoDesk

if TYPE_CHECKING:
    from gui.events.proof.desk import ProofDesk
    from gui.events.proof.panel import ProofPanel
    from gui.plots.curves.run_lines import RunLines
    from gui.training.probes.desk import ProbeDesk
    from gui.training.probes.panel import ProbesPanel
    from gui.window.dialogs.palette import Found


class MainWindow(QMainWindow):
    """The window with everything open in it."""

    def __init__(self, remembered: Remembered, themes: ThemeKeeper) -> None:
        super().__init__()
        self.remembered, self.themes = remembered, themes
        self.setWindowIcon(application_icon())
        self.setWindowTitle("Overshoot")
        self.setAcceptDrops(True)
        self._has_painted = self._had_several = False
        self._after_paint: list = []
        self._make_parts()
        self._assemble()
        self._connect()
        self._restore()

    # Assembling

    def _make_parts(self) -> None:
        self.actions_ = Actions(self)
        self.runs = Runs()
        self.training, self.opening = Training(self), LogOpening(self._ready_lines, self)
        self.tools = ToolBar(self.actions_)
        self.scenarios, self.knobs = ScenarioList(), Knobs()
        self.colours = RunColours(self.runs, self)
        self.run_panel = RunsPanel(self.runs, self.colours)
        self.columns = ColumnsPanel()
        self.events, self.story, self.headline = EventsPanel(), StoryPanel(), Headline()
        self.start_page, self.stack = StartPage(), PlotStack()
        self.thumbnails, self.drop_preview = Thumbnails(), DropPreview(self)
        self.notice, self.busy, self.interrupted = Notice(), Busy(), Interrupted()
        self.status = StatusLine()
        self.working = Working(self.busy, self)
        self.desk = TrainingDesk(self.training, self.runs, self.knobs, self.tools, self.actions_, self)
        self.undoing = UndoDesk(self.runs, self.desk, self.actions_, self)
        self.library = LibraryDesk(self.training, self.runs, self)
        self.logs = LogDesk(self.opening, self.runs, self.library, self.working, self.notice, self.remembered, self)
        self.following = LogFollowing(self)
        self.following_desk = FollowingDesk(self.following, self.runs, self.library, self.remembered, self)
        self.arriving, self.bringing = ArrivingRuns(self), Bringing(self)
        self.comparing = ComparingDesk(self.stack, self.runs, self.actions_, self)
        self.notifying = Notifying(self.runs, self.remembered, self)
        self.link = PlotLink(self.stack, self.runs, self.events, self.tools, self.actions_, self, self.colours)
        self.looking_back = LookingBack(self.stack, self.training, self.desk, self.runs, self)
        self.inner = TrainingViews(self.training, self.desk, self.runs, self.themes, self.looking_back, self)
        self.views = Views(self.stack, self.actions_, self.inner.makers, self)
        self.exports = ExportDesk(self.stack, self.runs, self.actions_, self.working, self.notice, self)
        self.notes = NotesDesk(self.stack, self.runs, self.library, self)
        self.marking = MarkBar()
        self.opinions = OpinionDesk(self.marking, self.runs, self.link, self.library, self.undoing, self.notice, self)
        self.dialogs = WindowDialogs(self.remembered, self.themes, self.library, self)
        self.recent = RecentMenu(self.actions_.submenu("recent"), self.remembered, self)
        self._garbage = Garbage(self)
        self.frames = Frames(self.training, self.runs, self)
        self.loading = Worker("loading", self)

    def _assemble(self) -> None:
        self.actions_.fill(self.menuBar())
        self.addToolBar(self.tools)
        self.setStatusBar(self.status)
        self._pages = Pages(self.start_page, self.views.bar, self.headline, self.marking, self.stack)
        centre = Roomy()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.interrupted, self._pages):
            column.addWidget(part)
        self.notice.float_over(centre)
        self.busy.float_over(centre, lift=LINE_HEIGHT)
        self.setCentralWidget(centre)
        self._add_docks()

    def _add_docks(self) -> None:
        self._reading = QTabWidget()
        self._reading.setDocumentMode(True)
        self._reading.tabBar().setDrawBase(False)
        self._reading.addTab(self.events, "")
        self._reading.addTab(self.story, "")
        keep_translated(self._retranslate_tabs)
        self.docks = Docks(self)
        self.docks.add("demos", N_("Demos"), self.scenarios, LEFT)
        self.docks.add("runs", N_("Runs"), self.run_panel, LEFT, is_shown=False)  # until there are several
        self.docks.add("columns", N_("Columns"), self.columns, LEFT, is_shown=False)  # until it is wanted
        self.docks.add("knobs", N_("Knobs"), self.knobs, LEFT)
        self.docks.add("happened", N_("What happened"), self._reading, RIGHT)
        self.deeper = ProofDock(self.docks, self.runs, self.library, self._make_proofs, self)
        self.inside = ProbesTab(self._reading, self._make_probes, self)
        self.reports = ReportExport(self.runs, self.notes, self.deeper.proof_lines, self.notice, self)
        self.looking_back.message_ready.connect(self.notice.show_message)
        self.looking_back.own_branch_wanted.connect(self.bringing.branch)
        self.devices = DeviceChoice(self.actions_, self.desk.measuring, self)
        self.devices.message_ready.connect(self.notice.show_message)
        self.resize(1280, 720)
        self._arrange_docks()
        self.docks.mark_first()
        menu = self.actions_.submenu("panels")
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())

    def _make_proofs(self, panel: ProofPanel, parent: QObject) -> ProofDesk:
        from gui.events.proof.desk import ProofDesk

        made = ProofDesk(self.runs, panel, self.training.rewind_points_of, parent)
        made.order_wanted.connect(self.desk.start_beside)
        panel.rewound.connect(self.link.rewind)
        made.proving.ended.connect(lambda *_args: self.headline.show_proving(False))
        made.proving.failed.connect(lambda *_args: self.headline.show_proving(False))
        made.refused.connect(self.notice.show_message)
        made.refused.connect(lambda _why: self.headline.show_proving(False))
        made.dismissed.connect(lambda: self.headline.show_proving(False))
        return made

    def _make_probes(self, panel: ProbesPanel, parent: QObject) -> ProbeDesk:
        from gui.training.probes.desk import ProbeDesk

        link = self.link
        made = ProbeDesk(panel, self.training, self.desk, self.runs, link.show_column, lambda: link.third, parent)
        link.third_changed.connect(made.refresh)
        self.looking_back.looked.connect(made.look)
        made.look(self.looking_back.step)
        return made

    def _arrange_docks(self) -> None:
        self.docks.arrange(self.scenarios.fitting_height(), len(self.runs) > 1)

    def _retranslate_tabs(self) -> None:
        for place, text in enumerate((_("Events"), _("The question"))):
            self._reading.setTabText(place, text)

    def _connect(self) -> None:
        self.frames.due.connect(self.stack.refresh)
        self.frames.panels_due.connect(self._show_panels)
        self.training.phase_changed.connect(self._on_phase_changed)
        self.training.run_started.connect(lambda _run, _pace: self._garbage.settle())
        self.runs.changed.connect(self._on_runs_changed)
        self.themes.changed.connect(self._apply_theme)
        self.themes.changed.connect(self.deeper.apply_theme)
        on_language_change(self._show_status)
        self.after_paint(self.deeper.hide_stale_proof)
        self._connect_panels()
        self._connect_actions()

    def _connect_panels(self) -> None:
        self.scenarios.chosen.connect(self.desk.choose)
        self.scenarios.start_wanted.connect(self.start_demo)
        self.desk.scenario_changed.connect(self.story.show_scenario)
        self.desk.scenario_changed.connect(self.scenarios.choose)
        self.desk.scenario_changed.connect(self.views.show_scenario)
        self.views.chosen.connect(self._pages.show_plots)
        self.desk.scenario_changed.connect(self._load_torch)
        self.desk.scenario_changed.connect(lambda _name: self._make_room())
        self.desk.scenario_changed.connect(lambda _name: self.inside.raise_tab(self.story))
        self.desk.message_ready.connect(self.notice.show_message)
        self.desk.prepares.connect(self.working.add)
        self.desk.tried.connect(lambda text, answers: self.notice.show_message(text, *answers))
        self.working.status_changed.connect(self.status.show_work)
        self.desk.start_requested.connect(self._on_start_requested)
        self.desk.start_requested.connect(self.interrupted.hide)
        self._connect_library()
        self.start_page.open_wanted.connect(self.logs.ask)
        self.loading.finished.connect(self._on_loaded)
        self.loading.failed.connect(self._on_loaded)  # where it meets the same error
        for wishes in (self.start_page.files_wanted, self.recent.files_wanted, self.dialogs.import_wanted):
            wishes.connect(self.logs.open_files)
        self.start_page.demo_wanted.connect(self.start_demo)
        self.start_page.bring_wanted.connect(self.bringing.ask)
        self.start_page.back_wanted.connect(self._pages.show_start_page)
        self.start_page.run_wanted.connect(self.library.open)
        self.library.changed.connect(self._show_recent)
        self.after_paint(self._show_recent)
        self.logs.import_wanted.connect(self.dialogs.import_file)
        self.dialogs.axis_chosen.connect(self.link.use_axis)
        self.columns.plot_wanted.connect(self.link.show_column)
        self.link.third_changed.connect(self._show_columns)
        self.link.browse_wanted.connect(lambda: self.docks["columns"].show())
        self.stack.parts_made.connect(self._accept_columns)
        self.run_panel.share_wanted.connect(self.link.show_share)
        self.run_panel.group_wanted.connect(self.comparing.group_by)
        self.run_panel.remove_wanted.connect(self.undoing.remove)
        self.run_panel.rename_wanted.connect(self.library.ask_name)
        self.comparing.message_ready.connect(self.notice.show_message)
        self.logs.prepared.connect(self.stack.add_prepared)
        self.logs.recent_changed.connect(self._show_recent)
        self.events.try_wanted.connect(self.desk.try_settings)
        self.events.prove_wanted.connect(self._prove)
        self.events.standings_changed.connect(self._show_headline)
        self.events.known_changed.connect(lambda _run: self.headline.refresh())
        self.events.known_changed.connect(self.library.keep_settings)
        self.headline.prove_wanted.connect(self._prove)
        self.headline.why_wanted.connect(self._explain_event)
        self.headline.menu_wanted.connect(self.events.open_menu)
        self.marking.shown.connect(self.headline.give_way)
        self.events.explain_wanted.connect(self.link.explain)
        self.deeper.forks_changed.connect(self.link.show_forks)
        self.deeper.verdicts_changed.connect(self.events.show_proofs)
        self.events.undo_wanted.connect(self.logs.undo_mean)
        self.story.try_wanted.connect(self.desk.try_alone)

    def _accept_columns(self) -> None:
        self._column_drops = ColumnDrops(self.stack.drop_target, self)
        self._column_drops.dropped.connect(self.link.show_column)

    def _connect_library(self) -> None:
        library, asking = self.library, self.interrupted
        library.message_ready.connect(self.notice.show_message)
        library.interrupted.connect(asking.ask)
        asking.resume_wanted.connect(library.resume)
        library.resume_wanted.connect(self.desk.resume)
        asking.open_wanted.connect(library.open_as_it_is)
        asking.dismissed.connect(library.dismiss)
        self.after_paint(library.find_interrupted)
        self.following_desk.message_ready.connect(self.notice.show_message)
        self.bringing.message_ready.connect(self.notice.show_message)
        self.bringing.failed.connect(self.notice.keep_message)
        self.arriving.announced.connect(self.opening.prepare)
        self.arriving.arrived.connect(lambda path: self.open_files([path]))
        self.notes.message_ready.connect(self.notice.show_message)
        self.following_desk.grew.connect(self.frames.draw)
        self.actions_["follow"].setChecked(self.following_desk.is_on)
        self.actions_["follow"].toggled.connect(self.following_desk.set_on)

    def _connect_actions(self) -> None:
        for key, wish in (
            ("open", self.logs.ask),
            ("open_folder", self.logs.ask_folder),
            ("open_address", self.logs.ask_address),
            ("import", self.dialogs.import_log),
            ("bring", self.bringing.ask),
            ("watch_remote", self.bringing.ask_remote),
            ("start_page", self._show_start_page),
            ("help", self._show_start_page),
            ("export_report", self.reports.ask),
            ("copy_events", lambda: QApplication.clipboard().setText(self.events.as_text())),
            ("library", self.dialogs.library),
            ("preferences", self.dialogs.preferences),
            ("shortcuts", self.dialogs.shortcuts),
            ("about", self.dialogs.about),
            ("reset_layout", lambda: self.docks.reset(self.remembered, len(self.runs) > 1)),
            ("palette", self._find_anything),
            ("mark", self.opinions.ask),
            ("quit", self.close),
        ):
            self.actions_[key].triggered.connect(wish)
        self.actions_["full_screen"].toggled.connect(lambda on: self.showFullScreen() if on else self.showNormal())

    def _ready_lines(self, runs: Sequence[Run]) -> list[RunLines]:
        """Called in the reading thread."""
        return ready_lines(runs, self.stack.smoothing_width)

    # Slots

    def _on_runs_changed(self) -> None:
        active = self.runs.active
        self._pages.update_page(active is not None)
        self.tools.show_title(active.run.name if active is not None else "")
        self._make_room()
        self._show_columns()
        self.setWindowTitle(f"{active.run.name} – Overshoot" if active is not None else "Overshoot")
        self.events.show_run(active)
        self._show_headline()
        for key in (
            "close_run", "export_data", "export_figure", "copy_figure", "export_report", "copy_events", "copy_settings",
            "mark",
        ):  # fmt: skip
            self.actions_[key].setEnabled(active is not None)
        if len(self.runs) > 1 and not self._had_several:
            self._had_several = True
            self.docks["runs"].show()
            QTimer.singleShot(0, self, self._arrange_docks)
        self._show_status()

    def _show_headline(self) -> None:
        active = self.runs.active
        if active is None:
            self.headline.show_run(None, None)
        else:
            is_read = active.events is not None
            self.headline.show_run(active.run, self.events.standings.listed(active) if is_read else None)

    def _explain_event(self, event_id: str) -> None:
        self.docks["happened"].show()
        self._reading.setCurrentWidget(self.events)
        self.link.go_to_event(event_id)

    def _prove(self, event_id: str) -> None:
        """Prove an event, which stays in sight from then on."""
        self.headline.show_proving(True)
        self.events.pin(event_id)
        self.deeper.prove(event_id)

    def _on_phase_changed(self) -> None:
        if not self.frames.is_running:
            self.story.show_run(self.runs.active)
        self._show_status()

    def _show_panels(self) -> None:
        self.link.refresh_choices()
        self.desk.show_limit()
        self.looking_back.show_checkpoints()
        self._show_columns()
        self.events.show_run(self.runs.active)
        self._show_headline()
        self._show_status()

    def _make_room(self) -> None:
        """Put away what only a training needs while a log is shown and no demo is chosen."""
        active = self.runs.active
        is_log = active is not None and active.run.origin.kind is OriginKind.LOG
        has_no_use = is_log and not self.desk.scenario and self.desk.own.live is None
        if self.docks.make_room(has_no_use) and not has_no_use:
            QTimer.singleShot(0, self, self._arrange_docks)  # the knobs get their height back from the runs
        self.tools.show_training(not has_no_use)
        is_training = active is not None and active.run.origin.kind is OriginKind.TRAINING
        self.views.show_choice(is_training or (active is None and bool(self.desk.scenario)))

    def _show_columns(self) -> None:
        active = self.runs.active
        run = active.run if active is not None else None
        self.columns.show_columns(run, self.stack.columns() if run is not None else (), self.link.third)

    def _find_anything(self) -> None:
        self.dialogs.palette(self.findable())

    def findable(self) -> list[Found]:
        """What the command palette finds."""
        from gui.window.dialogs.palette_entries import Parts, everything

        parts = (self.actions_, self.runs, self.stack, self.link, self.knobs, self.remembered.recent)
        return everything(Parts(*parts, self.start_demo, self.open_files, self.desk))

    def _show_status(self) -> None:
        own = self.desk.own
        phase = Phase.PAUSED if own.phase is Phase.PAUSED else self.training.phase
        kept = own.live.kept_text if own.live is not None else ""
        self.status.show_state(phase, self.training.snapshot, self.runs.active, kept)

    def _on_start_requested(self) -> None:
        self.inside.raise_tab(self.events)

    def _apply_theme(self, theme: Theme) -> None:
        self.stack.apply_theme(theme)
        self.actions_.apply_current_theme()
        for part in (self.tools, self.knobs, self.events, self.headline, self.notice):
            part.apply_current_theme()
        self.colours.changed.emit()
        self.docks.apply_current_theme()

    # Demos, files, pages

    def _show_start_page(self) -> None:
        self.thumbnails.take(self.runs)
        self._show_recent()
        self.start_page.show_back(len(self.runs) > 0)
        self._pages.show_start_page()

    def start_demo(self, name: str) -> None:
        """Choose a demo and start it."""
        self.scenarios.choose(name)
        self.desk.choose(name)
        self.desk.start_new_run()

    def open_files(self, paths: list[Path]) -> None:
        """Open logs."""
        self.logs.open_files(paths)

    def _load_torch(self, _name: str) -> None:
        """Import torch after the first paint, since it freezes the window for a moment."""
        self.after_paint(self.training.load)

    def _show_recent(self) -> None:
        """Show what was opened last; what the library has, once the window was painted."""
        entries = self.library.latest() if self._has_painted else []
        self.start_page.show_recent(recent_ones(self.remembered.recent, entries, self.thumbnails))

    # First paint, layout, closing

    def after_paint(self, wish) -> None:
        """Call a function after the first paint."""
        if self._has_painted:
            wish()
        else:
            self._after_paint.append(wish)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self._on_painted)

    def _on_painted(self) -> None:
        for wish in self._after_paint:
            wish()
        self._after_paint = []
        self.loading.submit(Loading(self.start_page.load))  # after what was asked for has begun

    def _on_loaded(self) -> None:
        self.start_page.tell_verdicts()
        QTimer.singleShot(0, self, self.stack.make_parts)  # its imports are a turn of their own

    def _restore(self) -> None:
        self.start_page.setFocus()  # in the middle, so that Space and arrows control the training
        self._show_recent()
        self._on_runs_changed()
        self._show_status()
        if not self.docks.restore(self.remembered):
            self.after_paint(lambda: self.notice.show_message(_("The panels have new places: the layout was reset.")))
        self.link.restore(self.remembered)

    def _remember(self) -> None:
        self.thumbnails.take(self.runs)
        self.thumbnails.write()
        self.docks.remember(self.remembered)
        self.link.remember(self.remembered)
        self.logs.remember_open()
        self.remembered.write()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.frames.stop()
        self._remember()
        self.hide()  # waiting for the threads takes as long as an import of torch
        self.loading.close()
        self.opening.close()
        self.exports.close()
        self.following.close()
        self.arriving.close()
        self.bringing.close()
        self.deeper.close()
        self.inner.close()
        self.training.close()
        self.library.close()
        self._garbage.stop()
        super().closeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    # Files dropped on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.drop_preview.show_files(paths)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_preview.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.drop_preview.hide()
        self.open_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
