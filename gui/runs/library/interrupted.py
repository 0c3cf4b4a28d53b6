"""Bar above the plots that offers to resume an interrupted training."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from engine.i18n import N_, _, number
from engine.library import Entry
from gui.look.controls import Elided, button
from gui.look.language import on_language_change


class Interrupted(QFrame):
    """Stays open until it is answered.

    Signals
    -------
    resume_wanted, open_wanted, dismissed : Entry
    """

    resume_wanted = Signal(object)
    open_wanted = Signal(object)
    dismissed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._entry: Entry | None = None
        self._text = Elided()
        self.resume = button(N_("Resume"), N_("Continue training from the last checkpoint"), "primary")
        self.open_it = button(N_("Open as it is"), N_("Show the curve so far"))
        self.dismiss = button(N_("Dismiss"), N_("Keep it in the library and do not ask again"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for part, answer in (
            (self.resume, self.resume_wanted),
            (self.open_it, self.open_wanted),
            (self.dismiss, self.dismissed),
        ):
            row.addWidget(part)
            part.clicked.connect(lambda _checked=False, wanted=answer: self._answer(wanted))
        on_language_change(self.retranslate)
        self.hide()

    @property
    def text(self) -> str:
        """The question shown; empty when hidden."""
        return "" if self.isHidden() else self._text.text()

    def ask(self, entry: Entry) -> None:
        """Show which run was interrupted, and where."""
        self._entry = entry
        self.retranslate()
        self.show()

    def retranslate(self) -> None:
        """Set the text in the current language."""
        if self._entry is not None:
            text = _("{name} was interrupted at step {step}.")
            self._text.setText(text.format(name=self._entry.name, step=number(self._entry.rows)))

    def _answer(self, wanted) -> None:
        self.hide()
        wanted.emit(self._entry)
