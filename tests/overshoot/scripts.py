"""Runs small training scripts as a person would: in a folder of their own, with files of the program's names in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.overshoot.warm import warm

ROOT = Path(__file__).resolve().parent.parent.parent

START = """
import overshoot, torch
torch.manual_seed(0); torch.set_num_threads(1)
model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), 1e-2)
inputs = torch.randn(64, 4); targets = inputs[:, :1] ** 2
def loss_of(): return ((model(inputs) - targets) ** 2).mean()
"""
LOOP = """
for i in range(STEPS):
    optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step()
    run.log(loss=loss)
"""


def bridge(folder: Path) -> Path:
    """A folder with the package alone, as where it is installed without the program."""
    place = folder / "packages"
    place.mkdir(exist_ok=True)
    if not (place / "overshoot").exists():
        (place / "overshoot").symlink_to(ROOT / "overshoot", target_is_directory=True)
    return place


def written(folder: Path, code: str) -> Path:
    """A script in its folder."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for name in ("engine", "gui", "main"):
        (work / f"{name}.py").write_text("raise RuntimeError('this file is the person\\'s own')\n")
    script = work / "train.py"
    script.write_text(code)
    return script


def around(folder: Path, own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a script."""
    return {**os.environ, "OVERSHOOT_HOME": str(folder / "home"), "PYTHONPATH": str(bridge(folder)), **own}


def start(folder: Path, code: str, **environment: str) -> subprocess.Popen[str]:
    """Start a script in its folder."""
    script = written(folder, code)
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=script.parent,
        env=around(folder, environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, code: str, **environment: str) -> tuple[int, str, str]:
    """Run a script and return its exit code and output."""
    process = start(folder, code, **environment)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def run_warm(folder: Path, code: str, **environment: str) -> tuple[int, str, str]:
    """The same in a process that has torch already; not for what depends on how it starts, or ends with an error."""
    return warm().run(written(folder, code), around(folder, environment))


def files(folder: Path) -> list[Path]:
    """The files of the runs so far, the oldest first."""
    return sorted((folder / "home" / "runs").glob("*/run*.jsonl"), key=lambda p: p.stat().st_mtime_ns)
