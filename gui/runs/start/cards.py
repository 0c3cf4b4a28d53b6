"""The cards of the start page: a demo, or a run or file to go on with; a click anywhere opens it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from engine.i18n import _, ngettext, number
from engine.scenarios.base import all_scenarios
from gui.look.controls import Elided, Link, set_style_property
from gui.runs.start.continuing import Recent
from gui.runs.start.picture import CurvePicture
from gui.runs.start.small_curve import SmallCurve, recorded

DEMO_PICTURE, FILE_PICTURE = QSize(104, 48), QSize(56, 30)
LARGE_DEMO_PICTURE, LARGE_FILE_PICTURE = QSize(224, 100), QSize(112, 50)


class Card(QFrame):
    """Lights up and plays its picture while the pointer or the focus is on it."""

    clicked = Signal()

    def __init__(self, picture: CurvePicture) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture = picture

    def _light(self, is_lit: bool) -> None:
        set_style_property(self, "isLit", is_lit)
        if is_lit:
            self.picture.play()
        else:
            self.picture.rest()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # to receive the release

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._light(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._light(False)
        super().leaveEvent(event)


class _Opening(Link):
    """The card's button, which also plays its picture when it has the focus."""

    def __init__(self, text: str, about: str, card: Card, elided: Qt.TextElideMode) -> None:
        super().__init__(text, about, elided)
        self._card = card
        self.clicked.connect(card.clicked)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._card.picture.play()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._card.picture.rest()


class DemoCard(Card):
    """A demo's title and summary, with its curve as it was recorded."""

    def __init__(self, name: str, is_large: bool = False) -> None:
        super().__init__(CurvePicture(recorded(name), LARGE_DEMO_PICTURE if is_large else DEMO_PICTURE))
        self.name = name
        scenario = all_scenarios()[name]
        start = _Opening(_(scenario.title), "", self, Qt.TextElideMode.ElideRight)
        start.setAccessibleName(_("Start the demo {title}").format(title=_(scenario.title)))
        summary = Elided(mode=Qt.TextElideMode.ElideRight, lines=4 if is_large else 2)
        summary.setText(_(scenario.summary) if is_large else _(scenario.brief))
        summary.setProperty("role", "quiet")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(start, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(summary)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 8, 4)
        row.setSpacing(8)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self.picture)


class OwnCard(Card):
    """Offers to bring a training of one's own, after the demos."""

    def __init__(self, is_large: bool = False) -> None:
        super().__init__(CurvePicture(SmallCurve(), LARGE_DEMO_PICTURE if is_large else DEMO_PICTURE))
        about = _("Run a training of your own and see it here")
        opening = _Opening(_("Your own training…"), about, self, Qt.TextElideMode.ElideRight)
        summary = Elided(mode=Qt.TextElideMode.ElideRight, lines=4 if is_large else 2)
        summary.setText(_("Run your PyTorch file and watch it here, live"))
        summary.setProperty("role", "quiet")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(opening, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(summary)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 8, 4)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.picture)


class RecentCard(Card):
    """A run or file with its curve, and its verdict once `tell` was called."""

    def __init__(self, recent: Recent, is_large: bool = False) -> None:
        self._recent, told = recent, recent.thumbnail
        size = LARGE_FILE_PICTURE if is_large else FILE_PICTURE
        super().__init__(CurvePicture(told.curve if told is not None else SmallCurve(), size))
        about = str(recent.path) if recent.path is not None else _("A training in the library")
        opening: QPushButton = _Opening(recent.name, about, self, Qt.TextElideMode.ElideMiddle)
        opening.setAccessibleName(_("Open {name}").format(name=recent.name))
        self._verdict = Elided(mode=Qt.TextElideMode.ElideRight)
        self._verdict.setProperty("role", "quiet")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(opening)
        words.addWidget(self._verdict)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 8, 3)
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addLayout(words, 1)

    def tell(self) -> None:
        """Say the verdict, for which every kind of event is loaded."""
        self._verdict.setText(verdict_of(self._recent))


def verdict_of(recent: Recent) -> str:
    """The events of a recent run in a few words."""
    from engine.diagnosis.sentences import title

    told = recent.thumbnail
    if told is None:
        return "" if recent.path is None else str(recent.path.parent.name)
    text = ", ".join(title(kind) for kind in told.kinds) or _("no events")
    if told.runs > 1:
        text = ngettext("{n} run", "{n} runs", told.runs).format(n=number(told.runs)) + " · " + text
    return text
