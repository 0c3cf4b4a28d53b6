"""Messages and progress that float over the plots; they take no focus and no room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QDesktopServices, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from engine.i18n import N_, _
from gui.look.controls import Elided, button
from gui.look.icons import icon
from gui.look.language import set_translated

MARGIN = 12
SECONDS = 6.0
SECONDS_PER_LETTER = 0.05  # beyond `SHORT`: twenty letters a second are read easily
SHORT = 80
LONGEST_SECONDS = 20.0
MOST_KEPT = 50
LINE_HEIGHT = 44  # of a message, with the gap to the progress above it


class Floating(QFrame):
    """A frame in the middle of its ground's lower edge, never wider than it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._ground: QWidget | None = None
        self._lift = 0

    def float_over(self, ground: QWidget, lift: int = 0) -> None:
        """Float over a widget, `lift` pixels above its lower edge."""
        self._ground, self._lift = ground, lift
        self.setParent(ground)
        ground.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def wanted_width(self) -> int:
        """The width that shows all of it."""
        return self.sizeHint().width()

    def place(self) -> None:
        """Move to the ground's lower edge and in front of everything else there."""
        if self._ground is None or self.isHidden():
            return
        room = self._ground.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - self._lift)
        width, height = min(self.wanted_width(), room.width()), self.sizeHint().height()
        self.setGeometry(room.center().x() - width // 2, room.bottom() - height, width, height)
        self.raise_()


@dataclass(frozen=True)
class Answer:
    """A button of a message: its text, translated, and what it does."""

    text: str
    act: Callable[[], object]


class Notice(Floating):
    """One line that leaves by itself; while the pointer is on it, it stays.

    Attributes
    ----------
    past : list of str
        The latest messages, the last one at the end.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.past: list[str] = []
        self._shown: list[str] = []
        self._text = Elided()
        self._answers: list[QPushButton] = []
        self._offered: dict[str, tuple[Answer, ...]] = {}  # with each message shown
        self._stays = False
        self._more, self._close = QToolButton(), QToolButton()
        set_translated(self._close.setToolTip, N_("Close"))
        set_translated(self._close.setAccessibleName, N_("Close"))
        self._close.clicked.connect(self.hide)
        self._more.clicked.connect(self._show_before)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 4, 4)
        self._row.setSpacing(8)
        for part, stretch in ((self._text, 1), (self._more, 0), (self._close, 0)):
            self._row.addWidget(part, stretch)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.timeout.connect(self.hide)
        self.apply_current_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The messages shown, of which the last is in view; empty when closed."""
        return "" if self.isHidden() else "\n".join(self._shown)

    def show_message(self, text: str, *answers: Answer) -> None:
        """Show a message in place of the one that is still there, to which a button leads back."""
        self._stays = False
        self._shown = [*(line for line in self._shown if line != text and not self.isHidden()), text]
        self.past = [*self.past, text][-MOST_KEPT:]
        self._offered = {line: self._offered.get(line, ()) for line in self._shown} | {text: answers}
        self._show_line(text)
        self._show_answers(answers)
        self.show()
        self.place()
        seconds = SECONDS + SECONDS_PER_LETTER * max(len(text) - SHORT, 0) + (SECONDS if answers else 0.0)
        self._leaving.start(round(1000 * min(seconds, LONGEST_SECONDS)))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def keep_message(self, text: str, *answers: Answer) -> None:
        """Show a message until it is closed, answered, or followed by another one."""
        self.show_message(text, *answers)
        self._stays = True
        self._leaving.stop()

    def withdraw(self, text: str) -> None:
        """Take a message away whose answer would do something else by now; those before it stay."""
        if self.isHidden() or text not in self._shown:
            return
        is_in_view = self._text.toolTip() == text
        self._shown.remove(text)
        if not self._shown:
            self.hide()
        elif is_in_view:
            self._show_line(self._shown[-1])
            self._show_answers(self._offered.get(self._shown[-1], ()))
            self.place()
        else:
            self._show_line(self._text.toolTip())

    def _show_line(self, text: str) -> None:
        self._text.setText(" ".join(text.split()))
        self._text.setToolTip(text)
        self.setAccessibleName(text)
        at = self._shown.index(text)
        self._more.setVisible(at > 0)
        self._more.setText(_("{n} before").format(n=at))

    def _show_before(self) -> None:
        at = self._shown.index(self._text.toolTip())
        before = self._shown[max(at - 1, 0)]
        self._show_line(before)
        self._show_answers(self._offered.get(before, ()))
        self.place()

    def _show_answers(self, answers: tuple[Answer, ...]) -> None:
        for old in self._answers:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._answers = [self._made(answer) for answer in answers]
        for place, made in enumerate(self._answers):
            self._row.insertWidget(1 + place, made)

    def _made(self, answer: Answer) -> QPushButton:
        made = QPushButton(answer.text)
        made.setAutoDefault(False)
        made.clicked.connect(self.hide)
        made.clicked.connect(lambda _checked=False: answer.act())
        return made

    def wanted_width(self) -> int:
        return self.sizeHint().width() + self.fontMetrics().horizontalAdvance(self._text.text()) + MARGIN

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        if self.isHidden():  # not only its window
            self._shown = []
            self._leaving.stop()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._leaving.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.isHidden() and not self._stays:
            self._leaving.start(round(1000 * SECONDS / 2))

    def apply_current_theme(self) -> None:
        self._close.setIcon(icon("close"))


def file_answers(path: Path) -> tuple[Answer, Answer]:
    """The buttons of a message about a file that was written."""
    return (
        Answer(_("Open"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute())))),
        Answer(_("Show in folder"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute().parent)))),
    )


class Busy(Floating):
    """A progress bar with a description and a Cancel button."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Elided()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(160, 6)
        cancel = button(N_("Cancel"))
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self._bar)
        row.addWidget(cancel)
        self.hide()

    def show_progress(self, text: str, share: float) -> None:
        """Show a description and the share done, 0 to 1; 0 shows an indeterminate bar."""
        self._text.setText(text)
        self._bar.setRange(0, 1000 if share > 0 else 0)
        self._bar.setValue(round(1000 * share))
        self.show()
        self.place()

    def wanted_width(self) -> int:
        return self.sizeHint().width() + self.fontMetrics().horizontalAdvance(self._text.text()) + MARGIN
