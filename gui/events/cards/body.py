"""The part of an event's card that unfolds: other causes, what to try, readings, and the evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.events import Event
from engine.i18n import N_, _, number
from engine.run import OriginKind, Run
from gui.events.cards.shapes import LimitBar
from gui.events.cards.terms import with_terms
from gui.events.cards.texts import CAUSES, REMEDIES
from gui.events.lists.readings import probe_links
from gui.look.controls import button, label, selectable
from gui.look.number_hints import hint

if TYPE_CHECKING:
    from engine.diagnosis.model import Cause, Diagnosis, EvidenceLine, Remedy

SHARE_WIDTH = 36  # pixels at least, of a cause's share
COPY = {"pytorch": N_("Copy PyTorch"), "keras": N_("Copy Keras")}


class CardBody(QWidget):
    """Everything about an event beyond its answer.

    Signals
    -------
    show_wanted, undo_wanted, copy_wanted
        The user wants to zoom to the event, to see single steps instead of their running mean, or its text.
    try_wanted : settings of a remedy to try
    explain_wanted : column of a reading that explains the event
    """

    show_wanted = Signal()
    undo_wanted = Signal()
    copy_wanted = Signal()
    try_wanted = Signal(object)
    explain_wanted = Signal(str)

    def __init__(self, event: Event, run: Run, diagnosis: Diagnosis, has_evidence: bool) -> None:
        super().__init__()
        self._event, self._run = event, run
        self.has_evidence = has_evidence  # whether it is unfolded
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(4)
        self._add_causes(column, diagnosis.causes[1:CAUSES])
        if diagnosis.apart is not None:
            column.addWidget(self._told(diagnosis.apart.text, "quiet"))
        self._add_remedies(column, diagnosis.remedies[:REMEDIES])
        self._add_readings(column)
        self._add_evidence(column, diagnosis)
        from engine.detectors.epochs.mechanism import Mechanism  # loaded with the first event, not with the window

        if event.evidence.get("mechanism") == Mechanism.RUNNING_MEAN:
            column.addLayout(self._undoing())
        column.addLayout(self._actions())

    @staticmethod
    def _heading(column: QVBoxLayout, text: str) -> None:
        column.addSpacing(6)
        column.addWidget(label(text, "heading", wraps=False))

    @staticmethod
    def _told(text: str, role: str = "", about: str = "") -> QLabel:
        """A text that can be selected; its tool tip says what stands behind it and what its terms mean."""
        made = selectable(label(text, role))
        made.setToolTip(with_terms(about, text))
        return made

    def _add_evidence(self, column: QVBoxLayout, diagnosis: Diagnosis) -> None:
        from engine.diagnosis.evidence_formulas import evidence_hint

        if not diagnosis.evidence:
            return
        fold = button(N_("Evidence"), N_("The numbers that made it an event, against the limits of the rule"), "link")
        column.addSpacing(6)
        column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
        within = QWidget()
        column.addWidget(within)
        within.setVisible(self.has_evidence)
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
        share = number(100 * self._event.confidence, 2)
        sure = label(_("Confidence {percent} %").format(percent=share), "quiet")
        sure.setToolTip(hint("confidence"))
        column.addWidget(sure)

    def _fold_evidence(self, within: QWidget) -> None:
        self.has_evidence = not self.has_evidence
        within.setVisible(self.has_evidence)

    def _add_readings(self, column: QVBoxLayout) -> None:
        links = probe_links(self._event, self._run, self.explain_wanted.emit)
        if links is not None:
            column.addLayout(links)

    def _add_causes(self, column: QVBoxLayout, causes: Sequence[Cause]) -> None:
        if not causes:
            return
        self._heading(column, _("Other causes"))
        grid = QGridLayout()  # whose first column is as wide as its widest share at any size of texts
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, SHARE_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, cause in enumerate(causes):
            weight = _("{percent} %").format(percent=number(round(100 * cause.weight), 2))
            shown = label(weight, "quiet", wraps=False)
            shown.setToolTip(hint("weight"))
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            text = self._told(cause.text, about=_("Source: {source}").format(source=cause.source))
            grid.addWidget(shown, row, 0)
            grid.addWidget(text, row, 1)
        column.addLayout(grid)

    def _add_remedies(self, column: QVBoxLayout, remedies: Sequence[Remedy]) -> None:
        if not remedies:
            return
        self._heading(column, _("What to try"))
        for remedy in remedies:
            about = "\n".join(filter(None, (remedy.cost, remedy.source)))
            column.addWidget(self._told(remedy.text, about=about))
            if remedy.watch:
                column.addWidget(self._told(remedy.watch, "quiet"))
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
        showing.clicked.connect(self.show_wanted)
        line.addWidget(showing)
        copying = button(N_("Copy"), N_("Copy this event to the clipboard as text"))
        copying.clicked.connect(self.copy_wanted)
        line.addWidget(copying)
        line.addStretch(1)
        return line

    def _undoing(self) -> QHBoxLayout:
        undoing = button(N_("Undo the running mean"), N_("Plot the loss of single steps beside it"))
        undoing.clicked.connect(self.undo_wanted)
        line = QHBoxLayout()
        line.setContentsMargins(0, 8, 0, 0)
        line.addWidget(undoing)
        line.addStretch(1)
        return line


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
