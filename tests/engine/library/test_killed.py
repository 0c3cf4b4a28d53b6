"""What was written before a `kill -9` is there, whole; a short round of ``python -m tools.kill_nine``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.kill_nine.writes import WRITES, problem

HALVES = """
for number in itertools.count(1):
    path.write_text("")
    time.sleep(0.05)
    said(number)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("kind", WRITES)
def test_nothing_that_was_written_is_lost_by_a_kill(kind: str, tmp_path: Path) -> None:
    assert [problem(WRITES[kind], tmp_path, seconds) for seconds in (0.0, 0.05)] == ["", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_half_a_file_is_noticed(tmp_path: Path) -> None:
    assert problem(replace(WRITES["pictures"], code=HALVES), tmp_path, 0.0)
