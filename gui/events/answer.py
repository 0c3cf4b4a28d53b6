"""The answer before the details: a headline over the plots, and the story in four labelled lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.events import Event, gravest
from engine.i18n import N_, _
from engine.run import Run
from gui.events.cards.shapes import SeverityShape
from gui.events.cards.terms import explained, with_terms
from gui.events.cards.texts import fix_of
from gui.events.standing import going_on
from gui.look.controls import button, label, selectable
from gui.look.language import on_language_change

if TYPE_CHECKING:
    from engine.diagnosis.model import Diagnosis
    from engine.diagnosis.run_story import StoryLine

HEIGHT = 40
GAP = 8


class TwoTexts(QWidget):
    """A strong text and a plain one on one line, elided at the end; the tool tip shows all of both."""

    def __init__(self) -> None:
        super().__init__()
        self.strong = self.plain = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def show_texts(self, strong: str, plain: str) -> None:
        if (strong, plain) != (self.strong, self.plain):
            self.strong, self.plain = strong, plain
            self.setToolTip(with_terms("\n".join(text for text in (strong, plain) if text), plain))
            self.setAccessibleName(f"{strong}. {plain}" if plain else strong)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            left = 0
            for font, text in ((bold, self.strong), (self.font(), self.plain)):
                painter.setFont(font)
                metrics = QFontMetrics(font)
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - left)
                room = self.rect().adjusted(left, 0, 0, 0)
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
                left += metrics.horizontalAdvance(shown) + GAP
                if shown != text:
                    break


class Headline(QWidget):
    """What happened, where, and the most likely cause of the gravest event, in one line of constant height.

    Signals
    -------
    why_wanted, prove_wanted : event id
    menu_wanted : event id, point on the screen
    """

    why_wanted = Signal(str)
    prove_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.event_id = ""
        self._state: tuple = ()
        self._is_away = self._is_proving = False
        self._fix = ""
        self._shape, self.text = SeverityShape(), TwoTexts()
        self.why = button(N_("Why"), N_("Evidence, other causes, and what to try"))
        self.prove = button(N_("Prove it"), N_("Rewind, change one thing at a time, and count the outcomes"), "primary")
        self.copy = button(N_("Copy fix"))
        self.why.clicked.connect(lambda: self.why_wanted.emit(self.event_id))
        self.prove.clicked.connect(lambda: self.prove_wanted.emit(self.event_id))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self._fix))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 8, 4)
        line.setSpacing(GAP)
        line.addWidget(self._shape)
        line.addWidget(self.text, 1)
        for part in (self.why, self.prove, self.copy):
            line.addWidget(part)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()
        on_language_change(self.refresh)

    def show_run(self, run: Run | None, events: Sequence[Event] | None) -> None:
        """Show the gravest of a run's events; `events` is None while the run is being read."""
        has_ended = run is not None and run.ending is not None
        state = run, tuple(events) if events is not None else None, has_ended
        if state == self._state:
            return
        self._state = state
        self.setVisible(run is not None and not self._is_away)
        if run is not None:
            self._show(run, state[1])

    def give_way(self, is_away: bool) -> None:
        """Leave its place to something of the same height, or come back."""
        self._is_away = is_away
        self.setVisible(not is_away and bool(self._state) and self._state[0] is not None)

    def refresh(self) -> None:
        """Say it anew, in another language or after the user has told more of the run."""
        run, events, _has_ended = self._state or (None, None, False)
        self._state = ()
        self.show_run(run, events)
        self.show_proving(self._is_proving)

    def _show(self, run: Run, events: tuple[Event, ...] | None) -> None:
        chief = gravest(events) if events else None
        for part in (self._shape, self.why, self.prove, self.copy):
            part.setVisible(chief is not None)
        self.event_id = chief.id if chief is not None else ""
        if chief is None:
            self.text.show_texts("", quiet_text(run) if events is not None else _("Reading the curve…"))
            return
        from engine.diagnosis.explanation import explain

        self._show_chief(run, chief, explain(chief, run, events or ()))

    def _show_chief(self, run: Run, chief: Event, diagnosis: Diagnosis) -> None:
        from engine.diagnosis.run_story import likely

        self._shape.severity = chief.severity
        self._shape.setToolTip(diagnosis.severity_text)
        self._shape.update()
        where = going_on(diagnosis.where, chief)
        cause = likely(diagnosis)
        text = _("most likely: {cause}").format(cause=cause) if cause else diagnosis.sentence
        self.text.show_texts(f"{diagnosis.title} · {where}", text)
        self._fix = fix_of(diagnosis)
        self.copy.setVisible(bool(self._fix))
        self.copy.setToolTip(self._fix)
        self.prove.setVisible(run.origin.can_repeat)

    def show_proving(self, is_proving: bool) -> None:
        """Show at once that a proof runs."""
        self._is_proving = is_proving
        self.prove.setEnabled(not is_proving)
        self.prove.setText(_("Proving…") if is_proving else _("Prove it"))
        self.prove.repaint()  # before the proof is loaded, which takes longer than a person waits for a sign

    def apply_current_theme(self) -> None:
        """Redraw in the current theme's colours."""
        self._shape.update()
        self.text.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.event_id:
            self.why_wanted.emit(self.event_id)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.event_id:
            self.menu_wanted.emit(self.event_id, event.globalPos())


def quiet_text(run: Run) -> str:
    """What is said of a run without events."""
    return _("Nothing stands out so far") if run.ending is None else _("Nothing stands out")


class StoryLines(QWidget):
    """The story, each line under its label; or a plain text."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[tuple[str, str], ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._parts: list[QLabel] = []

    def text(self) -> str:
        """All lines as text."""
        return "\n".join(f"{name}: {text}" if name else text for name, text in self._lines)

    def show_text(self, text: str) -> None:
        """Show a plain text."""
        self._show((("", text),))

    def show_lines(self, lines: Sequence[StoryLine]) -> None:
        """Show labelled lines."""
        self._show(tuple((line.label, line.text) for line in lines))

    def _show(self, lines: tuple[tuple[str, str], ...]) -> None:
        if lines == self._lines:
            return
        if [bool(name) for name, _text in lines] != [bool(name) for name, _text in self._lines]:
            self._make(lines)
        self._lines = lines
        texts = [text for line in lines for text in line if text]
        for part, text in zip(self._parts, texts, strict=True):
            if part.text() != text:
                part.setText(text)
                part.setToolTip(explained(text))

    def _make(self, lines: tuple[tuple[str, str], ...]) -> None:
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        for name, _text in lines:
            for role in ("quiet", "") if name else ("quiet",):
                made = label(role=role)
                if role == "" or not name:
                    selectable(made)
                self._column.addWidget(made)
                self._parts.append(made)
            self._parts[-1].setContentsMargins(0, 0, 0, 6)
