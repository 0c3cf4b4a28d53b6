"""The card of one event: title, place, sentence and the most likely cause; the rest unfolds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from engine.events import Event, Severity
from engine.i18n import N_, _
from engine.run import Run
from gui.events.cards.body import CardBody
from gui.events.cards.shapes import SeverityShape
from gui.events.cards.terms import with_terms
from gui.events.cards.texts import as_markdown, as_text, proved_text
from gui.events.standing import going_on
from gui.look.controls import Elided, button, label, selectable, set_style_property
from gui.look.icons import icon
from gui.look.number_hints import hint

if TYPE_CHECKING:
    from engine.diagnosis.model import Diagnosis


class EventCard(QFrame):
    """A card of the events panel, refilled when the event or the language changes.

    Signals
    -------
    show_wanted, hovered : event id (empty in `hovered` when the pointer leaves)
    try_wanted : settings of a remedy to try
    prove_wanted : event id
    undo_wanted : event id of a running mean
    explain_wanted : column of a reading that explains the event, event id
    menu_wanted : event id, point on the screen
    """

    show_wanted = Signal(str)
    hovered = Signal(str)
    toggled = Signal(str, bool)
    try_wanted = Signal(object)
    prove_wanted = Signal(str)
    undo_wanted = Signal(str)
    explain_wanted = Signal(str, str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, event: Event, run: Run, others: Sequence[Event], withdrawn: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._body: CardBody | None = None
        self._diagnosis: Diagnosis | None = None  # what the body shows
        self._is_open = self._has_evidence = False
        self._verdict = self._withdrawn = ""
        self._lay_out()
        self._grey_out(withdrawn)
        self.show_event(event, run, others)

    def _lay_out(self) -> None:
        self._shape, self._title = SeverityShape(), label(role="heading", wraps=False)
        self._where = Elided(mode=Qt.TextElideMode.ElideRight)  # the place comes first in it
        self._where.setProperty("role", "quiet")
        self._where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._fold = QToolButton()
        self._fold.setIconSize(QSize(16, 16))
        self._fold.clicked.connect(self.toggle)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._shape)
        head.addWidget(self._title)
        head.addWidget(self._where, 1)
        head.addWidget(self._fold)
        self._sentence = label()
        self._cause_name, self._cause = label(role="quiet", wraps=False), label()
        self._proof = selectable(label())
        self._proof.hide()
        self._primary = button(N_("Prove it"), N_("Rewind, change one thing at a time, and count the outcomes"))
        self._primary.clicked.connect(lambda: self.prove_wanted.emit(self.event_shown.id))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 8, 12)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        self._column.addWidget(self._sentence)
        cause = QVBoxLayout()
        cause.setSpacing(0)
        cause.addWidget(self._cause_name)
        cause.addWidget(self._cause)
        self._column.addLayout(cause)
        self._column.addWidget(self._proof)
        self._column.addWidget(self._primary, 0, Qt.AlignmentFlag.AlignLeft)

    # What it shows

    def show_event(self, event: Event, run: Run, others: Sequence[Event]) -> None:
        """Show an event; the card stays open or folded."""
        from engine.diagnosis.explanation import headline  # loaded with the first event, not with the window

        self._explanation: Diagnosis | None = None
        self.event_shown, self._run, self._others = event, run, others
        said = headline(event, run)
        self._shape.severity = event.severity
        self._shape.setToolTip(said.severity_text)
        self._title.setText(said.title)
        self._where.setText(said.where if self._withdrawn else going_on(said.where, event))
        self._sentence.setText(self._withdrawn or said.sentence)
        self._sentence.setToolTip(with_terms(hint("sentence"), self._sentence.text()))
        self.setAccessibleName(f"{said.title}, {said.where}")
        self.setAccessibleDescription(f"{said.severity_text}. {said.sentence}")
        self._show_fold()
        self._show_answer()
        if self._is_open:
            self._rebuild_body()

    def _grey_out(self, reason: str) -> None:
        """Grey the card out with the reason why the event is reported no longer; empty for an event that is."""
        self._withdrawn = reason
        set_style_property(self, "isWithdrawn", bool(reason))
        for part in (self._title, self._sentence):
            part.setEnabled(not reason)

    def _show_answer(self) -> None:
        """Show the most likely cause and the one button, for what is worth a warning or unfolded."""
        from engine.diagnosis.run_story import likely

        is_grave = self.event_shown.severity is not Severity.INFO
        is_answer = not self._withdrawn and (is_grave or self._is_open)
        cause = likely(self._explained()) if is_answer else ""
        self._cause_name.setText(_("Most likely"))
        self._cause.setText(cause)
        self._cause.setToolTip(with_terms(hint("weight"), cause))
        for part in (self._cause_name, self._cause):
            part.setVisible(bool(cause))
        self._primary.setVisible(is_answer and self._run.origin.can_repeat)
        self._primary.setProperty("role", "primary" if self._is_open else "")
        self._primary.style().unpolish(self._primary)
        self._primary.style().polish(self._primary)

    def show_proof(self, verdict: str) -> None:
        """Show the verdict of an experiment about the event; empty for none."""
        self._verdict = verdict
        self._proof.setText(proved_text(verdict))
        self._proof.setVisible(bool(verdict))

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the card."""
        if is_open != self._is_open:
            self._is_open = is_open
            self._show_answer()
            self._rebuild_body()
            self._show_fold()

    def toggle(self) -> None:
        """Unfold or fold the card as if its arrow had been clicked."""
        self.set_open(not self._is_open)
        self.toggled.emit(self.event_shown.id, self._is_open)

    def set_selected(self, is_selected: bool) -> None:
        set_style_property(self, "isSelected", is_selected)

    def set_highlighted(self, is_lit: bool) -> None:
        """Highlight the card while the event's band is under the pointer."""
        set_style_property(self, "isLit", is_lit)

    def _show_fold(self) -> None:
        self._fold.setIcon(icon("fold" if self._is_open else "unfold"))
        text = _("Collapse") if self._is_open else _("Why, and what to try")
        self._fold.setToolTip(text)
        self._fold.setAccessibleName(text)

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours."""
        self._show_fold()
        self._shape.update()

    # The part that unfolds

    def _explained(self) -> Diagnosis:
        from engine.diagnosis.explanation import explain

        if self._explanation is None:
            self._explanation = explain(self.event_shown, self._run, self._others)
        return self._explanation

    def _rebuild_body(self) -> None:
        """Rebuild the body if it has changed; otherwise a selection in it is kept."""
        diagnosis = self._explained() if self._is_open else None
        if diagnosis == self._diagnosis:
            return
        self._diagnosis = diagnosis
        if self._body is not None:
            self._has_evidence = self._body.has_evidence
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        if diagnosis is not None:
            self._column.addWidget(self._made_body(diagnosis))

    def _made_body(self, diagnosis: Diagnosis) -> CardBody:
        shown = self.event_shown
        self._body = body = CardBody(shown, self._run, diagnosis, self._has_evidence)
        body.show_wanted.connect(lambda: self.show_wanted.emit(shown.id))
        body.undo_wanted.connect(lambda: self.undo_wanted.emit(shown.id))
        body.copy_wanted.connect(lambda: QApplication.clipboard().setText(self.as_text()))
        body.explain_wanted.connect(lambda column: self.explain_wanted.emit(column, shown.id))
        body.try_wanted.connect(self.try_wanted)
        return body

    def as_text(self) -> str:
        """Format the event as plain text."""
        return as_text(self._explained(), self._verdict)

    def as_markdown(self) -> str:
        """Format the event as Markdown."""
        return as_markdown(self._explained(), self._verdict)

    # What the person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.set_open(not self._withdrawn)
            self.show_wanted.emit(self.event_shown.id)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.event_shown.id, event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.show_wanted.emit(self.event_shown.id)
            self.toggle()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(self.event_shown.id)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit("")
        super().leaveEvent(event)
