"""The package that runs in a person's process, and how the program is reached and called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import overshoot
from engine.diagnosis.measured import command
from engine.report.versions import program_version
from tests.test_layers import loaded_after


def test_importing_overshoot_loads_nothing_of_the_program() -> None:
    watched = ("engine", "gui", "main", "torch", "numpy", "PySide6")
    assert loaded_after("import overshoot, overshoot.__main__", watched) == []


@pytest.mark.parametrize("call", [["main.py"], ["-m", "overshoot"]])
def test_each_way_in_says_the_version(call: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *call, "--version"],
        cwd=overshoot.program_folder(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["overshoot", overshoot.__version__] and program_version() == overshoot.__version__


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("/usr/bin/overshoot", "overshoot"),
        ("overshoot.exe", "overshoot"),
        ("/a/overshoot/__main__.py", "overshoot"),
        ("/overshoot/main.py", "main.py"),
    ],
)
def test_texts_name_the_program_as_it_was_called(monkeypatch: pytest.MonkeyPatch, called: str, name: str) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert command("explosion", {"lr": 0.1}) == f"{name} train explosion --set lr=0.1"


def test_the_program_goes_before_files_of_the_same_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    overshoot.reach_program()
    overshoot.reach_program()
    assert sys.path[:2] == [str(overshoot.program_folder()), str(tmp_path)]
