"""What the folder of a watched run says of the process behind it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from engine.brought.live import LiveRun


def ended_process() -> int:
    """The id of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


HERE, GONE = {"host": platform.node(), "process": os.getpid()}, {"host": platform.node(), "process": ended_process()}
ELSEWHERE = {"host": "another", "process": 1}


@pytest.mark.parametrize(
    ("head", "lines", "ending"),
    [
        (HERE, [], None),
        (HERE, ['{"rows":{"step":[1],"loss":[1.0]}}'], None),
        (GONE, ['{"rows":{"step":[1],"loss":[1.0]}}'], ""),  # killed without a word
        (ELSEWHERE, ['{"rows":{"step":[1],"loss":[1.0]}}'], None),
        (ELSEWHERE, ['{"rows":{"step":[1],"loss":[1.0]}}', '{"end":"complete"}'], ""),
        (ELSEWHERE, ['{"end":"exception: ValueError: of the person: x"}'], "ValueError: of the person: x"),
        (HERE, ['{"end":"stopped"}'], ""),
        (HERE, ['{"rows":{"step":[1]'], None),
        (HERE, ["7"], None),
    ],
)
def test_a_run_tells_what_ended_it(tmp_path: Path, head: dict, lines: list[str], ending: str | None) -> None:
    (tmp_path / "run.jsonl").write_text("\n".join([json.dumps({"overshoot": 1, **head}), *lines]) + "\n")
    assert LiveRun(tmp_path, head).ending == ending
