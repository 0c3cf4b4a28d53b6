"""“What I know”: settings of a run that its log does not say, told by hand; the causes are ranked anew at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from engine.i18n import N_, _, number
from engine.run import OriginKind, Run, Value
from gui.look.controls import CalmCombo, button, label, set_style_property
from gui.look.language import on_language_change


@dataclass(frozen=True)
class Field:
    """A setting that a person may know: its key, title, and words to choose from; none for a number."""

    key: str
    title: str
    words: tuple[tuple[Value, str], ...] = ()


YES_OR_NO: tuple[tuple[Value, str], ...] = ((True, N_("yes")), (False, N_("no")))
OPTIMIZERS = (
    ("sgd", "SGD"),
    ("momentum", "SGD + momentum"),
    ("rmsprop", "RMSprop"),
    ("adam", "Adam"),
    ("adamw", "AdamW"),
)
SCHEDULES = (
    ("constant", N_("constant")),
    ("warmup", N_("warm-up")),
    ("cosine", N_("cosine")),
    ("linear", N_("linear")),
    ("step", N_("in steps")),
    ("restarts", N_("with restarts")),
)
PRECISIONS = (
    ("float32", N_("32 bits")),
    ("bfloat16", "bfloat16"),
    ("float16", N_("16 bits (half)")),
    ("mixed", N_("mixed")),
)
LEAST_LETTERS = 6  # of a choice where the panel has no room for all of it
FIELDS = (
    Field("optimizer", N_("Optimizer"), OPTIMIZERS),
    Field("lr", N_("Learning rate")),
    Field("batch_size", N_("Batch size")),
    Field("schedule", N_("Schedule"), SCHEDULES),
    Field("precision", N_("Number format"), PRECISIONS),
    Field("resumed", N_("Resumed"), YES_OR_NO),
    Field("fine_tuning", N_("Fine-tuning"), YES_OR_NO),
    Field("shuffle", N_("Shuffled"), YES_OR_NO),
)


class KnownForm(QWidget):
    """A foldable form with the settings of a log; what was read shows its source, what was told wins.

    Signals
    -------
    told : mapping of key to value, None for what is taken back
    """

    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._is_open = False
        self._editors: dict[str, QWidget] = {}
        self._fold = button(
            N_("What I know"), N_("Tell what the log does not say: the causes are ranked anew at once"), "link"
        )
        self._fold.clicked.connect(self.toggle)
        self._form = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._form)
        self._form.hide()
        self.hide()
        on_language_change(self._rebuild)

    def show_run(self, run: Run | None) -> None:
        """Show what is known of a run; a training of this program knows all of its settings."""
        is_log = run is not None and run.origin.kind is OriginKind.LOG
        self.setVisible(is_log)
        if run is not self._run:
            self._run = run if is_log else None
            self._rebuild()

    def toggle(self) -> None:
        """Fold or unfold the form."""
        self._is_open = not self._is_open
        self._rebuild()

    def editor(self, key: str) -> QWidget:
        """The editor of a setting, once the form is unfolded."""
        return self._editors[key]

    def _rebuild(self) -> None:
        self._column.removeWidget(self._form)
        self._form.hide()
        self._form.deleteLater()
        self._form = QWidget()
        self._editors = {}
        self._column.addWidget(self._form)
        self._form.setVisible(self._is_open and self._run is not None)
        if not self._is_open or self._run is None:
            return
        rows = QFormLayout(self._form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(4)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in FIELDS:
            editor = self._choice(field) if field.words else self._number(field)
            editor.setAccessibleName(_(field.title))
            self._editors[field.key] = editor
            rows.addRow(label(_(field.title), "quiet", wraps=False), editor)

    def _choice(self, field: Field) -> QComboBox:
        assert self._run is not None
        chosen, told = CalmCombo(), self._run.told().get(field.key)
        chosen.addItem(self._read(field), None)
        for value, word in field.words:
            chosen.addItem(_(word), value)
        if told is not None:
            chosen.setCurrentIndex(max(0, chosen.findData(told)))
        set_style_property(chosen, "isTold", told is not None)
        chosen.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        chosen.setMinimumContentsLength(LEAST_LETTERS)
        chosen.activated.connect(lambda _place, key=field.key: self._tell(key, chosen.currentData()))
        return chosen

    def _number(self, field: Field) -> QLineEdit:
        assert self._run is not None
        written, told = QLineEdit(), self._run.told().get(field.key)
        written.setPlaceholderText(self._read(field))
        if told is not None:
            written.setText(str(told))
        written.editingFinished.connect(lambda key=field.key: self._take_number(key, written))
        return written

    def _read(self, field: Field) -> str:
        """What the log or a file beside it says, with its source; a dash if nothing."""
        assert self._run is not None
        value, source = self._run.settings.get(field.key), self._run.setting_sources.get(field.key, "")
        if field.key in self._run.told():
            return "–"
        if field.key in self._run.table:  # its last value, as a schedule changes it
            column = self._run.table.values(field.key)
            value, source = (float(column[-1]), "log") if len(column) else (value, source)
        if value is None:
            return "–"
        words: Mapping[Value, str] = {known: _(word) for known, word in field.words if type(known) is type(value)}
        text = words.get(value) or (number(value) if isinstance(value, (int, float)) else str(value))
        return _("{value} ({source})").format(value=text, source=_("log") if source == "log" else source)

    def _take_number(self, key: str, written: QLineEdit) -> None:
        from engine.logs.settings.keys import convert

        text = written.text().strip()
        value = convert(key, text.replace(",", ".")) if text else None
        is_wrong = bool(text) and value is None
        written.setToolTip(_("Expected a number, such as 0.001 or 1e-3") if is_wrong else "")
        set_style_property(written, "isWrong", is_wrong)
        if not is_wrong:
            self._tell(key, value)

    def _tell(self, key: str, value: Value) -> None:
        if self._run is not None and self._run.told().get(key) != value:
            self.told.emit({key: value})
