"""A watched script that is proved by running its command again, with one change from a step on."""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
import subprocess
import sys
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
from engine.brought.waiting import Runs, Waiting, ended
from engine.i18n import _, number
from engine.logs.names import loss_columns
from engine.logs.run_blocks import Blocks, settings_of
from engine.run import Value
from engine.table import Sparse

HANG_SECONDS = 300.0
POLL_SECONDS = 0.05
TAIL_LINES = 40
MOST_WAITING = 3  # processes, each with a training in its memory


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
        self._waits: dict[int, Waiting] = {}  # by the step in front of which it waits
        self._can_fork = sys.platform == "linux"
        self.head: dict[str, Any] = {}

    def describe(self, seed: int, knobs: Mapping[str, Value]) -> Described:
        settings = settings_of(self.head)
        return Described({**settings, "clip_norm": "off", "clip_update": "off", "hold_lr": False} if settings else {})

    def answers(self, job: Mapping[str, Any], is_stopped: IsStopped = lambda: False) -> Iterator[dict[str, Any]]:
        self._count += 1
        folder = self._place / str(self._count)
        change = self._change(job)
        start = int(job.get("from") or 0)
        waiting = self._waiting(start, is_stopped) if start else None
        if waiting is not None:
            yield from self._forked(waiting, folder, change, job, is_stopped)
            return
        more = {"OVERSHOOT_RUN": str(folder), "OVERSHOOT": ""}
        if change:
            more["OVERSHOOT_FORK"] = json.dumps(change)
        tail = self._start(more)
        assert self._process is not None
        until = int(job.get("until") or 0)
        steps = 0
        try:
            for rows in self._rows(folder / "run.jsonl", is_stopped, tail, self._process, until):
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

    def _rows(
        self, file: Path, is_stopped: IsStopped, tail: deque[str], process: Runs, until: int = 0, seen: int = 0
    ) -> Iterator[dict[str, Any]]:
        """The losses as they are written, renumbered from the one behind `seen`, as blocks; none behind `until`.

        Events depend on what follows them, so that a fork must not be judged by more rows than the run.
        """
        blocks, offset, rest, alive, loss = Blocks(), 0, b"", time.monotonic(), ""
        while not is_stopped():
            is_over = process.poll() is not None
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
                values = values[: max(0, until - seen)] if until else values
                if values:
                    yield {"rows": {"step": list(range(seen + 1, seen + 1 + len(values))), "loss": values}}
                    seen += len(values)
            alive = time.monotonic() if data else alive
            if is_over and not data:
                if code := process.poll():
                    text = _("the command ended with exit code {code}").format(code=code)
                    raise BroughtError(text, "".join(tail).rstrip())
                return
            if time.monotonic() - alive > HANG_SECONDS:
                raise Hung(_("no step in {seconds} s; the process was ended").format(seconds=number(HANG_SECONDS)))
            if not data:
                time.sleep(POLL_SECONDS)

    def _waiting(self, start: int, is_stopped: IsStopped) -> Waiting | None:
        """The process that waits in front of a step to be forked, started if necessary; None if it cannot be."""
        if not self._can_fork:
            return None
        found = self._waits.get(start)
        if found is None:
            if len(self._waits) >= MOST_WAITING:
                self._waits.pop(next(iter(self._waits))).end()
            self._count += 1
            place = self._place / f"waits-{self._count}"
            place.mkdir()
            more = {"OVERSHOOT_RUN": str(place / "run"), "OVERSHOOT": ""}
            tail = self._start({**more, "OVERSHOOT_FORK": json.dumps({"from": start, "waits_in": str(place)})})
            assert self._process is not None
            found, self._process = Waiting(self._process, place, tail), None
            if not found.is_there(is_stopped):
                found.end()
                self._can_fork = is_stopped()  # whoever stopped it has learnt nothing
                return None
            self._waits[start] = found
        return found

    def _forked(
        self, waiting: Waiting, folder: Path, change: Mapping[str, Any], job: Mapping[str, Any], is_stopped: IsStopped
    ) -> Iterator[dict[str, Any]]:
        """The rows up to where the process waits, and those of a fork of it."""
        until, steps = int(job.get("until") or 0), 0
        if waiting.losses:
            steps = len(waiting.losses)
            yield {"rows": {"step": list(range(1, steps + 1)), "loss": waiting.losses}}
        fork = waiting.fork(f"{self._count}", {**change, "folder": str(folder)})
        try:
            for rows in self._rows(folder / "run.jsonl", is_stopped, waiting.tail, fork, until, steps):
                steps += len(rows["rows"]["step"])
                yield rows
                if until and steps >= until:
                    break
        finally:
            fork.end()
            shutil.rmtree(folder, ignore_errors=True)
        yield {"done": job.get("id"), "steps": steps, "looks": {}}

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            ended(process)

    def close(self) -> None:
        self._end()
        for waiting in self._waits.values():
            waiting.end()
        self._waits = {}
        shutil.rmtree(self._place, ignore_errors=True)


def _drain(stream: IO[str], tail: deque[str]) -> None:
    while piece := stream.readline(1 << 16):
        tail.append(piece)
