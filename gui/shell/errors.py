"""The hook for uncaught errors: logs them and shows one dialog, from the GUI thread."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.home import home
from engine.i18n import _

_log = logging.getLogger("overshoot")


def log_path() -> Path:
    """Path of the error log."""
    return home() / "errors.log"


def write(text: str) -> None:
    """Append the text of a handled error to the log."""
    _open_log()
    _log.error(text)


def _open_log() -> None:
    """Open the log where it is not; not with the window, whose start it would delay."""
    if _log.handlers:
        return
    from logging.handlers import RotatingFileHandler

    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(log_path(), maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _log.addHandler(handler)


class ErrorHook(QObject):
    """Catches uncaught exceptions of all threads.

    The hooks run in the thread that raised, so they only write the log and emit; the dialog opens in this object's.
    """

    _happened = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._is_showing = False
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)
        _log.propagate = False

    def install(self) -> None:
        """Replace Python's own hooks."""
        sys.excepthook = self._catch
        threading.excepthook = lambda args: self._catch(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def _catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _open_log()
        _log.error("".join(traceback.format_exception(kind, error, trace)))
        self._happened.emit(f"{kind.__name__}: {error}")

    def _show(self, text: str) -> None:
        if self._is_showing:  # one dialog at a time
            return
        self._is_showing = True
        box = QMessageBox(QApplication.activeWindow())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(_("An unexpected error occurred. What you see may be incomplete."))
        box.setInformativeText(f"{text}\n\n" + _("Details are in {path}").format(path=log_path()))
        box.finished.connect(self._closed)
        box.open()

    def _closed(self, _result: int) -> None:
        self._is_showing = False
