"""The start page: demos, samples and recent files, one click each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.i18n import N_, _
from engine.resources import resource
from engine.scenarios.base import all_scenarios
from gui.look.controls import Link, button, label, set_style_property
from gui.look.icons import application_icon
from gui.look.language import on_language_change, set_translated

SAMPLES = resource("samples")
WIDTH = 840
SAMPLE_KINDS = (".csv", ".tsv", ".jsonl", ".log", ".txt", ".gz")


def samples() -> list[Path]:
    """The sample logs shipped with the program."""
    return sorted(path for path in SAMPLES.glob("*") if path.suffix in SAMPLE_KINDS)


class DemoCard(QFrame):
    """A card with a scenario's title and summary; a click anywhere starts it."""

    clicked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name = name
        scenario = all_scenarios()[name]
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        start = QPushButton(_(scenario.title))
        start.setProperty("role", "link")
        start.setAccessibleName(_("Start the demo {title}").format(title=_(scenario.title)))
        start.clicked.connect(lambda: self.clicked.emit(name))
        summary = label(_(scenario.summary), "quiet")
        column.addWidget(start, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(summary)
        column.addStretch(1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # to receive the release

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit(self._name)

    def enterEvent(self, event: QEnterEvent) -> None:
        set_style_property(self, "isLit", True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        set_style_property(self, "isLit", False)
        super().leaveEvent(event)


class StartPage(QScrollArea):
    """Shows demos, samples and recent files.

    Signals
    -------
    open_wanted : the user wants to choose a file
    files_wanted : list of paths to open
    demo_wanted : name of a scenario to start
    """

    open_wanted = Signal()
    files_wanted = Signal(object)
    demo_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Start page"))
        self._recent: list[Path] = []
        self._rebuild()
        on_language_change(self._rebuild)

    def show_recent(self, recent: list[Path]) -> None:
        """List recent files."""
        if recent != self._recent:
            self._recent = recent
            self._rebuild()

    def _rebuild(self) -> None:
        page = QWidget()
        outer = QHBoxLayout(page)
        outer.setContentsMargins(24, 20, 24, 20)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        self._head(column)
        self._demos(column)
        self._files(column, _("Sample logs"), samples())
        self._files(column, _("Recently opened"), self._recent[:6])
        column.addStretch(2)
        outer.addStretch(1)
        outer.addWidget(middle, 100)
        outer.addStretch(1)
        self.setWidget(page)

    def _head(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        picture = label(wraps=False)
        picture.setPixmap(application_icon().pixmap(48, 48))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(_("See what your training curve did, when and why"), "title"))
        words.addWidget(
            label(_("Drop a log anywhere on this window: what happened is marked on the curve and explained."), "quiet")
        )
        opening = button(N_("Open a log…"), N_("CSV, JSON lines, TensorBoard, printed logs and more"), "primary")
        opening.clicked.connect(self.open_wanted)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(opening, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        column.addSpacing(8)

    def _demos(self, column: QVBoxLayout) -> None:
        column.addWidget(label(_("Or watch a training go wrong"), "heading"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, name in enumerate(_by_teaching()):
            card = DemoCard(name)
            card.clicked.connect(self.demo_wanted)
            grid.addWidget(card, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addSpacing(8)

    def _files(self, column: QVBoxLayout, title: str, paths: list[Path]) -> None:
        if not paths:
            return
        column.addWidget(label(title, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for place, path in enumerate(paths):
            opening = Link(path.name, str(path), Qt.TextElideMode.ElideMiddle)
            opening.clicked.connect(lambda _checked=False, wanted=path: self.files_wanted.emit([wanted]))
            grid.addWidget(opening, place // 3, place % 3, Qt.AlignmentFlag.AlignLeft)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        column.addSpacing(8)


def _by_teaching() -> list[str]:
    """Scenario names: those from a question first, then the healthy one and the rest."""
    scenarios = all_scenarios()
    return sorted(scenarios, key=lambda name: (scenarios[name].thread is None, name))
