"""Brings a training of a person's own, or watches one on another machine, each after it was confirmed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import N_, _, number
from engine.run import Value
from gui.look.controls import button, label
from gui.shell.notice import Answer
from gui.window.dialogs.output import OutputDialog
from overshoot.home import runs_folder
from overshoot.keeping import VARIABLE, disk_megabytes

if TYPE_CHECKING:
    from engine.brought.live import LiveRun

TAIL = 4000  # characters of what a process printed
# Prints a growing file until the connection is closed: left alone, tail would notice that only at the next row.
FOLLOWING = """sh -c 'exec 3<&0; { cat <&3; kill $$; } >/dev/null 2>&1 & exec tail -c +1 -F "$1"' sh"""
_HOME = re.compile(r"~[\w.-]*")


class BringDialog(QDialog):
    """Shows path and interpreter before anything is run.

    Signals
    -------
    confirmed : path of the file, path of the interpreter, megabytes on disk for checkpoints
    """

    confirmed = Signal(str, str, int)

    def __init__(self, path: str, python: str, megabytes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Bring a training"))
        self.setMinimumWidth(560)
        self.path, self.python = QLineEdit(path), QLineEdit(python)
        self.space = QSpinBox()
        self.space.setRange(1, 1_000_000)
        self.space.setSingleStep(256)
        self.space.setValue(megabytes)
        self.space.setSuffix(" MB")
        self.space.setToolTip(
            _("Checkpoints are states of the training, from which it can branch off; the oldest become sparser")
        )
        self._choose = button(N_("Choose…"), N_("Choose a file of Python"))
        self._choose.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self._choose)
        form = QFormLayout()
        form.addRow(_("Training file:"), row)
        form.addRow(_("Python that runs it:"), self.python)
        form.addRow(_("Disk space for checkpoints:"), self.space)
        self.python.setToolTip(_("The one of the environment in which your training's packages are installed"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(label(_("Your training runs in a process of its own, and its curve appears here.")))
        column.addLayout(form)
        self.why = label(role="quiet")
        column.addWidget(self.why)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run_button = self.buttons.addButton(_("Run it"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._confirm)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        for field in (self.path, self.python):
            field.textChanged.connect(self._update)
        self._update()

    def _ask(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Bring a training"), self.path.text(), "Python (*.py)")
        if name:
            self.path.setText(name)

    def _update(self) -> None:
        why = why_not(self.path.text(), self.python.text().strip())
        self.run_button.setEnabled(not why)
        self.why.setText(
            why or _("The file is executed: choose it only if you trust it. Its function build(seed) is called.")
        )

    def _confirm(self) -> None:
        self.confirmed.emit(self.path.text(), self.python.text().strip() or sys.executable, self.space.value())
        self.accept()


def why_not(path: str, python: str) -> str:
    """Why a file cannot be run by an interpreter, for the person; empty if it can be tried."""
    if not path:
        return _("Choose a Python file with a function build(seed); the folder “examples” holds some.")
    if not path.endswith(".py"):
        return _("{name} is not a Python file (.py).").format(name=Path(path).name)
    if not Path(path).is_file():
        return _("There is no file {path}.").format(path=path)
    if python and shutil.which(python) is None:
        return _("There is no program {path}.").format(path=python)
    return ""


class RemoteDialog(QDialog):
    """Asks for a host and the path of a run's file there.

    Signals
    -------
    confirmed : host, path there
    """

    confirmed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Watch over ssh"))
        self.setMinimumWidth(560)
        self.host, self.path = QLineEdit(), QLineEdit()
        self.host.setPlaceholderText("me@gpu-server")
        self.path.setPlaceholderText("~/.local/share/Overshoot/runs/…/run.jsonl")
        form = QFormLayout()
        form.addRow(_("Other machine:"), self.host)
        form.addRow(_("File on it:"), self.path)
        column = QVBoxLayout(self)
        column.addWidget(
            label(
                _("The file is copied with ssh and your keys while it grows. The other machine needs nothing but ssh.")
            )
        )
        column.addLayout(form)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._confirm)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)

    def _confirm(self) -> None:
        if self.host.text().strip() and self.path.text().strip():
            self.confirmed.emit(self.host.text().strip(), self.path.text().strip())
            self.accept()


class Bringing(QObject):
    """Starts and ends the processes of brought and of remote trainings; their runs arrive as files.

    Signals
    -------
    message_ready : a message for the user
    failed : a message that stays, and the answer that shows what was printed
    """

    message_ready = Signal(str)
    failed = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._last = "", sys.executable
        self._megabytes = disk_megabytes()
        self._confirmed: set[str] = set()  # files that the person has confirmed since the window was opened
        self._processes: list[QProcess] = []
        self._is_closing = False

    def ask(self) -> None:
        """Let the user choose a file and confirm it."""
        dialog = BringDialog(*self._last, self._megabytes, self._window)
        dialog.confirmed.connect(self.bring)
        dialog.open()

    def ask_remote(self) -> None:
        """Let the user name a run on another machine."""
        dialog = RemoteDialog(self._window)
        dialog.confirmed.connect(self.watch)
        dialog.open()

    def bring(self, path: str, python: str, megabytes: int) -> None:
        """Train a confirmed file in a process of its own, with so much disk space for its checkpoints."""
        self._last, self._megabytes = (path, python), megabytes
        self._confirmed.add(path)
        self._train(path, python)

    def branch(self, live: LiveRun, step: int, turns: Mapping[str, Value]) -> None:
        """Train a brought file on from a checkpoint; one that was not confirmed in this window is shown first."""
        brought = live.brought
        if brought is None or step not in live.checkpoints:
            return
        declared = brought.get("declared", {})
        knobs = {**brought.get("knobs", {}), **{k: v for k, v in turns.items() if k in declared}}
        rest = {k: v for k, v in turns.items() if k not in declared}
        name = _("{run} from step {step}").format(run=live.head.get("name", ""), step=number(step))
        words = ["--state", str(live.checkpoints[step]), "--seed", str(brought["seed"]), "--name", name]
        words += ["--knobs", json.dumps(knobs), "--turns", json.dumps(rest), "--sha256", brought["sha256"]]
        path, python = str(brought["file"]), str(live.head["python"])
        if path in self._confirmed:
            self._train(path, python, words)
            return
        dialog = BringDialog(path, python, live.budget, self._window)
        dialog.path.setReadOnly(True)
        dialog.confirmed.connect(lambda path, python, space: self._on_branch_confirmed(path, python, space, words))
        dialog.open()

    def _on_branch_confirmed(self, path: str, python: str, megabytes: int, words: list[str]) -> None:
        self._megabytes = megabytes
        self._confirmed.add(path)
        self._train(path, python, words)

    def _train(self, path: str, python: str, words: Sequence[str] = ()) -> None:
        from engine.brought.bridge import environment

        process = self._made(path)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        settings = QProcessEnvironment()
        for key, value in environment({VARIABLE: str(self._megabytes)}).items():
            settings.insert(key, value)
        process.setProcessEnvironment(settings)
        process.setWorkingDirectory(str(Path(path).parent))
        printed: list[str] = []
        process.readyReadStandardOutput.connect(lambda: _keep(process, printed))
        name = Path(path).name
        process.finished.connect(lambda code, _status: self._on_ended(name, code, "".join(printed)))
        process.start(python, ["-m", "overshoot.run", path, *words])
        self.message_ready.emit(_("{name} is starting…").format(name=name))

    def watch(self, host: str, path: str) -> None:
        """Copy a growing run from another machine; after a break ssh is called by the user again."""
        ssh = shutil.which("ssh")
        if ssh is None:
            self.message_ready.emit(_("The program ssh was not found."))
            return
        folder = runs_folder() / f"ssh-{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
        folder.mkdir(parents=True)
        process = self._made(host)
        process.setStandardOutputFile(str(folder / "run.jsonl"))
        process.finished.connect(lambda code, _status: self._on_lost(host, code, process))
        options = ["-o", "BatchMode=yes", "-o", "ServerAliveInterval=15"]
        process.start(ssh, [*options, "--", host, f"{FOLLOWING} {_as_word(path)}"])

    def _made(self, name: str) -> QProcess:
        process = QProcess(self)
        process.setObjectName(name)
        process.errorOccurred.connect(lambda error: self._on_error(process, error))
        self._processes.append(process)
        return process

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            text = _("{python} cannot be started: {reason}")
            self.message_ready.emit(text.format(python=process.program(), reason=process.errorString()))

    def _on_ended(self, name: str, code: int, printed: str) -> None:
        if self._is_closing:
            return
        if code:
            text = _("{name} has failed: {reason}").format(name=name, reason=reason_in(printed))
            self.failed.emit(text, Answer(_("Show output"), lambda: OutputDialog(text, printed, self._window).open()))
        else:
            self.message_ready.emit(_("{name} has ended.").format(name=name))

    def _on_lost(self, host: str, code: int, process: QProcess) -> None:
        if not self._is_closing:
            reason = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip().splitlines()
            text = _("The connection to {host} has ended: {reason}")
            self.message_ready.emit(text.format(host=host, reason=reason[-1] if reason else str(code)))

    def close(self) -> None:
        """End what still runs."""
        self._is_closing = True
        for process in self._processes:
            if process.state() is not QProcess.ProcessState.NotRunning:
                process.kill()
                process.waitForFinished(2000)


def _as_word(path: str) -> str:
    """A path as one word for the other machine's shell, which still finds a home by its ~."""
    home, slash, rest = path.partition("/")
    return f"{home}/{shlex.quote(rest)}" if slash and _HOME.fullmatch(home) else shlex.quote(path)


def _keep(process: QProcess, printed: list[str]) -> None:
    text = "".join(printed) + bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
    printed[:] = [text[-TAIL:]]


def reason_in(printed: str) -> str:
    """The line that says what went wrong, and where in the file.

    Examples
    --------
    >>> reason_in("overshoot: my.py:3: NameError: x\\nTraceback ...\\n  File ...")
    'my.py:3: NameError: x'
    """
    lines = printed.strip().splitlines()
    said = [line.removeprefix("overshoot: ") for line in lines if line.startswith("overshoot: ")]
    return said[-1] if said else lines[-1] if lines else _("it printed nothing")
