"""What the person has marked by hand, each with a link that takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.diagnosis.places import label as place_label
from engine.i18n import _
from engine.library.labels import Label
from engine.run import Run
from gui.look.controls import Link


class MarkedList(QWidget):
    """A line for each event that was marked; hidden while there is none.

    Signals
    -------
    removed : Label
    """

    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        self.hide()

    def show_marks(self, run: Run | None, marks: Sequence[Label]) -> None:
        """Show what was marked in a run."""
        while (item := self._lines.takeAt(0)) is not None:
            gone = item.widget()
            assert gone is not None
            gone.hide()
            gone.deleteLater()
        for mark in marks:
            assert run is not None
            link = Link(_marked_text(run, mark), _("Remove your mark"))
            link.clicked.connect(partial(self.removed.emit, mark))
            self._lines.addWidget(link)
        self.setVisible(bool(marks))


def _marked_text(run: Run, mark: Label) -> str:
    from engine.diagnosis.sentences import title

    where = place_label(run, min(mark.start, len(run.table) - 1))  # a log that was written anew may be shorter
    return _("Marked by you: {kind}, {where} · remove").format(kind=title(mark.kind), where=where)
