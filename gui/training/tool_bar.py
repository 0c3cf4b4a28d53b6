"""The tool bar: the training's buttons and pace, and the display of the curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QToolBar, QToolButton, QWidget

from engine.i18n import N_, _, ngettext, number
from engine.smoothing import width_of
from engine.training.pace import FULL, POSITIONS, pace_at, position_of
from gui.look.controls import Elided, label
from gui.look.language import keep_translated, set_translated
from gui.look.number_hints import hint
from gui.shell.actions import Actions

SMOOTH_POSITIONS = 100
X_NAMES = {
    "step": N_("step"),
    "epoch": N_("epoch"),
    "time": N_("time"),
    "row": N_("row"),
    "share": N_("share of the run"),
}


class ToolBar(QToolBar):
    """Shows buttons of the actions, sliders for pace and smoothing, and the choice of x.

    Signals
    -------
    pace_chosen : steps per second
    smoothing_chosen : 0 (off) to 1
    x_chosen : name of a column, or ``row``
    """

    pace_chosen = Signal(float)
    smoothing_chosen = Signal(float)
    x_chosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_translated(self.setWindowTitle, N_("Tools"))
        self._buttons = [actions[key] for key in ("start", "pause", "step", "stop", "restart")]
        self._has_training = True
        for action in self._buttons:
            self.addAction(action)
        self._show_icon_only(actions["restart"])
        self._of_pace = [*self._add_pace(), self.addSeparator()]
        self._icon_only(actions, "log_y")
        self._icon_only(actions, "fit")
        self._add_smoothing()
        self._add_x()
        self.addSeparator()
        self._title = Elided()
        self._title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._title.setContentsMargins(8, 0, 8, 0)
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._title.setMinimumWidth(64)
        self.addWidget(self._title)
        keep_translated(self.retranslate)
        self.apply_current_theme()

    def apply_current_theme(self) -> None:
        """Give texts that change the room of long ones of their size, so that nothing beside them moves."""
        for part, longest in ((self._pace_text, "5 000/s"), (self._smooth_text, "1 601 steps")):
            part.setMinimumWidth(self.fontMetrics().horizontalAdvance(longest) + 8)

    def _icon_only(self, actions: Actions, key: str) -> None:
        self.addAction(actions[key])
        self._show_icon_only(actions[key])

    def _show_icon_only(self, action: QAction) -> None:
        shown = self.widgetForAction(action)
        if isinstance(shown, QToolButton):
            shown.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _slider(self, most: int, width: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, most)
        slider.setPageStep(most // 10)
        slider.setFixedWidth(width)
        return slider

    def _add_pace(self) -> list[QAction]:
        self._pace_name, self._pace_text = label(wraps=False), label(role="quiet", wraps=False)
        self._pace_shown = POSITIONS
        self._pace = self._slider(POSITIONS, 80)
        self._pace.setValue(POSITIONS)
        self._pace.valueChanged.connect(self._pace_moved)
        return self._add_spaced(self._pace_name, self._pace, self._pace_text)

    def _add_smoothing(self) -> None:
        self._smooth_name, self._smooth_text = label(wraps=False), label(role="quiet", wraps=False)
        self._smooth = self._slider(SMOOTH_POSITIONS, 72)
        self._smooth.valueChanged.connect(self._smooth_moved)
        self._add_spaced(self._smooth_name, self._smooth, self._smooth_text)

    def _add_x(self) -> None:
        self._x_name = label(wraps=False)
        self._x = QComboBox()
        self._x.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._x.setMaximumWidth(88)  # the rest is for the name of the run
        self._x.setEnabled(False)  # until there is a choice
        self._x.activated.connect(lambda index: self.x_chosen.emit(self._x.itemData(index)))
        self._of_x = self._add_spaced(self._x_name, self._x)
        self.show_x((), "")

    def _add_spaced(self, *widgets: QWidget) -> list[QAction]:
        for widget in widgets:
            widget.setContentsMargins(4, 0, 4, 0)
        return [self.addWidget(widget) for widget in widgets]

    # Texts

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        for name, widget, text, about in (
            (self._pace_name, self._pace, _("Speed"), _("From slow motion to full speed")),
            (
                self._smooth_name,
                self._smooth,
                _("Smooth"),
                _("Width of the median drawn as a line; far left is off"),
            ),
            (self._x_name, self._x, _("x"), _("What the x axis shows")),
        ):
            name.setText(text)
            name.setToolTip(about)
            widget.setToolTip(about)
            widget.setAccessibleName(about)
        self._pace_text.setToolTip(hint("speed"))
        self._smooth_text.setToolTip(hint("smoothing"))
        self._show_pace_text()
        self._show_smooth_text()
        for index in range(self._x.count()):
            self._x.setItemText(index, _x_text(self._x.itemData(index)))

    def _show_pace_text(self) -> None:
        pace = pace_at(self._pace.value())
        self._pace_text.setText(_("max") if pace == FULL else _("{n}/s").format(n=number(pace, 2)))

    def _show_smooth_text(self) -> None:
        amount = self.smoothing
        width = width_of(amount)
        text = ngettext("{n} step", "{n} steps", width).format(n=number(width))
        self._smooth_text.setText(text if width > 1 else _("off"))

    # State

    def show_title(self, text: str) -> None:
        """Show the name of the active run."""
        self._title.setText(text)

    def show_training(self, is_shown: bool) -> None:
        """Show or hide the buttons and the pace of trainings."""
        if is_shown == self._has_training:
            return
        self._has_training = is_shown
        for action in self._buttons:  # the menus keep them
            if is_shown:
                self.insertAction(self._of_pace[0], action)
            else:
                self.removeAction(action)
        if is_shown:
            self._show_icon_only(self._buttons[-1])
        for action in self._of_pace:
            action.setVisible(is_shown)

    def show_pace(self, pace: float) -> None:
        """Move the slider to a pace without emitting `pace_chosen`."""
        self._pace_shown = position_of(pace)
        self._pace.setValue(self._pace_shown)
        self._show_pace_text()

    def show_smoothing(self, amount: float) -> None:
        self._smooth.setValue(round(amount * SMOOTH_POSITIONS))

    def show_x(self, choices: Sequence[str], current: str) -> None:
        """List what the x axis can show."""
        if [self._x.itemData(i) for i in range(self._x.count())] != list(choices):
            self._x.clear()
            for name in choices:
                self._x.addItem(_x_text(name), name)
        self._x.setCurrentIndex(max(0, self._x.findData(current)))
        self._x.setEnabled(len(choices) > 1)
        for action in self._of_x:  # an empty box would only puzzle
            action.setVisible(bool(choices))

    @property
    def smoothing(self) -> float:
        """Strength of the smoothing, 0 (off) to 1."""
        return self._smooth.value() / SMOOTH_POSITIONS

    # User actions

    def _pace_moved(self, position: int) -> None:
        self._show_pace_text()
        if position != self._pace_shown:
            self._pace_shown = -1
            self.pace_chosen.emit(pace_at(position))

    def _smooth_moved(self, _position: int) -> None:
        self._show_smooth_text()
        self.smoothing_chosen.emit(self.smoothing)


def _x_text(name: str) -> str:
    return _(X_NAMES[name]) if name in X_NAMES else name
