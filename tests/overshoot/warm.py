"""Runs scripts in forks of a process that has loaded torch: to load it takes several times as long as most of them do.

Each script is the main module of a process of its own, which has not loaded `overshoot` before. What depends on how a
process starts, or on how it ends with an error, needs one that was started for it.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import traceback
from functools import cache
from pathlib import Path

PATIENCE = 120  # seconds


class Warm:
    """The process that forks; started by the first script."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
        )

    def run(self, script: Path, environment: dict[str, str]) -> tuple[int, str, str]:
        """Run a script in its folder and return its exit code and output."""
        out, err = script.with_suffix(".out"), script.with_suffix(".err")
        order = {"script": str(script), "environment": environment, "out": str(out), "err": str(err)}
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        found = code, out.read_text(), err.read_text()
        out.unlink()
        err.unlink()
        return found

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE)


@cache
def warm() -> Warm:
    """The one of this process."""
    made = Warm()
    atexit.register(made.close)
    return made


def _serve() -> None:
    import torch

    torch.optim.Adam(torch.nn.Linear(1, 1).parameters())  # loads what any optimizer needs, half of all
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(script: str, environment: dict[str, str], out: str, err: str) -> None:
    """Run a script as `python SCRIPT` does, and end."""
    signal.alarm(PATIENCE)
    for number, path in ((0, os.devnull), (1, out), (2, err)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(environment)
    folder = Path(script).parent
    os.chdir(folder)
    sys.path[:] = [str(folder), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)), *sys.path]
    sys.argv[:] = [script]
    code = 1
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
