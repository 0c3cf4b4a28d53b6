"""The bar in which a person marks an event that was missed: its kind, its series, and from where to where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from engine.events import EventKind
from engine.i18n import N_, _
from gui.look.controls import CalmCombo, Elided, button, label, set_style_property
from gui.look.language import on_language_change, set_translated
from gui.look.values import typed_value
from gui.plots.axes.positions import x_text

HEIGHT = 40
FIELD = 84  # pixels


class MarkBar(QWidget):
    """Stands where the headline does while the person marks; the plots show the stretch.

    Signals
    -------
    shown : whether it is
    placed : the ends that the person has typed, as x
    marked : kind and column of the event
    cancelled
    """

    shown = Signal(bool)
    placed = Signal(float, float)
    marked = Signal(object, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._hint = Elided(mode=Qt.TextElideMode.ElideRight)
        set_translated(self._hint.setText, N_("Drag over the event"))
        self._hint.setProperty("role", "quiet")
        self.kind, self.series = CalmCombo(), CalmCombo()
        set_translated(self.kind.setAccessibleName, N_("Kind of event"))
        set_translated(self.series.setAccessibleName, N_("Curve"))
        self.start, self.end = self._field(N_("From")), self._field(N_("To"))
        self.save = button(N_("Mark it"), N_("Keep it with the run; nothing leaves this machine"), "primary")
        self.cancel = button(N_("Cancel"))
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.cancelled)
        self._lay_out()
        on_language_change(self._name_kinds)

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setFixedWidth(FIELD)
        set_translated(made.setAccessibleName, name)
        set_translated(made.setToolTip, name)
        made.editingFinished.connect(self._take_ends)
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._hint, 1)
        for part in (self.kind, self.series, self.start, label("–", "quiet", wraps=False), self.end):
            row.addWidget(part)
        row.addWidget(self.save)
        row.addWidget(self.cancel)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def ask(self, columns: Sequence[str]) -> None:
        """Ask for an event of one of these columns."""
        if not self.kind.count():
            self._name_kinds()
        self.series.clear()
        self.series.addItems(list(columns))
        self.series.setVisible(len(columns) > 1)
        self.show()
        self.shown.emit(True)
        self.kind.setFocus()

    def leave(self) -> None:
        """Give the place back to the headline."""
        self.hide()
        self.shown.emit(False)

    def show_ends(self, start: float, end: float) -> None:
        """Show from where to where is marked, as x."""
        for field, x in ((self.start, start), (self.end, end)):
            field.setText(x_text(x, 0.0))
            set_style_property(field, "isWrong", False)

    def _name_kinds(self) -> None:
        from engine.detectors.claims.kind import all_kinds
        from engine.diagnosis.sentences import title

        chosen = self.kind.currentData() or EventKind.SPIKE.value
        self.kind.clear()
        for name, value in sorted((title(EventKind(value)), value) for value in all_kinds()):
            self.kind.addItem(name, value)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def _take_ends(self) -> None:
        start, end = _typed(self.start), _typed(self.end)
        if start is not None and end is not None:
            self.placed.emit(start, end)

    def _save(self) -> None:
        if _typed(self.start) is None or _typed(self.end) is None:
            return
        self._take_ends()
        self.marked.emit(EventKind(self.kind.currentData()), self.series.currentText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return marks, Escape leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._save()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


def _typed(field: QLineEdit) -> float | None:
    """The number in a field; where there is none, the field says so."""
    try:
        x = float(typed_value(field.text()))
    except ValueError:
        x = None
    set_style_property(field, "isWrong", x is None)
    field.setToolTip(_("Expected a number, such as 0.001 or 1e-3") if x is None else field.accessibleName())
    return x
