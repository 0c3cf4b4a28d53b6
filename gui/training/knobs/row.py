"""The row of one knob, generated from its setting's declaration."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QToolButton, QWidget

from engine.i18n import N_, _, number
from engine.run import Value
from engine.tasks.settings import Applies, Kind, Setting, SettingError
from engine.tasks.wording import meant_word, word_text
from gui.look.controls import CalmCombo, label, set_style_property
from gui.look.icons import icon
from gui.look.language import keep_translated
from gui.look.number_hints import hint
from gui.look.values import brief_text, shown_text, typed_value
from gui.training.knobs.limits import StableRate
from gui.training.knobs.scale import POSITIONS, KnobScale
from gui.training.knobs.track import KnobTrack

FIELD_WIDTH = 92
FIELD_MARGINS = 28  # of its text: padding, border and the cursor
DRAG_MILLISECONDS = 120  # between two turns of a dragged knob
PULSE_MILLISECONDS = 1600

_APPLIES = {
    Applies.NOW: N_("Takes effect at once."),
    Applies.EPOCH: N_("Takes effect at the start of the next epoch."),
    Applies.RESTART: N_("Takes effect when the training is restarted."),
}


class _Field(QLineEdit):
    focused = Signal()  # or no longer

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit()


class KnobRow(QWidget):
    """A setting's title, its field and slider, and a button that resets it.

    Signals
    -------
    turned : key, checked value, the value before
    settled : the slider was released; the next turn is a new change
    """

    turned = Signal(str, object, object)
    settled = Signal()

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.value: Value = setting.default
        self._slider: KnobTrack | None = None
        self._stable: StableRate | None = None
        self._drag = QTimer(self)
        self._drag.setSingleShot(True)
        self._drag.setInterval(DRAG_MILLISECONDS)
        self._drag.timeout.connect(self._dragged)
        self._pulse = QTimer(self)
        self._pulse.setSingleShot(True)
        self._pulse.setInterval(PULSE_MILLISECONDS)
        self._pulse.timeout.connect(lambda: set_style_property(self, "isLit", False))
        self.setProperty("role", "knob")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        keep_translated(self.retranslate)
        self.show_value(setting.default)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self._title = label()
        self._field = self._made_field()
        self._title.setBuddy(self._field)
        self._reset = QToolButton()
        self._reset.setProperty("role", "small")
        self._reset.setIcon(icon("undo"))
        self._reset.clicked.connect(self.reset)
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        self._wrong = label(role="error")
        self._wrong.hide()
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._field, 0, 1)
        grid.addWidget(self._reset, 0, 2)
        if self.setting.kind in (Kind.FLOAT, Kind.INTEGER):
            grid.addWidget(self._made_slider(), 1, 0, 1, 2)
        grid.addWidget(self._wrong, 2, 0, 1, 3)

    def _made_field(self) -> QWidget:
        if self.setting.kind is Kind.SWITCH:
            switch = QCheckBox()
            switch.clicked.connect(self._switched)
            return switch
        if self.setting.kind is Kind.CHOICE:
            choice = CalmCombo()
            for word in self.setting.words:
                choice.addItem(word_text(word), word)
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # also of another language
            choice.activated.connect(self._chosen)
            return choice
        field = _Field()
        field.focused.connect(self._show_digits)
        field.setFixedWidth(FIELD_WIDTH)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.editingFinished.connect(self._typed)
        return field

    def _made_slider(self) -> KnobTrack:
        self._scale = KnobScale(self.setting)
        self._slider = KnobTrack()
        self._slider.reset_wanted.connect(self.reset)
        self._slider.sliderMoved.connect(self._moved)
        self._slider.actionTriggered.connect(self._stepped)
        self._slider.sliderReleased.connect(self._on_released)
        return self._slider

    def retranslate(self) -> None:
        """Set title, help and names for screen readers in the current language."""
        setting = self.setting
        title = _(setting.title)
        self._title.setText(f"{title}  {setting.unit}" if setting.unit else title)
        hints = [_(setting.help), _(_APPLIES[setting.applies])]
        if setting.kind in (Kind.FLOAT, Kind.INTEGER):
            hints.insert(1, _("Allowed: {range}.").format(range=setting.range_text()))
        if setting.kind in (Kind.FLOAT, Kind.INTEGER):
            hints.append(_("Shift drags finely; the wheel turns it while it has the focus; a double click resets it."))
        text = "\n".join([f"{title} ({setting.key})", *hints])
        self.setToolTip("\n\n".join(filter(None, (text, hint(setting.key), self._zone_text()))))
        if isinstance(self._field, QComboBox):
            for place in range(self._field.count()):
                self._field.setItemText(place, word_text(str(self._field.itemData(place))))
            self._fit_choice(self._field)
        for widget in (self._field, self._slider):
            if widget is not None:
                widget.setAccessibleName(title)
                widget.setAccessibleDescription(text)
        default = _("Reset to {value}").format(value=shown_text(setting.default))
        self._reset.setToolTip(default)
        self._reset.setAccessibleName(f"{title}: {default}")
        self._show_text()

    # State

    def show_value(self, value: Value) -> None:
        """Show a value without emitting `turned`."""
        self.value = value
        self._wrong.hide()
        if isinstance(self._field, QCheckBox):
            self._field.setChecked(bool(value))
        elif isinstance(self._field, QComboBox):
            self._field.setCurrentIndex(self._field.findData(value))
        self._show_text()
        if self._slider is not None and not self._slider.isSliderDown():
            is_number = isinstance(value, int | float)
            self._slider.setValue(self._scale.position(float(value)) if is_number else POSITIONS)  # type: ignore[arg-type]
        self._reset.setVisible(value != self.setting.default)

    def show_stable(self, stable: StableRate | None) -> None:
        """Shade the slider beyond the largest stable value; None shades nothing."""
        if stable == self._stable or self._slider is None:
            return
        self._stable = stable
        is_in_reach = stable is not None and stable.rate < self._scale.high
        position = self._scale.position(stable.rate) if is_in_reach and stable is not None else None
        self._slider.show_unstable(position, stable is not None and stable.is_old)
        self.retranslate()

    def _zone_text(self) -> str:
        """What the shaded part of the slider is, and how old."""
        if self._stable is None:
            return ""
        told = {"rate": number(self._stable.rate), "step": number(self._stable.step)}
        if self._stable.is_old:
            text = _("Pale red: beyond {rate} steps diverged at the curvature of step {step}; it may have changed.")
        else:
            text = _("Red: beyond {rate} steps diverge at the curvature measured at step {step}.")
        return text.format(**told)

    def pulse(self) -> None:
        """Light up for a moment."""
        set_style_property(self, "isLit", True)
        self._pulse.start()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the knob."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.reset()

    def _show_text(self) -> None:
        if isinstance(self._field, QLineEdit):
            self._write(self._field, self._told(), shown_text(self.value))

    def _show_digits(self) -> None:
        """Show all digits of what can be edited now, or the first ones of what no longer can."""
        field = self._field
        assert isinstance(field, QLineEdit)
        if field.text() in (shown_text(self.value), brief_text(self.value)) and field.text() != self._told():
            is_all = field.hasSelectedText()
            self._show_text()
            if is_all and field.hasFocus():
                field.selectAll()

    def _told(self) -> str:
        """The value as it stands in its field: with all digits while the person may edit it."""
        return (shown_text if self._field.hasFocus() else brief_text)(self.value)

    @staticmethod
    def _fit_choice(choice: QComboBox) -> None:
        """Show all of the longest word."""
        choice.setFixedWidth(max(FIELD_WIDTH, choice.sizeHint().width()))

    @staticmethod
    def _write(field: QLineEdit, text: str, longest: str = "") -> None:
        """Show all of a value: without its first digits it reads as another one. There is room for `longest`."""
        wanted = field.fontMetrics().horizontalAdvance(longest or text) + FIELD_MARGINS
        field.setFixedWidth(max(FIELD_WIDTH, wanted))
        field.setText(text)

    def refuse(self, why: str) -> None:
        """Show at the field why a value was refused; the previous value stays in effect."""
        self._wrong.setText(why)
        self._wrong.show()

    def apply_current_theme(self) -> None:
        """Redraw the icon in the current theme's colour, and give texts of another size their room."""
        self._reset.setIcon(icon("undo"))
        if isinstance(self._field, QComboBox):
            self._fit_choice(self._field)
        elif not self._field.hasFocus():
            self._show_text()

    def show_in_force(self, value: Value) -> None:
        """Show what holds now, unless the person is about to choose another value."""
        if value != self.value and not self.is_dragged and not self._field.hasFocus():
            self.show_value(value)

    @property
    def is_dragged(self) -> bool:
        """Whether the slider is being dragged."""
        return self._slider is not None and self._slider.isSliderDown()

    # User actions

    def reset(self) -> None:
        """Reset the knob to the scenario's default."""
        self.ask(self.setting.default)

    def ask(self, value: object) -> None:
        """Turn the knob to a value, or show why it is refused."""
        try:
            checked = self.setting.check(value)
        except SettingError as error:
            self.refuse(str(error))
            return
        before = self.value
        self.show_value(checked)
        if checked != before:
            self.turned.emit(self.setting.key, checked, before)

    def _typed(self) -> None:
        assert isinstance(self._field, QLineEdit)
        text = self._field.text().strip()
        if text not in (shown_text(self.value), brief_text(self.value)):
            self.ask(meant_word(text, self.setting.words) or typed_value(text))

    def _chosen(self, _index: int) -> None:
        assert isinstance(self._field, QComboBox)
        self.ask(self._field.currentData())

    def _switched(self, is_on: bool) -> None:
        self.ask(is_on)

    def _moved(self, position: int) -> None:
        assert isinstance(self._field, QLineEdit)
        self._write(self._field, shown_text(self._scale.value(position)))
        if not self._drag.isActive():
            self._drag.start()

    def _stepped(self, _action: int) -> None:
        if self._slider is not None and not self._slider.isSliderDown():
            self._moved(self._slider.sliderPosition())

    def _dragged(self) -> None:
        assert self._slider is not None
        self.ask(self._scale.value(self._slider.sliderPosition()))

    def _on_released(self) -> None:
        if self._drag.isActive():
            self._drag.stop()
            self._dragged()
        self.settled.emit()
