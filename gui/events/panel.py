"""The events panel: the story of the active run, and a card for each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from engine.events import Event, gravest
from engine.i18n import N_, _, ngettext, number
from engine.library.labels import Label, Refusal
from engine.run import Run, Value
from gui.events.answer import StoryLines, quiet_text
from gui.events.cards.card import EventCard
from gui.events.cards.texts import as_markdown, as_text
from gui.events.lists.asked import AskedLines
from gui.events.lists.marked import MarkedList
from gui.events.lists.perhaps import PerhapsList
from gui.events.menu import EventWishes, fill_event_menu
from gui.events.standing import Standings, Withdrawn
from gui.look.controls import Link, Page, button, line
from gui.look.language import on_language_change, set_translated
from gui.look.number_hints import hint
from gui.runs.document import Shown
from gui.runs.known import KnownForm

if TYPE_CHECKING:
    from engine.diagnosis.run_story import StoryLine

GAP = 8
MOST_CARDS = 40  # initially; more on demand


class EventsPanel(QScrollArea):
    """Cards, the newest on top, updated in place without moving what is in view.

    Signals
    -------
    selected, hovered : event id
    try_wanted : settings of a remedy
    prove_wanted : event id
    undo_wanted : event id of a running mean
    explain_wanted : column of a reading that explains an event, event id
    standings_changed : the user has pinned or marked an event, or taken one for none
    refusals_wanted : run, what was none to the user before, and what is to be now
    unmark_wanted : Label to take back
    rows_wanted : first and last row of something doubtful that the user wants to see
    known_changed : the run whose settings the user has told
    """

    selected = Signal(str)
    hovered = Signal(str)
    try_wanted = Signal(object)
    prove_wanted = Signal(str)
    undo_wanted = Signal(str)
    explain_wanted = Signal(str, str)
    standings_changed = Signal()
    refusals_wanted = Signal(object, object, object)
    unmark_wanted = Signal(object)
    rows_wanted = Signal(int, int)
    known_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("What happened"))
        self._shown: Shown | None = None
        self._run: Run | None = None
        self._events: tuple[Event, ...] = ()
        self._cards: dict[str, EventCard] = {}
        self._proofs: tuple[str, Mapping[str, str]] = ("", {})  # id of a run, event id to verdict
        self._most = MOST_CARDS
        self._withdrawn: list[tuple[Withdrawn, EventCard]] = []
        self._marks: tuple[Run | None, tuple[Label, ...]] = (None, ())
        self._selected = ""
        self.standings = Standings()
        self._was_folded = False  # by the user: from then on no card opens by itself
        self._lay_out()
        on_language_change(self.retranslate)

    def _lay_out(self) -> None:
        self._page = page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        self._story = StoryLines()
        self._line = line()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._more = button(N_("Show more"), N_("Show further events"), "link")
        self._more.clicked.connect(self._show_more)
        self._gone = QVBoxLayout()
        self._gone.setSpacing(8)
        self._hidden = Link("", "")
        self._hidden.clicked.connect(lambda: self._refuse(()))
        self._hidden.hide()
        self.perhaps = PerhapsList()
        self.perhaps.wanted.connect(self.rows_wanted)
        self.marked = MarkedList()
        self.marked.removed.connect(self.unmark_wanted)
        self.known = KnownForm()
        self.known.told.connect(self._tell)
        self.asked = AskedLines()
        for item in (self._story, self.asked, self.known, self.marked, self._line):
            column.addWidget(item)
        column.addLayout(self._list)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._gone)
        column.addWidget(self.perhaps)
        column.addWidget(self._hidden)
        column.addStretch(1)
        self.setWidget(page)
        self.retranslate()

    # What it shows

    def show_run(self, shown: Shown | None) -> None:
        """Show a run with its current events."""
        run = shown.run if shown is not None else None
        if run is not self._run:
            self._clear()
        self._shown, self._run = shown, run
        self.known.show_run(run)
        events = tuple(reversed(self.standings.listed(shown))) if shown is not None else ()
        self._show_withdrawn()
        if events != self._events:
            self._update_cards(events)
        elif events:
            return
        self._update_story()

    def show_proofs(self, run_id: str, proofs: Mapping[str, str]) -> None:
        """Show the verdicts of experiments with the events of a run: event id to verdict text."""
        if (run_id, proofs) == self._proofs:
            return
        self._proofs = run_id, proofs
        for card in self._cards.values():
            card.show_proof(self._proved.get(card.event_shown.id, ""))
        self._update_story()

    @property
    def _proved(self) -> Mapping[str, str]:
        run_id, proofs = self._proofs
        return proofs if self._run is not None and self._run.id == run_id else {}

    def _show_withdrawn(self) -> None:
        """Show what a growing run no longer reports as grey cards at the end."""
        shown = self._shown
        wanted = self.standings.withdrawn(shown) if shown is not None else []
        if wanted != [gone for gone, _card in self._withdrawn]:
            self._keep_withdrawn(wanted)
        self.perhaps.show_remarks(self._run, shown.perhaps if shown is not None else ())
        self._show_opinions(shown)

    def _keep_withdrawn(self, wanted: Sequence[Withdrawn]) -> None:
        """Have a card for each of these, and no others; those that are there are kept."""
        there, self._withdrawn = self._withdrawn, []
        for gone, card in there:
            self._gone.removeWidget(card)
            if gone not in wanted:
                card.hide()
                card.deleteLater()
        for gone in wanted:
            card = next((card for known, card in there if known == gone), None) or self._made_withdrawn(gone)
            self._gone.addWidget(card)
            self._withdrawn.append((gone, card))

    def _made_withdrawn(self, gone: Withdrawn) -> EventCard:
        assert self._run is not None
        card = EventCard(gone.event, self._run, (), gone.reason)
        card.show_wanted.connect(self.selected)
        card.menu_wanted.connect(self.open_menu)
        return card

    def _show_opinions(self, shown: Shown | None) -> None:
        """Show what the person said: how many events are none, and what was marked."""
        marks = self.standings.marks(shown.run) if shown is not None else ()
        count = len(shown.refused) if shown is not None else 0
        if (self._run, marks) != self._marks:
            self._marks = self._run, marks
            self.marked.show_marks(self._run, marks)
        text = ngettext("{n} taken for no event · show it", "{n} taken for no events · show them", count)
        self._hidden.setText(text.format(n=number(count)))
        self._hidden.setVisible(count > 0)

    def _clear(self) -> None:
        for card in self._cards.values():
            card.hide()
            card.deleteLater()
        self._cards, self._events, self._most = {}, (), MOST_CARDS
        self._keep_withdrawn([])
        self._selected, self._was_folded = "", False

    def _update_cards(self, events: tuple[Event, ...]) -> None:
        assert self._run is not None
        anchor = self.verticalScrollBar().value()
        height = self._page.sizeHint().height()
        before = {event.id: event for event in self._events}
        self._events = events
        wanted = self._within_reach(events)
        for gone in set(self._cards) - {event.id for event in wanted}:
            card = self._cards.pop(gone)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        is_first = not self._cards
        for place, event in enumerate(wanted):
            there = self._cards.get(event.id)
            if there is None:
                self._list.insertWidget(place, self._made(event))
            elif before.get(event.id) != event:
                there.show_event(event, self._run, events)
        if is_first and wanted and not self._was_folded:
            self._open_gravest(wanted)
        self._update_more_button(len(events) - len(wanted))
        if anchor:
            QTimer.singleShot(0, self, lambda: self._keep_position(anchor, height))

    def _within_reach(self, events: Sequence[Event]) -> list[Event]:
        """At most `_most` events, the gravest, in their order."""
        if len(events) <= self._most:
            return list(events)
        chosen = sorted(events, key=lambda e: (-e.severity.rank, -e.confidence))[: self._most]
        kept = {event.id for event in chosen} | {self._selected}
        return [event for event in events if event.id in kept]

    def _open_gravest(self, events: Sequence[Event]) -> None:
        self._cards[gravest(events).id].set_open(True)

    def _keep_position(self, anchor: int, height: int) -> None:
        """Scroll by what was added above, so that the same content stays in view."""
        self.verticalScrollBar().setValue(anchor + max(0, self._page.sizeHint().height() - height))

    def _made(self, event: Event) -> EventCard:
        assert self._run is not None
        card = EventCard(event, self._run, self._events)
        card.show_proof(self._proved.get(event.id, ""))
        card.show_wanted.connect(self.selected)
        card.hovered.connect(self.hovered)
        card.try_wanted.connect(self.try_wanted)
        card.prove_wanted.connect(self.prove_wanted)
        card.undo_wanted.connect(self.undo_wanted)
        card.explain_wanted.connect(self.explain_wanted)
        card.toggled.connect(self._card_toggled)
        card.menu_wanted.connect(self.open_menu)
        card.set_selected(event.id == self._selected)
        self._cards[event.id] = card
        return card

    def _card_toggled(self, _event_id: str, is_open: bool) -> None:
        self._was_folded = self._was_folded or not is_open

    def _show_more(self) -> None:
        self._most += MOST_CARDS
        events, self._events = self._events, ()
        if self._run is not None:
            self._update_cards(events)

    def _update_more_button(self, count: int) -> None:
        self._more.setVisible(count > 0)
        self._more.setText(ngettext("Show {n} more", "Show more of {n} others", count).format(n=number(count)))

    # The menu of an event

    def open_menu(self, event_id: str, at: QPoint) -> None:
        """Open the context menu of an event at a point of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(event_id, menu)
        if not menu.isEmpty():
            menu.popup(at)

    def fill_menu(self, event_id: str, menu: QMenu) -> None:
        """Add what can be done with an event to a menu."""
        shown, event = self._shown, self._known(event_id)
        if shown is None or event is None:
            return
        run, events, verdict = shown.run, self._events, self._proved.get(event_id, "")
        from engine.diagnosis.explanation import explain

        is_trained = run.origin.can_repeat
        wishes = EventWishes(
            zoom=lambda: self.selected.emit(event_id),
            pin=lambda is_on: self.pin(event_id, is_on),
            is_pinned=self.standings.is_pinned(run, event_id),
            text=lambda: as_text(explain(event, run, events), verdict),
            markdown=lambda: as_markdown(explain(event, run, events), verdict),
            dismiss=lambda: self._refuse((*shown.refused, Refusal.of(event))),
            prove=(lambda: self.prove_wanted.emit(event_id)) if is_trained else None,
        )
        fill_event_menu(menu, wishes)

    def _known(self, event_id: str) -> Event | None:
        events = (*self._events, *(gone.event for gone, _card in self._withdrawn))
        return next((event for event in events if event.id == event_id), None)

    def pin(self, event_id: str, is_pinned: bool = True) -> None:
        """Keep an event in sight, even if it is withdrawn."""
        if self._run is not None:
            self.standings.pin(self._run, event_id, is_pinned)
            self.show_opinions()

    def _refuse(self, refused: tuple[Refusal, ...]) -> None:
        """Ask for these events of the run to be taken for none, and no others."""
        if self._shown is not None:
            self.refusals_wanted.emit(self._shown.run, self._shown.refused, refused)

    def _tell(self, settings: Mapping[str, Value]) -> None:
        """Take what the user knows of the run, and rank its causes anew."""
        if self._run is not None:
            self._run.tell(settings)
            self.retranslate()
            self.known_changed.emit(self._run)

    def show_opinions(self) -> None:
        """Show the events anew after the person has said something of them."""
        self.show_run(self._shown)
        for event in self._events:  # the causes of one depend on which others there are
            if self._run is not None and event.id in self._cards:
                self._cards[event.id].show_event(event, self._run, self._events)
        self.standings_changed.emit()

    # Texts

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        if self._run is not None:
            self._show_withdrawn()
            self.marked.show_marks(*self._marks)
            self.perhaps.refresh()
            self.asked.rank()
            for card in self._cards.values():
                card.show_event(card.event_shown, self._run, self._events)
        self._update_more_button(max(0, len(self._events) - len(self._cards)))
        self._update_story()

    def _update_story(self) -> None:
        lines = self._story_lines()
        if lines:
            self._story.show_lines(lines)
        else:
            self._story.show_text(self._story_text())
        self._story.setToolTip(hint("story") if lines else "")
        has_ended = self._shown is not None and self._shown.events is not None
        self.asked.show_run(self._run if has_ended else None, self._events)
        self._line.setVisible(bool(self._events))

    def _story_lines(self) -> list[StoryLine]:
        if self._run is None or self._shown is None or self._shown.events is None:
            return []
        from engine.diagnosis.run_story import story_lines

        lines = story_lines(self._run, self._events, self._proved)
        return lines if self._events or len(lines) > 1 else []

    def _story_text(self) -> str:
        if self._run is None or self._shown is None:
            return _(
                "What happened on the curve, where and why, appears here.\n\nDrop a log anywhere on this window, "
                "or start a demo."
            )
        if self._shown.events is None:
            return _("Reading the curve…")
        from engine.diagnosis.run_story import story

        return " ".join(story(self._run, self._events, self._proved)) or _("{sentence}.").format(
            sentence=quiet_text(self._run)
        )

    def as_text(self) -> str:
        """Format story and events as plain text."""
        if self._run is None:
            return ""
        from engine.diagnosis.explanation import explain

        parts = [self._run.name, self._story_text()]
        for event in reversed(self._events):
            parts.append(as_text(explain(event, self._run, self._events), self._proved.get(event.id, "")))
        return "\n\n".join(parts)

    # Selection

    @property
    def order(self) -> list[str]:
        """Ids of the events in order of their start."""
        return [event.id for event in sorted(self._events, key=lambda e: (e.start, e.id))]

    @property
    def current(self) -> str:
        """Id of the selected event; empty for none."""
        return self._selected

    def select(self, event_id: str, opens: bool = True) -> None:
        """Select an event, unfold its card and scroll to it."""
        self._selected = event_id
        for key, card in self._cards.items():
            card.set_selected(key == event_id)
        chosen = self._cards.get(event_id)
        if chosen is not None:
            if opens:
                chosen.set_open(True)
            QTimer.singleShot(0, chosen, lambda: self._scroll_into_view(chosen))

    def _scroll_into_view(self, card: EventCard) -> None:
        """Scroll as little as possible to show the card, its title first."""
        bar, room = self.verticalScrollBar(), self.viewport().height()
        top, bottom = card.y() - GAP, card.y() + card.height() + GAP
        if not bar.value() <= top or bottom > bar.value() + room:
            bar.setValue(top if bottom - top > room else max(min(bar.value(), top), bottom - room))

    def highlight(self, event_id: str) -> None:
        """Highlight the card of an event, and no other."""
        for key, card in self._cards.items():
            card.set_highlighted(key == event_id)

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours."""
        for card in (*self._cards.values(), *(card for _gone, card in self._withdrawn)):
            card.apply_current_theme()
