"""Controls shared by the panels: labels, which are always plain text, buttons, sliders, links, widths of columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from gui.look.language import set_translated


class Page(QWidget):
    """A page as tall as its wrapped texts are at their actual width.

    The minimum of its layout comes from the labels' size hints, which assume a narrower width and would leave an
    empty area below the last text.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


LEAST_ROOM = QSize(240, 160)


class Roomy(QWidget):
    """A place whose content never makes the window larger: it gets the room there is."""

    def minimumSizeHint(self) -> QSize:
        return LEAST_ROOM


class Scrolled(QScrollArea):
    """A place for a panel that scrolls where its room is smaller than it needs, instead of growing the window."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def sizeHint(self) -> QSize:
        content = self.widget()
        return content.sizeHint() if content is not None else super().sizeHint()


class CalmSlider(QSlider):
    """A slider that ignores the wheel, so that the form scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalmCombo(QComboBox):
    """A combo box that ignores the wheel, so that the form scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalmSpinBox(QSpinBox):
    """A spin box that ignores the wheel, so that the form scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


BREAK = "\u200b"  # zero-width space
LONGEST_WORD = 24
_PERCENT = re.compile(r"(?<=\d) %")
NO_BREAK = "\u00a0"
_LONG_WORD = re.compile(rf"[^\s{BREAK}]{{{LONGEST_WORD}}}(?=[^\s])")


class Breaking(QLabel):
    """A label that also breaks lines within long words, so that a file's name never widens its place.

    It never breaks them between a number and its percent sign.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setText(text)

    def setText(self, text: str) -> None:
        text = _PERCENT.sub(f"{NO_BREAK}%", text)
        super().setText(_LONG_WORD.sub(lambda found: found[0] + BREAK, text) if len(text) > LONGEST_WORD else text)

    def text(self) -> str:
        return super().text().replace(BREAK, "").replace(f"{NO_BREAK}%", " %")


def label(text: str = "", role: str = "", wraps: bool = True) -> QLabel:
    """Create a label that never interprets markup, since its text may come from a file."""
    made = Breaking(text) if wraps else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if role:
        made.setProperty("role", role)
    if wraps:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    return made


def selectable(made: QLabel) -> QLabel:
    """Make the text of a label selectable with the mouse."""
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(message: str, about: str = "", role: str = "") -> QPushButton:
    """Create a button with a translated text and tool tip."""
    made = QPushButton()
    made.setAutoDefault(False)
    set_translated(made.setText, message)
    if about:
        set_translated(made.setToolTip, about)
    if role:
        made.setProperty("role", role)
    return made


def set_style_property(widget: QWidget, name: str, value: bool) -> None:
    """Set a property that the style sheet selects on, and restyle the widget if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def line() -> QFrame:
    """Create a thin horizontal line."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


class Link(QPushButton):
    """A button drawn as a link; text that does not fit is elided, and the tool tip shows all of it."""

    def __init__(self, text: str, about: str, elided: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self._elided = elided
        self.setAutoDefault(False)
        self.setProperty("role", "link")
        self.setToolTip(f"{text}\n\n{about}" if about else text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        option.text = self.fontMetrics().elidedText(self.text(), self._elided, room)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class Switch(QCheckBox):
    """A check box whose text is elided where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self).width()
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_CheckBox, option)


class Elided(QLabel):
    """Lines of text elided where they do not fit, by default one, in the middle; the tool tip shows all of it."""

    def __init__(
        self, parent: QWidget | None = None, mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle, lines: int = 1
    ) -> None:
        super().__init__(parent)
        self._mode, self._lines = mode, lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(40, super().sizeHint().height() + (self._lines - 1) * self.fontMetrics().lineSpacing())

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        painter.setPen(self.palette().color(self.foregroundRole()))
        rest = self.text()
        for line in range(self._lines):
            text, rest = self._first_line(rest, room.width(), is_last=line == self._lines - 1)
            if self._lines == 1:
                painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, text)
            else:
                painter.drawText(room.left(), room.top() + self.fontMetrics().ascent(), text)
                room.setTop(room.top() + self.fontMetrics().lineSpacing())

    def _first_line(self, text: str, width: int, is_last: bool) -> tuple[str, str]:
        """What fits into a line, and the rest of the text."""
        metrics = self.fontMetrics()
        if is_last or metrics.horizontalAdvance(text) <= width:
            return metrics.elidedText(text, self._mode, width), ""
        end = len(text)
        while end > 0 and metrics.horizontalAdvance(text[:end]) > width:
            end = text.rfind(" ", 0, end)
        if end <= 0:  # a word, or a script without spaces
            end = next((at for at in range(len(text), 1, -1) if metrics.horizontalAdvance(text[:at]) <= width), 1)
        return text[:end], text[end:].lstrip()


class WidthsByHand(QObject):
    """The columns of a header that a person has dragged to a width, which no fitting takes back.

    A double click on a column's edge, which fits the column once, leaves it to the table again.

    Parameters
    ----------
    header : QHeaderView
    name_of : callable
        From the place of a column to what tells it from others, where columns come and go.
    """

    def __init__(self, header: QHeaderView, name_of: Callable[[int], Hashable] = int) -> None:
        super().__init__(header)
        self._header, self._name_of = header, name_of
        self._widths: dict[Hashable, int] = {}
        self._is_fitting = False
        header.sectionResized.connect(self._on_resized)
        header.sectionHandleDoubleClicked.connect(self._on_fitted)  # after the table, which fits it at the same signal

    def has(self, name: Hashable) -> bool:
        """Whether a person gave a column its width."""
        return name in self._widths

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let the table set widths, and set those given by hand again at the end."""
        self._is_fitting = True
        try:
            yield
            for column in range(self._header.count()) if self._widths else ():
                width = self._widths.get(self._name_of(column))
                if width is not None:
                    self._header.resizeSection(column, width)
        finally:
            self._is_fitting = False

    def _on_resized(self, column: int, _before: int, now: int) -> None:
        if not self._is_fitting:
            self._widths[self._name_of(column)] = now

    def _on_fitted(self, column: int) -> None:
        self._widths.pop(self._name_of(column), None)
