"""The story behind a demo: what was seen and asked, what is known today, what this run answers, what to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.i18n import N_, _
from gui.look.controls import Page, button, label, selectable
from gui.look.language import on_language_change, set_translated
from gui.plots.panes.quantities import hint
from gui.runs.document import Shown
from gui.runs.start.picture import CurvePicture
from gui.runs.start.small_curve import recorded

if TYPE_CHECKING:
    from engine.diagnosis.stories import ScenarioStory

FIGURE = QSize(296, 104)


class StoryPanel(QScrollArea):
    """Shows the story of one scenario.

    Signals
    -------
    try_wanted : settings to start with
    """

    try_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("The question"))
        self._scenario = self._told = ""
        self._shown: Shown | None = None
        self._rebuild()
        on_language_change(self._rebuild)

    def show_scenario(self, name: str) -> None:
        """Show a scenario's story."""
        if name != self._scenario:
            self._scenario, self._shown = name, None
            self._rebuild()

    def show_run(self, shown: Shown | None) -> None:
        """Answer the questions from an ended or paused run of the scenario shown."""
        fits = shown is not None and shown.run.origin.scenario == self._scenario
        self._shown = shown if fits else None
        self._rebuild()

    def _rebuild(self) -> None:
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 16)
        column.setSpacing(6)
        story = self._story()
        if story is None:
            column.addWidget(label(_("Choose a demo to read the question that somebody asked about it."), "quiet"))
        else:
            self._figure(column)
            self._section(column, _("Try"), _(story.to_try), _origin(()))
            self._tries(column)
            self._section(
                column, _("What was seen and asked"), _(story.seen), _("Paraphrased from the original question.")
            )
            self._section(column, _("Known today"), _(story.known), _origin(()))
            self._answers(column)
        column.addStretch(1)
        bar = self.verticalScrollBar()
        place = bar.value() if self._scenario == self._told else 0
        self._told = self._scenario
        self.setWidget(page)
        QTimer.singleShot(0, self, lambda: bar.setValue(place))  # keep the scroll position

    def _story(self) -> type[ScenarioStory] | None:
        if not self._scenario:
            return None
        from engine.diagnosis.stories import story_of

        return story_of(self._scenario)

    def _figure(self, column: QVBoxLayout) -> None:
        """The curve that the question is about, as it was recorded."""
        picture = CurvePicture(recorded(self._scenario), FIGURE)
        picture.setAccessibleName(_("The curve that the question is about"))
        column.addWidget(picture)
        column.addSpacing(4)

    @staticmethod
    def _section(column: QVBoxLayout, title: str, text: str, origin: str = "") -> None:
        if text:
            heading, told = label(title, "heading"), selectable(label(text))
            for part in (heading, told):
                part.setToolTip(origin)
                column.addWidget(part)
            column.addSpacing(6)

    def _answers(self, column: QVBoxLayout) -> None:
        if self._shown is None or not len(self._shown.run.table):
            return
        from engine.diagnosis.stories import answers

        for answer in answers(self._shown.run, self._shown.listed):
            self._section(column, answer.question, answer.text, _origin(answer.columns))

    def _tries(self, column: QVBoxLayout) -> None:
        from engine.diagnosis.stories import attempts

        for attempt in attempts(self._scenario):
            trying = button(N_("Try this"), N_("Start the demo with this change"))
            trying.setAccessibleName(f"{_('Try this')}: {attempt.title}")
            trying.clicked.connect(lambda _checked=False, values=dict(attempt.settings): self.try_wanted.emit(values))
            title, measured = label(attempt.title), label(attempt.measured, "quiet")
            for part in (title, measured):
                part.setToolTip(attempt.origin or _origin(()))
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(title, 1)
            line.addWidget(trying)
            column.addLayout(line)
            column.addWidget(measured)
            column.addSpacing(6)


def _origin(columns: Sequence[str]) -> str:
    """The columns that an answer's numbers come from, as text."""
    measured = _(
        "Counts of runs: docs/remedies.md, seeds 10–19. Other figures of several runs were measured on this demo, or "
        "on its shorter sequences, with seeds 0–9."
    )
    return "\n\n".join((_("Measured in this run:"), hint(columns), measured)) if columns else measured
