"""What may be an event and is not clear enough to be called one: a folded list under the events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.diagnosis.places import label as place_label
from engine.events import EventKind
from engine.i18n import _, number
from engine.remarks import Remark
from engine.run import Run
from gui.look.controls import Link


class PerhapsList(QWidget):
    """One line that unfolds to a line for each; hidden while there is none.

    Signals
    -------
    wanted : first and last row of the one that the person wants to see
    """

    wanted = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._remarks: tuple[Remark, ...] = ()
        self._is_open = False
        self.fold = Link("", "")
        self.fold.clicked.connect(self.toggle)
        self._body = QWidget()
        self._lines = QVBoxLayout(self._body)
        self._lines.setContentsMargins(12, 0, 0, 0)
        self._lines.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._body)
        self.hide()

    def show_remarks(self, run: Run | None, remarks: Sequence[Remark]) -> None:
        """Show what is doubtful in a run; the list stays folded or open, and folds with another run."""
        if (run, tuple(remarks)) != (self._run, self._remarks):
            self._is_open = self._is_open and run is self._run
            self._run, self._remarks = run, tuple(remarks)
            self.refresh()

    def toggle(self) -> None:
        """Fold or unfold the list."""
        self._is_open = not self._is_open
        self.refresh()

    def refresh(self) -> None:
        """Say it anew, in another language."""
        while (item := self._lines.takeAt(0)) is not None:
            gone = item.widget()
            assert gone is not None
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self._remarks))
        self._body.setVisible(self._is_open)
        self.fold.setText(_("Perhaps · {n}").format(n=number(len(self._remarks))))
        self.fold.setToolTip(_("What may be an event, and is not clear enough to be called one"))
        for remark in self._remarks if self._is_open else ():
            self._lines.addWidget(self._made(remark), 0, Qt.AlignmentFlag.AlignLeft)

    def _made(self, remark: Remark) -> Link:
        from engine.diagnosis.remarks.base import remark_text
        from engine.diagnosis.sentences import title

        assert self._run is not None
        where = place_label(self._run, remark.start)
        link = Link(f"{title(EventKind(remark.about))}, {where}", remark_text(remark, self._run))
        link.clicked.connect(partial(self.wanted.emit, remark.start, remark.end))
        return link
