"""Exports the active run's table and the figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from engine.i18n import _
from gui.plots.acting.export import FigureError
from gui.plots.stack import PlotStack
from gui.runs.document import Runs
from gui.shell.actions import Actions
from gui.shell.notice import Notice, file_answers
from gui.shell.working import Job, Working
from gui.threads.exporting import Export, Exporting

FIGURES = {"PNG (*.png)": ".png", "SVG (*.svg)": ".svg", "PDF (*.pdf)": ".pdf"}
TABLES = {"CSV (*.csv)": ".csv", "Parquet (*.parquet)": ".parquet"}


class ExportDesk(QObject):
    """Asks for a file, writes it and reports failures."""

    def __init__(
        self, stack: PlotStack, runs: Runs, actions: Actions, working: Working, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._stack, self._runs, self._window = stack, runs, window
        self._working, self._notice = working, notice
        self._exporting = Exporting(self)
        self._exporting.ended.connect(self._on_ended)
        stack.export_wanted.connect(self.ask_figure)
        actions["export_data"].triggered.connect(self.ask_data)
        actions["export_figure"].triggered.connect(self.ask_figure)
        actions["copy_figure"].triggered.connect(self.copy_figure)

    def ask_data(self) -> None:
        """Let the user choose the file for the active run's table."""
        path = self._asked(_("Export data"), TABLES)
        if path is not None:
            self.write_data(path)

    def write_data(self, path: Path) -> None:
        """Write the active run's table as CSV or Parquet."""
        active = self._runs.active
        if active is None:
            return
        export = Export(active.run, path)
        self._exporting.start(export)
        text = _("Writing {name}…").format(name=path.name)
        self._working.add(Job(lambda: text, lambda: export.is_over, export.cancel, lambda: export.share))

    def ask_figure(self) -> None:
        """Let the user choose the file for the plots."""
        path = self._asked(_("Export figure"), FIGURES)
        if path is not None:
            self.write_figure(path)

    def write_figure(self, path: Path) -> None:
        """Write the plots as PNG, SVG or PDF."""
        try:
            with waiting():
                self._stack.export_image(path)
        except (FigureError, OSError) as error:
            self._report_failure(path, str(error))
        else:
            self._report_success(path)

    def copy_figure(self) -> None:
        """Copy the plots to the clipboard."""
        with waiting():
            self._stack.copy_image()

    def close(self) -> None:
        """End the thread."""
        self._exporting.close()

    def _asked(self, title: str, kinds: dict[str, str]) -> Path | None:
        active = self._runs.active
        if active is None:
            return None
        first = next(iter(kinds.values()))
        offered = f"{stem(active.run.name)}{first}"
        name, kind = QFileDialog.getSaveFileName(self._window, title, offered, ";;".join(kinds))
        if not name:
            return None
        path = with_suffix(Path(name), kinds.get(kind, first), tuple(kinds.values()))
        return path if path == Path(name) or self._may_replace(path) else None

    def _may_replace(self, path: Path) -> bool:
        """Ask before replacing a file, since the file dialog only checked the name without its suffix."""
        if not path.exists():
            return True
        text = _("{name} exists. Replace it?").format(name=path.name)
        return QMessageBox.question(self._window, _("Replace"), text) is QMessageBox.StandardButton.Yes

    def _on_ended(self, export: Export, why: str) -> None:
        self._working.update_display()
        if why:
            self._report_failure(export.path, why)
        elif not export.is_cancelled:
            self._report_success(export.path)

    def _report_success(self, path: Path) -> None:
        self._notice.show_message(_("Saved to {path}").format(path=path), *file_answers(path))

    def _report_failure(self, path: Path, why: str) -> None:
        self._notice.show_message(_("{path}: could not be written: {reason}").format(path=path, reason=why))


def stem(name: str) -> str:
    """Turn a run's name into a file name without suffix: ``loss.csv`` gives ``loss``, ``late-rise 0`` stays.

    Examples
    --------
    >>> stem("loss.csv"), stem("late-rise 0"), stem("a/b")
    ('loss', 'late-rise 0', 'a-b')
    """
    plain = name.replace("/", "-").replace("\\", "-")
    return Path(plain).stem or plain


def with_suffix(path: Path, wanted: str, known: tuple[str, ...]) -> Path:
    """The path with the suffix `wanted`, unless it has a known one."""
    return path if path.suffix.lower() in known else path.with_name(path.name + wanted)


@contextmanager
def waiting() -> Iterator[None]:
    """Show a wait cursor meanwhile."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()
