"""Exports the active run's report, with its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.i18n import _
from gui.runs.document import Runs
from gui.runs.notes import NotesDesk
from gui.shell.notice import Notice, file_answers


class ReportExport(QObject):
    """Asks for a file, writes the report and shows where it is.

    Parameters
    ----------
    proof_lines : callable
        Gives the verdicts on a run's events, by event id, from the run's id.
    """

    def __init__(
        self,
        runs: Runs,
        notes: NotesDesk,
        proof_lines: Callable[[str], Mapping[str, list[str]]],
        notice: Notice,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._runs, self._notes, self._proof_lines = runs, notes, proof_lines
        self._notice, self._parent = notice, parent

    def ask(self) -> None:
        """Let the user choose the report's file."""
        active = self._runs.active
        if active is None:
            return
        kinds = ";;".join((_("Web page (*.html)"), _("Markdown (*.md)")))
        name, kind = QFileDialog.getSaveFileName(self._parent, _("Export report"), f"{active.run.name}.html", kinds)
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(".md" if "*.md" in kind else ".html")
        self.write(path)

    def write(self, path: Path) -> None:
        """Write the active run's report to a file."""
        from engine.report import ReportError, write_report

        active = self._runs.active
        if active is None:
            return
        try:
            proofs = self._proof_lines(active.run.id)
            write_report(active.run, active.listed, path, proofs=proofs, notes=self._notes.of(active.run))
        except ReportError as error:
            self._notice.show_message(str(error))
        else:
            self._notice.show_message(_("Report saved to {path}").format(path=path), *file_answers(path))
