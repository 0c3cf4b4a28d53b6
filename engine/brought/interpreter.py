"""Runs a brought file in the person's own interpreter and talks to it in lines."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import IO, Any

from engine.brought.bridge import environment
from engine.brought.errors import BroughtError, Hung
from engine.brought.source import BroughtFile, Described, IsStopped, Worker
from engine.i18n import _, number
from engine.run import Value

HANG_SECONDS = 300.0
POLL_SECONDS = 0.05
STOP_SECONDS = 5.0
TAIL_LINES = 40


class Interpreter(Worker):
    """``PYTHON -m overshoot.run FILE``, which builds the training anew for each job.

    Raises
    ------
    BroughtError
        If it does not start, or the file cannot be imported.
    """

    def __init__(self, file: BroughtFile, hang_seconds: float = HANG_SECONDS) -> None:
        self._file, self._hang_seconds = file, hang_seconds
        self._printed: deque[str] = deque(maxlen=TAIL_LINES)
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        try:
            self._process = subprocess.Popen(
                [file.python, "-m", "overshoot.run", "--serve", str(file.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(),
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise BroughtError(
                _("{python} cannot be started: {reason}").format(python=file.python, reason=reason)
            ) from None
        for work, stream in ((self._read, self._process.stdout), (self._drain, self._process.stderr)):
            threading.Thread(target=work, args=(stream,), daemon=True).start()
        try:
            loaded = next(self._until("loaded", lambda: False))
        except BroughtError:
            self.close()
            raise
        self.declared: dict[str, dict[str, Any]] = loaded["declared"]
        if loaded["sha256"] != file.sha256:
            self.close()
            raise BroughtError(_("{path} has changed since it was chosen: choose it again").format(path=file.path))

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            try:
                self._lines.put(json.loads(line))
            except ValueError:
                self._printed.append(line)
        self._lines.put(None)

    def _drain(self, stream: IO[str]) -> None:
        """Keep only the end of what the person's code prints, however much it is."""
        while piece := stream.readline(1 << 16):
            self._printed.append(piece)

    def describe(self, seed: int, knobs: Mapping[str, Value]) -> Described:
        job = {"do": "describe", "seed": seed, "knobs": dict(knobs)}
        *_others, done = self.answers(job)
        return described(done, self.declared)

    def answers(self, job: Mapping[str, Any], is_stopped: IsStopped = lambda: False) -> Iterator[dict[str, Any]]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"id": 0, **job}, default=str) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._ended() from None
        yield from self._until("done", is_stopped)

    def _until(self, last: str, is_stopped: IsStopped) -> Iterator[dict[str, Any]]:
        alive = time.monotonic()
        stopped_at: float | None = None
        while True:
            if stopped_at is None and is_stopped():
                stopped_at = time.monotonic()
                self._stop()
            try:
                record = self._lines.get(timeout=POLL_SECONDS)
            except queue.Empty:
                self._check_alive(alive, stopped_at)
                continue
            alive = time.monotonic()
            if record is None:
                raise self._ended()
            if "error" in record:
                raise BroughtError(record["error"], record.get("traceback", ""), record.get("line"))
            yield record
            if last in record:
                return

    def _stop(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write('{"do": "stop"}\n')
            self._process.stdin.flush()
        except OSError:
            return

    def _check_alive(self, alive: float, stopped_at: float | None) -> None:
        now = time.monotonic()
        if stopped_at is not None and now - stopped_at > STOP_SECONDS:
            self.close()
            raise BroughtError(_("it was stopped"))
        if now - alive > self._hang_seconds:
            self.close()
            text = _("no step in {seconds} s; the process was ended").format(seconds=number(self._hang_seconds))
            raise Hung(text, "".join(self._printed))

    def _ended(self) -> BroughtError:
        code = self._process.wait()
        text = _("the process ended by itself, with exit code {code}").format(code=code)
        return BroughtError(text, "".join(self._printed).rstrip())

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None and stream is not self._process.stdout and stream is not self._process.stderr:
                try:
                    stream.close()
                except OSError:
                    continue


def described(record: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]) -> Described:
    """The description in a record of the interpreter."""
    return Described(
        record["settings"], declared, int(record["samples"]), record["total_steps"], bool(record.get("looks"))
    )
