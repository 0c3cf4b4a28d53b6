"""Trains a brought file in the person's own interpreter: ``python -m overshoot.run FILE``.

By itself it trains the file to its end, watched. With ``--serve`` it reads jobs, one JSON object a line, and answers
with lines of its own; what the person's code prints goes to standard error then.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from overshoot.blocks import columns_of
from overshoot.keeping import Keeper, disk_megabytes

REPLY_SECONDS = 0.1
ALIVE_SECONDS = 1.0


class Answers:
    """Lines to the program, and jobs from it.

    The person's code gets neither of the two pipes: it may print and read what it likes.
    """

    def __init__(self) -> None:
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
        source = os.fdopen(os.dup(0), encoding="utf-8")
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        self._lock = threading.Lock()
        self._jobs: deque[dict[str, Any]] = deque()
        self._has_jobs = threading.Event()
        self._stopped = threading.Event()
        self._process = os.getpid()
        threading.Thread(target=self._listen, args=(source,), daemon=True).start()

    def _listen(self, source: TextIO) -> None:
        for text in source:
            job = json.loads(text)
            if job.get("do") == "stop":
                self._stopped.set()
            else:
                self._jobs.append(job)
                self._has_jobs.set()
        os._exit(0)  # the program is gone

    def next_job(self) -> dict[str, Any]:
        """Wait for a job."""
        while not self._jobs:
            self._has_jobs.wait()
            self._has_jobs.clear()
        self._stopped.clear()
        return self._jobs.popleft()

    def is_stopped(self) -> bool:
        """Whether the program wants no more of the present job."""
        return self._stopped.is_set()

    def tell(self, record: Mapping[str, Any]) -> None:
        """Send a line."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self._out.write(json.dumps(record, default=str) + "\n")
            self._out.flush()


class Rows:
    """Sends rows in blocks ten times a second."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._rows: list[tuple[float, float, float | None, Mapping[str, Any]]] = []
        self._sent = self._began = time.perf_counter()

    def add(self, row: Mapping[str, float]) -> None:
        now = time.perf_counter()
        rest = {name: value for name, value in row.items() if name != "step"}
        self._rows.append((row["step"], now - self._began, None, rest))
        if now - self._sent > REPLY_SECONDS:
            self.flush()

    def flush(self) -> None:
        self._sent = time.perf_counter()
        if self._rows:
            self._answers.tell({"rows": columns_of(self._rows)})
            self._rows = []


def serve(path: Path) -> None:
    """Load the file, say what it declares, and do the jobs that come."""
    answers = Answers()
    try:
        from overshoot.bringing import BringError, Brought

        brought = Brought(path)
    except BaseException as error:
        answers.tell(failure(error, path))
        sys.exit(1)
    answers.tell({"loaded": str(brought.path), "sha256": brought.sha256, "declared": brought.declared})
    doers = {"describe": describe, "train": train, "fork": fork, "check": check}
    while True:
        job = answers.next_job()
        try:
            answers.tell({"done": job.get("id"), **doers[job["do"]](brought, job, answers)})
        except BringError as error:
            answers.tell({"error": str(error), "id": job.get("id")})
        except BaseException as error:  # a sys.exit in the person's code too
            answers.tell({**failure(error, path), "id": job.get("id")})


def failure(error: BaseException, path: Path) -> dict[str, Any]:
    """An error of the person's code: its text, its traceback without our own frames, its line in their file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = Path(__file__).resolve().parent
    shown = [f for f in frames if not Path(f.filename).resolve().is_relative_to(own) and "importlib" not in f.filename]
    text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(shown)])
    text += "".join(traceback.format_exception_only(type(error), error))
    lines = [f.lineno for f in shown if Path(f.filename).resolve() == path.resolve()]
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve() == path.resolve():
        lines = [error.lineno]
    name = type(error).__name__
    said = f"{name}: {error}" if str(error) else name
    return {"error": said, "traceback": text.rstrip(), "line": lines[-1] if lines else None}


def describe(brought: Any, job: Mapping[str, Any], _answers: Answers) -> dict[str, Any]:
    """What there is to know of a training before its first step."""
    loop = brought.loop(job["seed"], job.get("knobs"))
    return described(loop)


def described(loop: Any) -> dict[str, Any]:
    """Settings, sizes, and whether the loop is ours."""
    return {
        "settings": loop.trainee.settings(),
        "samples": loop.trainee.feed.samples,
        "total_steps": loop.total_steps,
        "updates_per_epoch": loop.trainee.updates_per_epoch,
        "is_ours": loop.trainee.training.is_ours,
        "keeps_workers": loop.trainee.feed.keeps_workers,
        "optimizers": list(loop.trainee.training.optimizers),
        "looks": bool(loop.trainee.training.held and loop.trainee.training.loss),
    }


def train(brought: Any, job: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """Train from the start, watched, with checkpoints for rewinding."""
    from overshoot.watching import Run

    loop = brought.loop(job["seed"], job.get("knobs"))
    answers.tell({"described": described(loop)})
    settings = {
        **loop.trainee.settings(),
        **{k: v["default"] for k, v in brought.declared.items()},
        **job.get("knobs", {}),
    }
    training = loop.trainee.training
    run = Run(training.models, training.optimizers, brought.path.stem, settings=settings, counts_steps=False)
    run.brought = known_of(brought, job)
    run.turner = lambda key, value: _turned(loop, key, value, settings)
    loop.trainee.lend = run.probe
    keeper = Keeper(Path(job["checkpoints"])) if job.get("checkpoints") else None
    turns = {int(step): dict(values) for step, values in job.get("turns", {}).items()}
    rows, until = Rows(answers), job.get("steps")
    end = "complete"
    try:
        while not answers.is_stopped() and (until is None or loop.step < until):
            if keeper is not None:
                keeper.take_if_due(loop)
            for key, value in turns.pop(loop.step + 1, {}).items():
                before = _turned(loop, key, value, settings)
                run.change(key, before, value)
                answers.tell({"change": {"step": loop.step + 1, "key": key, "before": before, "after": value}})
            run.step = loop.step + 1
            row = loop.next()
            if row is None:
                break
            run.log_all({k: v for k, v in row.items() if k != "step"}, step=loop.step)
            rows.add(row)
    except BaseException as error:
        end = f"exception: {type(error).__name__}: {error}"
        raise
    finally:
        rows.flush()
        _finish(keeper, run)
        run.close(end)
    kept = {} if keeper is None else {str(step): str(path) for step, path in keeper.kept.items()}
    return {"steps": loop.step, "file": str(run.path), "checkpoints": kept}


def _finish(keeper: Keeper | None, run: Any) -> None:
    """Wait for the states that are not written yet; if one could not be, the run's file says so."""
    if keeper is None:
        return
    keeper.finish()
    if keeper.error is not None:
        run.note(f"no more checkpoints were kept: {keeper.error}")


def _defaults(brought: Any) -> dict[str, Any]:
    return {key: knob["default"] for key, knob in brought.declared.items()}


def _turned(loop: Any, key: str, value: Any, settings: dict[str, Any]) -> Any:
    loop.trainee.turn(key, value)
    before, settings[key] = settings.get(key), value
    return before


def fork(brought: Any, job: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """Train from a place with one change; with ``save``, write the states of some steps in place of that."""
    from overshoot.levers import nudge
    from overshoot.states import load

    loop = brought.loop(job["seed"], job.get("knobs"))
    if job.get("state"):
        loop.restore(load(Path(job["state"])))
    start = loop.step
    turns = {int(step): dict(values) for step, values in job.get("turns", {}).items()}
    change = dict(job.get("change", {}))
    for step in sorted(turns):
        if step <= start:
            _turn_all(loop, turns[step])
    if job.get("nudge"):
        for optimizer in loop.trainee.training.optimizers.values():
            nudge(optimizer, *job["nudge"])
    _turn_all(loop, change)
    saved: dict[str, str] = {}
    wanted = {int(step): Path(path) for step, path in job.get("save", {}).items()}
    due, looks = set(job.get("looks", ())), {}
    skip_at, skipped = job.get("skip", (None, 0))
    rows = Rows(answers)
    if due and (seen := loop.trainee.look()) is not None:
        looks[str(loop.step)] = seen
    _save_if_wanted(loop, wanted, saved)  # a kept state may be one of them
    while loop.step < job["until"] and not answers.is_stopped():
        _turn_all(loop, {k: v for k, v in turns.get(loop.step + 1, {}).items() if k not in change})
        if loop.step == skip_at:
            loop.trainee.skip(skipped)
        row = loop.next()
        if row is None:
            break
        rows.add(row)
        _save_if_wanted(loop, wanted, saved)
        if loop.step in due and (seen := loop.trainee.look()) is not None:
            looks[str(loop.step)] = seen
    rows.flush()
    return {"steps": loop.step, "saved": saved, "looks": looks}


def _save_if_wanted(loop: Any, wanted: Mapping[int, Path], saved: dict[str, str]) -> None:
    from overshoot.states import save

    if loop.step in wanted:
        save(loop.state(), wanted[loop.step])
        saved[str(loop.step)] = str(wanted[loop.step])


def _turn_all(loop: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        loop.trainee.turn(key, value)


def check(brought: Any, job: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """Find out whether the training can be rewound."""
    from overshoot.checking import check as checked

    found: dict[str, Any] = {}
    told = time.perf_counter()
    for record in checked(lambda: brought.loop(job["seed"], job.get("knobs")), answers.is_stopped):
        found = record
        if time.perf_counter() - told > ALIVE_SECONDS:
            told = time.perf_counter()
            answers.tell({"progress": record})
    return found


def alone(path: Path, wishes: Namespace) -> int:
    """Train a file to its end without the program, from its start or from a kept state."""
    from overshoot.bringing import BringError, Brought, NoBuildError
    from overshoot.watching import has_watched, say

    try:
        brought = Brought(path)
        if wishes.sha256 and wishes.sha256 != brought.sha256:
            raise BringError(f"{path} has changed since the run: bring it again")
        loop, run = _watched(brought, wishes.seed, json.loads(wishes.knobs), json.loads(wishes.turns), wishes)
        keeper = Keeper(run.folder / "checkpoints")
        run.step = loop.step + 1
        try:
            while (row := loop.next()) is not None:
                run.log_all({k: v for k, v in row.items() if k != "step"}, step=loop.step)
                keeper.take_if_due(loop)
                run.step = loop.step + 1
        finally:
            _finish(keeper, run)
        run.close()
    except BringError as error:
        if isinstance(error, NoBuildError) and has_watched():
            return 0  # a script that trains by itself, and has been seen to
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 0
    except BaseException as error:  # a sys.exit in the person's code too
        said = failure(error, path)
        where = f"{path.name}:{said['line']}" if said["line"] else path.name
        print(said["traceback"], file=sys.stderr)
        say(f"{where}: {said['error']}")
        return 1
    say(f"{loop.step} steps, in {run.path}")
    return 0


def _watched(
    brought: Any, seed: int, knobs: Mapping[str, Any], turns: Mapping[str, Any], wishes: Namespace
) -> tuple[Any, Any]:
    """The loop at its place, with what was turned before it, and its run."""
    from overshoot.states import load
    from overshoot.watching import Run

    loop = brought.loop(seed, knobs)
    settings = {**loop.trainee.settings(), **_defaults(brought), **knobs, **turns}
    if wishes.state:
        loop.restore(load(Path(wishes.state)))
    _turn_all(loop, turns)
    training = loop.trainee.training
    name = wishes.name or brought.path.stem
    run = Run(training.models, training.optimizers, name, settings=settings, counts_steps=False)
    run.brought = known_of(brought, {"seed": seed, "knobs": dict(knobs)})
    run.turner = lambda key, value: _turned(loop, key, value, settings)
    loop.trainee.lend = run.probe
    return loop, run


def known_of(brought: Any, job: Mapping[str, Any]) -> dict[str, Any]:
    """What a run's file says of the file that was trained, for repeating it."""
    knobs = dict(job.get("knobs") or {})
    place = {"file": str(brought.path), "sha256": brought.sha256, "seed": job["seed"]}
    return {**place, "knobs": knobs, "declared": brought.declared, "checkpoints": disk_megabytes()}


def main() -> int:
    """Find the file, away from what else the working folder has."""
    parser = ArgumentParser("python -m overshoot.run")
    parser.add_argument("file", type=Path)
    parser.add_argument("--serve", action="store_true", help=SUPPRESS)
    parser.add_argument("--seed", type=int, default=0)
    for key, default in (("state", ""), ("knobs", "{}"), ("turns", "{}"), ("name", ""), ("sha256", "")):
        parser.add_argument(f"--{key}", default=default, help=SUPPRESS)
    wishes = parser.parse_args()
    if not wishes.file.is_file():
        parser.error(f"{wishes.file} is not a file")
    path = wishes.file.resolve()
    here = os.getcwd()  # noqa: PTH109 (as Python wrote it on the path)
    sys.path[:] = [p for p in sys.path if p not in ("", here)]
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    if wishes.serve:
        serve(path)
    return alone(path, wishes)


if __name__ == "__main__":
    sys.exit(main())
