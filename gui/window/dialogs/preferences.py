"""The preferences dialog; each choice takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.i18n import N_, _, languages, number
from gui.events import notifying
from gui.look.controls import button, label
from gui.look.language import keep_translated
from gui.look.theme import TEXT_SIZE, ThemeMode
from gui.shell.remembered import Remembered
from gui.window.plot_link import AXIS

# Each language's own name, so that people who cannot read the current one find theirs.
OWN_NAMES = {"en": "English", "de": "Deutsch", "ja": "日本語", "es": "Español", "ru": "Русский"}
MODES = {ThemeMode.SYSTEM: N_("Same as system"), ThemeMode.LIGHT: N_("Light"), ThemeMode.DARK: N_("Dark")}

WIDTH = 372  # pixels at least
TEXT_PERCENTS = (100, 115, 130)
AXES = {"": N_("As the data are"), "linear": N_("Linear"), "log": N_("Logarithmic")}


class Preferences(QDialog):
    """Lets the user choose language, theme and what is reopened.

    Signals
    -------
    language_chosen : code, empty to follow the environment
    theme_chosen : ThemeMode
    text_chosen : size of texts in percent
    axis_chosen : key of `AXES`
    """

    language_chosen = Signal(str)
    theme_chosen = Signal(object)
    text_chosen = Signal(float)
    axis_chosen = Signal(str)

    def __init__(self, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._remembered = remembered
        self.language, self.theme, self._reopens = QComboBox(), QComboBox(), QCheckBox()
        self._notifies = QCheckBox()
        self.text, self.axis = QComboBox(), QComboBox()
        self._names = [label(wraps=False) for _row in range(4)]
        self._fill()
        self._lay_out()
        keep_translated(self.retranslate)
        self.language.activated.connect(self._choose_language)
        self.theme.activated.connect(self._choose_theme)
        self.text.activated.connect(self._choose_text)
        self.axis.activated.connect(self._choose_axis)
        self._reopens.toggled.connect(lambda on: remembered.set_flag("reopens_session", on))
        self._notifies.toggled.connect(lambda on: remembered.set_flag(notifying.SETTING, on))

    def _fill(self) -> None:
        self.language.addItem("", "")
        for code in languages():
            self.language.addItem(OWN_NAMES.get(code, code), code)
        self.language.setCurrentIndex(max(0, self.language.findData(self._remembered.language or "")))
        for mode in MODES:
            self.theme.addItem("", mode)
        self.theme.setCurrentIndex(list(MODES).index(self._remembered.theme))
        for percent in TEXT_PERCENTS:
            self.text.addItem(_("{percent} %").format(percent=number(percent)), percent)
        self.text.setCurrentIndex(max(0, self.text.findData(round(self._remembered.real(TEXT_SIZE, 100)))))
        for key in AXES:
            self.axis.addItem("", key)
        self.axis.setCurrentIndex(max(0, self.axis.findData(self._remembered.text(AXIS))))
        self._reopens.setChecked(self._remembered.flag("reopens_session", True))
        self._notifies.setChecked(self._remembered.flag(notifying.SETTING, False))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(24)
        form.addRow(self._names[0], self.language)
        form.addRow(self._names[1], self.theme)
        form.addRow(self._names[2], self.text)
        form.addRow(self._names[3], self.axis)
        form.addRow(self._reopens)
        form.addRow(self._notifies)
        closing = button(N_("Close"), "", "primary")
        closing.clicked.connect(self.accept)
        closing.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(closing)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(24)
        column.addStrut(WIDTH)  # not a minimum of the dialog, which would keep it from growing with its texts
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(row)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.setWindowTitle(_("Settings"))
        for name, widget, text in (
            (self._names[0], self.language, _("Language")),
            (self._names[1], self.theme, _("Theme")),
            (self._names[2], self.text, _("Size of texts")),
            (self._names[3], self.axis, _("Axis of losses")),
        ):
            name.setText(text)
            widget.setAccessibleName(text)
        self.language.setItemText(0, _("Same as system"))
        for index, text in enumerate(MODES.values()):
            self.theme.setItemText(index, _(text))
        for index, text in enumerate(AXES.values()):
            self.axis.setItemText(index, _(text))
        self._reopens.setText(_("Reopen the last session's files at startup"))
        self._notifies.setText(_(notifying.TEXT))

    def _choose_language(self, index: int) -> None:
        code = str(self.language.itemData(index))
        self._remembered.language = code or None
        self.language_chosen.emit(code)

    def _choose_theme(self, index: int) -> None:
        mode = list(MODES)[index]
        self._remembered.theme = mode
        self.theme_chosen.emit(mode)

    def _choose_text(self, index: int) -> None:
        percent = float(self.text.itemData(index))
        self._remembered.set_real(TEXT_SIZE, percent)
        self.text_chosen.emit(percent)

    def _choose_axis(self, index: int) -> None:
        choice = str(self.axis.itemData(index))
        self._remembered.set_text(AXIS, choice)
        self.axis_chosen.emit(choice)
