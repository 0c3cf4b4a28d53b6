"""Many files are worked on at once, and their results come in the order of the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.commands.base import all_commands, command_named
from engine.commands.many import FEWEST, spread

ROOT = Path(__file__).resolve().parents[3]


def test_the_results_come_in_the_order_of_the_files() -> None:
    files = [str(i) for i in range(3 * FEWEST)]
    assert list(spread(str.title, files)) == files
    assert list(spread(str.title, [])) == []


def test_diagnose_says_the_same_of_many_files_as_of_each(tmp_path: Path) -> None:
    files = []
    for i in range(FEWEST + 3):
        loss = np.exp(-np.arange(60) / 20) + 0.01 * np.random.default_rng(i).random(60)
        loss[40] += 2 * (i % 2)
        files.append(tmp_path / f"{i}.csv")
        np.savetxt(files[-1], np.c_[np.arange(60), loss], delimiter=",", header="step,loss", comments="")
    files.insert(4, tmp_path / "missing.csv")
    whole = records(files)
    assert whole == [record for file in files for record in records([file])]
    assert [Path(record["file"]).name for record in whole] == [file.name for file in files]
    assert "error" in whole[4]


def test_nothing_is_forked_once_polars_has_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", sys)
    assert set(spread(_process, [str(i) for i in range(3 * FEWEST)])) == {os.getpid()}


def _process(_file: str) -> int:
    return os.getpid()


def test_many_files_that_need_polars_are_all_answered(tmp_path: Path) -> None:
    rows = "".join(f"{3 * i},{'nan' if i > 2 else 5.5 * i},{'' if i % 7 else 2.5},{i // 9}.0\n" for i in range(1, 50))
    files = [tmp_path / f"{i:02}.csv" for i in range(5 * FEWEST)]
    for file in files:
        file.write_text("step,loss,val_loss,epoch\n" + rows)
    assert {Path(record["file"]).name for record in records(files)} == {file.name for file in files}


def records(files: list[Path]) -> list[dict]:
    call = [sys.executable, str(ROOT / "main.py"), "diagnose", "--json", *map(str, files)]
    done = subprocess.run(call, capture_output=True, text=True, env={**os.environ, "LANG": "C"}, timeout=200)
    assert done.returncode in (0, 1, 2), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_command_is_found_by_its_name_alone() -> None:
    assert {name: command_named(name) for name in all_commands()} == all_commands()
    for other in ("base", "records", "many", "no_such", "os.path", "../x", ""):
        assert command_named(other) is None


@pytest.mark.parametrize("unwanted", ["scipy", "polars", "jinja2", "torch", "PySide6"])
def test_a_short_log_is_diagnosed_without_large_libraries(tmp_path: Path, unwanted: str) -> None:
    log = tmp_path / "short.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1):.4f}\n" for i in range(300)))
    code = f"import sys, main; main.main(['diagnose', '--json', {str(log)!r}]); print({unwanted!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "False", done.stderr
