"""A watched script that is proved by running its command again, with one change from a step on."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.brought.bridge import environment
from engine.brought.errors import BroughtError, Hung
from engine.brought.source import Described, IsStopped, Source, Worker
from engine.i18n import _, number
from engine.logs.names import loss_columns
from engine.logs.run_blocks import Blocks, settings_of
from engine.run import Value
from engine.table import Sparse

HANG_SECONDS = 300.0
POLL_SECONDS = 0.05
TAIL_LINES = 40


@dataclass(frozen=True)
class Rerun(Source):
    """A command line, run in the present folder."""

    command: str
    folder: Path

    @property
    def name(self) -> str:
        return self.command

    @property
    def label(self) -> str:
        return f"{self.folder}\n{self.command}"


class Rerunning(Worker):
    """Runs the command anew for every job, with the change in its environment."""

    def __init__(self, source: Rerun) -> None:
        self._source = source
        self._process: subprocess.Popen[str] | None = None
        self._place = Path(tempfile.mkdtemp(prefix="overshoot-rerun-"))
        self._count = 0
        self.head: dict[str, Any] = {}

    def describe(self, seed: int, knobs: Mapping[str, Value]) -> Described:
        settings = settings_of(self.head)
        return Described({**settings, "clip_norm": "off", "clip_update": "off", "hold_lr": False} if settings else {})

    def answers(self, job: Mapping[str, Any], is_stopped: IsStopped = lambda: False) -> Iterator[dict[str, Any]]:
        self._count += 1
        folder = self._place / str(self._count)
        change = self._change(job)
        more = {"OVERSHOOT_RUN": str(folder), "OVERSHOOT": ""}
        if change:
            more["OVERSHOOT_FORK"] = json.dumps(change)
        tail = self._start(more)
        assert self._process is not None
        until = int(job.get("until") or 0)
        steps = 0
        try:
            for rows in self._rows(folder / "run.jsonl", is_stopped, tail):
                steps += len(rows["rows"]["step"])
                yield rows
                if until and steps >= until:
                    break
        finally:
            self._end()
            shutil.rmtree(folder, ignore_errors=True)
        if not steps and not is_stopped():
            text = _("the command left no rows: it must call overshoot.watch and log the loss of every step")
            raise BroughtError(text, "".join(tail).rstrip())
        yield {"done": job.get("id"), "steps": steps, "looks": {}}

    def _change(self, job: Mapping[str, Any]) -> dict[str, Any]:
        if not job.get("nudge") and not job.get("change"):
            return {}
        levers = dict(job.get("change", {}))
        if "lr" in levers:
            groups = (self.head.get("optimizers") or [{}])[0].get("groups") or [{}]
            base = groups[0].get("initial_lr", groups[0].get("lr")) or 1.0
            levers["lr_factor"] = float(levers.pop("lr")) / float(base)
        levers = {key: value for key, value in levers.items() if value != "off"}
        return {"from": int(job.get("from", 0)), "levers": levers, "nudge": job.get("nudge")}

    def _start(self, more: Mapping[str, str]) -> deque[str]:
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        try:
            self._process = subprocess.Popen(
                shlex.split(self._source.command),
                cwd=self._source.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment(more),
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            text = _("“{command}” cannot be started: {reason}").format(command=self._source.command, reason=reason)
            raise BroughtError(text) from None
        threading.Thread(target=_drain, args=(self._process.stdout, tail), daemon=True).start()
        return tail

    def _rows(self, file: Path, is_stopped: IsStopped, tail: deque[str]) -> Iterator[dict[str, Any]]:
        """The losses as they are written, renumbered from 1, as blocks."""
        assert self._process is not None
        blocks, offset, rest, alive, loss, seen = Blocks(), 0, b"", time.monotonic(), "", 0
        while not is_stopped():
            is_over = self._process.poll() is not None
            data = b""
            with contextlib.suppress(OSError), file.open("rb") as stream:
                stream.seek(offset)
                data = stream.read()
            offset += len(data)
            whole, _newline, rest = (rest + data).rpartition(b"\n")
            found = blocks.feed(whole.decode("utf-8", "replace").split("\n")) if whole else []
            self.head = self.head or blocks.head
            for _count, columns in found:
                loss = loss or next(iter(loss_columns(list(columns))), "")
                cells = columns.get(loss)
                values = [] if cells is None else (cells.values if isinstance(cells, Sparse) else cells).tolist()
                if values:
                    yield {"rows": {"step": list(range(seen + 1, seen + 1 + len(values))), "loss": values}}
                    seen += len(values)
            alive = time.monotonic() if data else alive
            if is_over and not data:
                if self._process.returncode:
                    code = self._process.returncode
                    text = _("the command ended with exit code {code}").format(code=code)
                    raise BroughtError(text, "".join(tail).rstrip())
                return
            if time.monotonic() - alive > HANG_SECONDS:
                raise Hung(_("no step in {seconds} s; the process was ended").format(seconds=number(HANG_SECONDS)))
            if not data:
                time.sleep(POLL_SECONDS)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            if hasattr(os, "killpg"):
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()

    def close(self) -> None:
        self._end()
        shutil.rmtree(self._place, ignore_errors=True)


def _drain(stream: IO[str], tail: deque[str]) -> None:
    while piece := stream.readline(1 << 16):
        tail.append(piece)
