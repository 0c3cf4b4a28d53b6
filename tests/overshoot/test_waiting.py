"""A run that waits at a step: its forks give the rows that a run from the start gives."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.logs.run_blocks import Blocks, joined
from tests.overshoot.scripts import LOOP, START, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks a process that has torch in it")

SCRIPT = START + "run = overshoot.watch(model, optimizer)\n" + LOOP.replace("STEPS", "40")
LEVERS = {"lr_factor": 0.1}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WAIT_SECONDS = 60.0


def losses(folder: Path) -> list[float]:
    text = (folder / "run.jsonl").read_text(encoding="utf-8")
    _count, columns = joined(Blocks().feed(text.split("\n")))
    return columns["loss"].tolist()  # type: ignore[union-attr]


def waits_for(path: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + WAIT_SECONDS
    while not path.is_file():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until, f"{path.name} has not come"
        time.sleep(0.01)
    return path.read_text(encoding="utf-8")


def waiting(folder: Path, code: str) -> tuple[subprocess.Popen[str], Path]:
    place = folder / "place"
    place.mkdir()
    change = {"from": 20, "waits_in": str(place)}
    variables = {"OVERSHOOT_RUN": str(place / "run"), "OVERSHOOT_FORK": json.dumps(change)}
    return start(folder, code, **ONE_THREAD, **variables), place


def put(place: Path, name: str, folder: Path, levers: dict[str, float]) -> None:
    part = place / f"{name}.part"
    part.write_text(json.dumps({"levers": levers, "folder": str(folder)}))
    part.replace(place / f"{name}.json")


@pytest.mark.parametrize("levers", [{}, LEVERS])
def test_forks_give_the_rows_of_a_run_from_the_start(tmp_path: Path, levers: dict[str, float]) -> None:
    change = json.dumps({"from": 20, "levers": levers})
    alone = start(tmp_path, SCRIPT, **ONE_THREAD, OVERSHOOT_RUN=str(tmp_path / "alone"), OVERSHOOT_FORK=change)
    assert alone.wait(WAIT_SECONDS) == 0
    process, place = waiting(tmp_path, SCRIPT)
    try:
        assert waits_for(place / "ready", process) == ""
        for name in "ab":  # the first leaves the second nothing
            put(place, name, tmp_path / name, levers)
            assert waits_for(place / f"{name}.code", process) == "0"
            assert losses(place / "run") + losses(tmp_path / name) == losses(tmp_path / "alone")
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()


def test_a_change_that_is_withdrawn_while_it_is_read_ends_nothing(tmp_path: Path) -> None:
    ghost = """
from pathlib import Path
usual = Path.glob
Path.glob = lambda folder, pattern: [folder / f"gone{pattern[1:]}", *usual(folder, pattern)]
"""
    process, place = waiting(tmp_path, ghost + SCRIPT)
    try:
        waits_for(place / "ready", process)
        put(place, "a", tmp_path / "a", {})
        assert waits_for(place / "a.code", process) == "0"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n", "threads"),
        ("import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=-1)\n", "processes"),
    ],
)
def test_what_a_fork_would_lose_is_not_forked(tmp_path: Path, code: str, reason: str) -> None:
    process, place = waiting(tmp_path, code + SCRIPT)
    try:
        assert reason in waits_for(place / "ready", process)
        assert process.wait(WAIT_SECONDS) == 0
    finally:
        process.kill()
        process.communicate()
