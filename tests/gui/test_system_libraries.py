"""If the window cannot open, a message tells what is missing, and the process is not aborted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui.shell import system_libraries
from gui.shell.system_libraries import advice_for, advice_for_x11

ROOT = Path(__file__).resolve().parents[2]


def test_a_missing_library_is_named_with_its_packages() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    advice = advice_for(error) or ""
    assert "apt install libegl1" in advice and "dnf install libglvnd-egl" in advice


def test_another_import_error_is_not_explained_away() -> None:
    assert advice_for(ImportError("cannot import name 'QApplication'")) is None


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is a matter of Linux")
def test_what_the_x11_window_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(system_libraries, "_can_load", lambda name: name != "libxcb-cursor.so.0")
    assert "libxcb-cursor0" in (advice_for_x11() or "")


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is a matter of Linux")
def test_without_a_screen_the_program_says_so_and_exits_with_2() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env={**environment, "LANG": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no screen" in done.stderr
