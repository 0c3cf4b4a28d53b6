"""The card of one event: title, place and sentence; evidence, causes and remedies unfold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.detectors.epochs.mechanism import Mechanism
from engine.events import Event, Severity
from engine.i18n import N_, _, number
from engine.run import OriginKind, Run
from gui.events.lists.readings import probe_links
from gui.events.standing import going_on
from gui.look.controls import Elided, button, label, selectable, set_style_property
from gui.look.icons import icon, paint_severity
from gui.look.number_hints import hint
from gui.look.theme import current_theme

if TYPE_CHECKING:
    from engine.diagnosis.model import Cause, Diagnosis, EvidenceLine, Remedy

REMEDIES, CAUSES = 3, 3


class SeverityShape(QWidget):
    """Draws the shape of a severity: triangle, diamond or disc."""

    def __init__(self) -> None:
        super().__init__()
        self.severity = Severity.INFO
        self.setFixedSize(QSize(12, 12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_severity(painter, self.severity, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class LimitBar(QWidget):
    """A number as a bar against the limit from which on it counts, which is a line."""

    SPAN = 0.4  # of the width that is before the limit

    def __init__(self, value: float, limit: float) -> None:
        super().__init__()
        self._share = value / limit
        self.setFixedHeight(6)
        self.setMinimumWidth(40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, width, height = current_theme(), self.width(), self.height()
        at = self.SPAN * width
        # What exceeds the limit is compressed, so that ten and a hundred times it differ but fit.
        beyond = max(self._share - 1, 0.0)
        end = at * min(self._share, 1.0) + (width - at) * beyond / (beyond + 3)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, width, height, QColor(theme.raised))
            painter.fillRect(QRectF(0, 0, min(end, at), height), QColor(theme.text_quiet))
            painter.fillRect(QRectF(at, 0, max(end - at, 0.0), height), QColor(theme.severity[Severity.WARNING]))
            painter.fillRect(QRectF(at - 1, 0, 2, height), QColor(theme.text))


COPY = {"pytorch": N_("Copy PyTorch"), "keras": N_("Copy Keras")}


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

    def __init__(self, event: Event, run: Run, others: Sequence[Event]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._body: QWidget | None = None
        self._diagnosis: Diagnosis | None = None  # what the body shows
        self._is_open = self._has_evidence = False
        self._verdict = self._withdrawn = ""
        self._lay_out()
        self.show_event(event, run, others)

    def _lay_out(self) -> None:
        self._shape, self._title, self._where = SeverityShape(), label(role="heading", wraps=False), Elided()
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
        self._sentence.setToolTip(hint("sentence"))
        self._cause.setToolTip(hint("weight"))
        self.setAccessibleName(f"{said.title}, {said.where}")
        self.setAccessibleDescription(f"{said.severity_text}. {said.sentence}")
        self._show_fold()
        self._show_answer()
        if self._is_open:
            self._rebuild_body()

    def set_withdrawn(self, reason: str) -> None:
        """Grey the card out with the reason why the event is reported no longer; empty for an event that is."""
        if reason == self._withdrawn:
            return
        self._withdrawn = reason
        set_style_property(self, "isWithdrawn", bool(reason))
        for part in (self._title, self._sentence):
            part.setEnabled(not reason)
        self.set_open(False)
        self.show_event(self.event_shown, self._run, self._others)

    def _show_answer(self) -> None:
        """Show the most likely cause and the one button, for what is worth a warning or unfolded."""
        from engine.diagnosis.run_story import likely

        is_grave = self.event_shown.severity is not Severity.INFO
        is_answer = not self._withdrawn and (is_grave or self._is_open)
        cause = likely(self._explained()) if is_answer else ""
        self._cause_name.setText(_("Most likely"))
        self._cause.setText(cause)
        for part in (self._cause_name, self._cause):
            part.setVisible(bool(cause))
        self._primary.setVisible(is_answer and self._run.origin.can_repeat)
        self._primary.setProperty("role", "primary" if self._is_open else "")
        self._primary.style().unpolish(self._primary)
        self._primary.style().polish(self._primary)

    def show_proof(self, verdict: str) -> None:
        """Show the verdict of an experiment about the event; empty for none."""
        self._verdict = verdict
        self._proof.setText(_proved(verdict))
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
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        if diagnosis is not None:
            self._column.addWidget(self._made_body(diagnosis))

    def _made_body(self, diagnosis: Diagnosis) -> QWidget:
        self._body = body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(4)
        self._add_causes(column, diagnosis.causes[1:CAUSES])
        if diagnosis.apart is not None:
            column.addWidget(selectable(label(diagnosis.apart.text, "quiet")))
        self._add_remedies(column, diagnosis.remedies[:REMEDIES])
        self._add_readings(column)
        self._add_evidence(column, diagnosis)
        if self.event_shown.evidence.get("mechanism") == Mechanism.RUNNING_MEAN:
            column.addLayout(self._undoing())
        column.addLayout(self._actions())
        return body

    @staticmethod
    def _heading(column: QVBoxLayout, text: str) -> None:
        column.addSpacing(6)
        column.addWidget(label(text, "heading", wraps=False))

    def _add_evidence(self, column: QVBoxLayout, diagnosis: Diagnosis) -> None:
        from engine.diagnosis.evidence_formulas import evidence_hint

        if not diagnosis.evidence:
            return
        fold = button(N_("Evidence"), N_("The numbers that made it an event, against the limits of the rule"), "link")
        column.addSpacing(6)
        column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
        within = QWidget()
        column.addWidget(within)
        within.setVisible(self._has_evidence)
        fold.clicked.connect(lambda: self._fold_evidence(within))
        column = QVBoxLayout(within)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        # Those with a limit first: they are the ones that a rule compares.
        for entry in sorted(diagnosis.evidence, key=lambda entry: entry.limit is None):
            _add_number(grid, entry, evidence_hint(entry.name))
        column.addLayout(grid)
        share = number(100 * self.event_shown.confidence, 2)
        sure = label(_("Confidence {percent} %").format(percent=share), "quiet")
        sure.setToolTip(hint("confidence"))
        column.addWidget(sure)

    def _fold_evidence(self, within: QWidget) -> None:
        self._has_evidence = not self._has_evidence
        within.setVisible(self._has_evidence)

    def _add_readings(self, column: QVBoxLayout) -> None:
        links = probe_links(
            self.event_shown, self._run, lambda name: self.explain_wanted.emit(name, self.event_shown.id)
        )
        if links is not None:
            column.addLayout(links)

    def _add_causes(self, column: QVBoxLayout, causes: Sequence[Cause]) -> None:
        if not causes:
            return
        self._heading(column, _("Other causes"))
        for cause in causes:
            weight = _("{percent} %").format(percent=number(round(100 * cause.weight), 2))
            line = QHBoxLayout()
            line.setSpacing(8)
            shown = label(weight, "quiet", wraps=False)
            shown.setToolTip(hint("weight"))
            shown.setFixedWidth(36)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            text = selectable(label(cause.text))
            text.setToolTip(_("Source: {source}").format(source=cause.source))
            line.addWidget(shown)
            line.addWidget(text, 1)
            column.addLayout(line)

    def _add_remedies(self, column: QVBoxLayout, remedies: Sequence[Remedy]) -> None:
        if not remedies:
            return
        self._heading(column, _("What to try"))
        for remedy in remedies:
            text = selectable(label(remedy.text))
            text.setToolTip("\n".join(part for part in (remedy.cost, remedy.source) if part))
            column.addWidget(text)
            if remedy.watch:
                column.addWidget(selectable(label(remedy.watch, "quiet")))
            column.addLayout(self._remedy_actions(remedy))

    def _remedy_actions(self, remedy: Remedy) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        if remedy.setting and self._run.origin.kind is OriginKind.TRAINING:
            trying = button(N_("Try this"), N_("Change the setting in this demo"), "link")
            trying.clicked.connect(lambda _checked=False, values=dict(remedy.setting): self.try_wanted.emit(values))
            line.addWidget(trying)
        for framework, code in remedy.snippet.items():
            copying = button(COPY[framework], "", "link")
            copying.setToolTip(code)
            copying.clicked.connect(lambda _checked=False, text=code: QApplication.clipboard().setText(text))
            line.addWidget(copying)
        line.addStretch(1)
        return line

    def _actions(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 8, 0, 0)
        line.setSpacing(8)
        showing = button(N_("Show"), N_("Zoom to this event"))
        showing.clicked.connect(lambda: self.show_wanted.emit(self.event_shown.id))
        line.addWidget(showing)
        copying = button(N_("Copy"), N_("Copy this event to the clipboard as text"))
        copying.clicked.connect(lambda: QApplication.clipboard().setText(self.as_text()))
        line.addWidget(copying)
        line.addStretch(1)
        return line

    def _undoing(self) -> QHBoxLayout:
        undoing = button(N_("Undo the running mean"), N_("Plot the loss of single steps beside it"))
        undoing.clicked.connect(lambda: self.undo_wanted.emit(self.event_shown.id))
        line = QHBoxLayout()
        line.setContentsMargins(0, 8, 0, 0)
        line.addWidget(undoing)
        line.addStretch(1)
        return line

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


def _add_number(grid: QGridLayout, entry: EvidenceLine, about: str) -> None:
    """Add a number to a grid, with a bar below it if it has a limit."""
    row = grid.rowCount()
    text = entry.value_text
    if entry.limit is not None:
        text = _("{value}, limit {limit}").format(value=text, limit=number(entry.limit, 2))
    name, value = label(entry.label, "quiet"), selectable(label(text, wraps=False))
    for part in (name, value):
        part.setToolTip(about)
    grid.addWidget(name, row, 0)
    grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    if entry.limit is not None and entry.limit > 0 and math.isfinite(entry.value):
        bar = LimitBar(entry.value, entry.limit)
        bar.setToolTip(about)
        grid.addWidget(bar, row + 1, 0, 1, 2)


def fix_of(diagnosis: Diagnosis) -> str:
    """The code of the first remedy that has some, or else the text of the first one; empty without any."""
    codes = (code for remedy in diagnosis.remedies for code in remedy.snippet.values())
    return next(codes, diagnosis.remedies[0].text if diagnosis.remedies else "")


def as_markdown(diagnosis: Diagnosis, verdict: str = "") -> str:
    """Format a diagnosis as Markdown."""
    lines = [f"**{diagnosis.title}** ({diagnosis.severity_text}), {diagnosis.where}", "", diagnosis.sentence, ""]
    lines += [f"- {_capital(cause.text)} ({round(100 * cause.weight)} %)" for cause in diagnosis.causes[:CAUSES]]
    if diagnosis.remedies:
        lines += ["", f"**{_('What to try')}**", ""]
        lines += [f"- {_capital(remedy.text)}" for remedy in diagnosis.remedies[:REMEDIES]]
    if diagnosis.evidence:
        lines += ["", f"| {_('Evidence')} | |", "|---|---|"]
        lines += [f"| {entry.label} | {entry.value_text} |" for entry in diagnosis.evidence]
    lines += ["", _proved(verdict)] if verdict else []
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _proved(verdict: str) -> str:
    return _("Tested: {verdict}").format(verdict=verdict) if verdict else ""


def as_text(diagnosis: Diagnosis, verdict: str = "") -> str:
    """Format a diagnosis, with the verdict of an experiment, as plain text to paste into a mail or an issue."""
    lines = [f"{diagnosis.title} ({diagnosis.severity_text}), {diagnosis.where}", diagnosis.sentence]
    lines += [f"  {entry.label}: {entry.value_text}" for entry in diagnosis.evidence]
    lines += [_("  Cause: {text}").format(text=cause.text) for cause in diagnosis.causes[:CAUSES]]
    lines += [_("  Try: {text}").format(text=remedy.text) for remedy in diagnosis.remedies[:REMEDIES]]
    lines += [f"  {_proved(verdict)}"] if verdict else []
    return "\n".join(lines)
