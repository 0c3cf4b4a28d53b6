"""What the person says of events, "not an event" and "you missed one": shown, kept in the library, undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.diagnosis.places import label as place_label
from engine.events import EventKind
from engine.i18n import _
from engine.library import Library, LibraryError
from engine.library.labels import Label, Refusal, keep_marks, keep_refusals, marked, refusals
from engine.run import Run
from gui.plots.shown.picture import Marking
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk
from gui.shell.notice import Answer, Notice
from gui.window.centre.marking import MarkBar
from gui.window.undo import UndoDesk

if TYPE_CHECKING:
    from gui.window.plot_link import PlotLink

AROUND = 0.05  # of the view: what is marked at first, where nothing was pointed at


class OpinionDesk(QObject):
    """Keeps the marks and refusals of the open runs with them."""

    def __init__(
        self,
        bar: MarkBar,
        runs: Runs,
        link: PlotLink,
        library: LibraryDesk,
        undoing: UndoDesk,
        notice: Notice,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bar, self._runs, self._link, self._library = bar, runs, link, library
        self._undoing, self._notice = undoing, notice
        self._loaded: set[str] = set()
        self._run: Run | None = None  # that is being marked
        self._pending = Marking(0, 0, "", True)
        self._offered = ""  # the message with a button that undoes what was said last
        stack, events = link.stack, link.panel
        stack.mark_wanted.connect(lambda row: self._begin(row, row))
        stack.stretch_marked.connect(self._place)
        stack.unmark_wanted.connect(self._unmark_at)
        events.unmark_wanted.connect(self.unmark)
        events.refusals_wanted.connect(self._refuse)
        bar.placed.connect(lambda start, end: self._place(*sorted((stack.row_near(start), stack.row_near(end)))))
        bar.marked.connect(self._mark)
        bar.cancelled.connect(self.leave)
        runs.changed.connect(self._follow_runs)
        undoing.stack.indexChanged.connect(self._withdraw_offer)

    # Loading

    def _follow_runs(self) -> None:
        run = self._runs.active.run if self._runs.active is not None else None
        if self._run is not None and run is not self._run:
            self.leave()
        if run is None or run.id in self._loaded:
            return
        self._loaded.add(run.id)
        try:
            library = self._library.library
            marks, refused = marked(library, run.id), refusals(library, run.id)
        except LibraryError as error:
            self._notice.show_message(str(error))
            return
        if marks or refused:
            self._link.panel.standings.mark(run, marks)
            self._runs.refuse(run, refused)
            self._show()

    # Marking

    def ask(self) -> None:
        """Ask for an event that was missed, at first in the middle of what is in view."""
        left, right = self._link.stack.shown
        middle, reach = (left + right) / 2, AROUND * (right - left)
        self._begin(*(self._link.stack.row_near(x) for x in (middle - reach, middle + reach)))

    def _begin(self, start: int, end: int) -> None:
        active = self._runs.active
        columns = [series.name for series in active.run.series] if active is not None else []
        if active is None or not columns or not len(active.run.table):
            return
        self._run = active.run
        self._bar.ask(columns)
        self._link.stack.set_marking(True)
        self._place(start, end)

    def _place(self, start: int, end: int) -> None:
        stack = self._link.stack
        self._pending = replace(self._pending, start=start, end=end)
        self._bar.show_ends(stack.x_of(start), stack.x_of(end))
        self._link.show_pending(self._pending)

    def leave(self) -> None:
        """Stop marking."""
        self._run = None
        self._bar.leave()
        self._link.stack.set_marking(False)
        self._link.show_pending(None)

    def _mark(self, kind: EventKind, column: str) -> None:
        run = self._run
        if run is None:
            return
        label = Label(column, kind, self._pending.start, self._pending.end)
        self.leave()
        others = [one for one in self._marks(run) if (one.series, one.kind, one.start) != (column, kind, label.start)]
        self._say_marks(run, [*others, label])
        text = _("Marked at {where}; it is kept with the run").format(where=place_label(run, label.start))
        self._offer_undo(text)

    def unmark(self, label: Label) -> None:
        """Take back what the person has marked in the active run."""
        if self._runs.active is not None:
            run = self._runs.active.run
            self._say_marks(run, [other for other in self._marks(run) if other != label])

    def _unmark_at(self, marking: Marking) -> None:
        run = self._runs.active.run if self._runs.active is not None else None
        for label in self._marks(run) if run is not None else ():
            if (label.start, label.end) == (marking.start, marking.end):
                self.unmark(label)
                return

    def _marks(self, run: Run) -> tuple[Label, ...]:
        return self._link.panel.standings.marks(run)

    def _say_marks(self, run: Run, marks: Sequence[Label]) -> None:
        self._undoing.say(partial(self._set_marks, run, marks), partial(self._set_marks, run, self._marks(run)))

    def _set_marks(self, run: Run, marks: Sequence[Label]) -> None:
        self._link.panel.standings.mark(run, marks)
        self._keep(lambda library: keep_marks(library, run.id, marks))

    # Not an event

    def _refuse(self, run: Run, before: Sequence[Refusal], refused: Sequence[Refusal]) -> None:
        self._undoing.say(partial(self._set_refusals, run, refused), partial(self._set_refusals, run, before))
        if len(refused) > len(before):
            self._offer_undo(_("Taken for no event; that is kept with the run"))

    def _set_refusals(self, run: Run, refused: Sequence[Refusal]) -> None:
        self._runs.refuse(run, refused)
        self._keep(lambda library: keep_refusals(library, run.id, refused))

    def _offer_undo(self, text: str) -> None:
        """Say what was done, with a button that takes it back until something else is done or undone."""
        self._offered = text
        self._notice.show_message(text, Answer(_("Undo"), self._undoing.undo))

    def _withdraw_offer(self) -> None:
        self._notice.withdraw(self._offered)

    def _keep(self, write: Callable[[Library], None]) -> None:
        self._show()
        try:
            write(self._library.library)
        except LibraryError as error:
            self._notice.show_message(_("{problem} It stays while this window is open.").format(problem=error))

    def _show(self) -> None:
        self._link.panel.show_opinions()
