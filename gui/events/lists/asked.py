"""Why a run in which nothing is a problem might learn too little: a folded line, ranked when a person asks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.events import Event
from engine.i18n import _
from engine.run import Run
from gui.events.answer import StoryLines
from gui.look.controls import Link


class AskedLines(QWidget):
    """One line that unfolds to the likeliest reasons; hidden where an event is the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._events: tuple[Event, ...] = ()
        self._is_open = False
        self.fold = Link("", "")
        self.fold.clicked.connect(self.toggle)
        self.body = StoryLines()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.body)
        self.hide()

    def show_run(self, run: Run | None, events: Sequence[Event]) -> None:
        """Offer to ask about a run; what is unfolded stays as it was asked, and folds with another run or event."""
        if run is not self._run or tuple(events) != self._events:
            self._run, self._events, self._is_open = run, tuple(events), False
        self.refresh()

    def toggle(self) -> None:
        """Fold or unfold the reasons."""
        self._is_open = not self._is_open
        self.rank()

    def rank(self) -> None:
        """Rank anew, with what a person has told since or in another language."""
        if self._is_open and self._run is not None:
            from engine.diagnosis.run_story import offered_lines

            self.body.show_lines(offered_lines(self._run, self._events))
        self.refresh()

    def refresh(self) -> None:
        """Show or hide, as there is something to ask or not."""
        self.setVisible(self._can_ask())
        self.body.setVisible(self._is_open)
        self.fold.setText(_("If it learns too little"))
        self.fold.setToolTip(_("The likeliest reasons, ranked by trainings with a fault that raised no event"))

    def _can_ask(self) -> bool:
        if self._run is None:
            return False
        from engine.diagnosis.offering import can_offer  # loaded with the first run, not with the window

        return can_offer(self._run, self._events)
