"""Look into what the build makes, install the wheel into a clean environment and use it: ``make wheel-test``.

One line per check; a failed one prints what was found, and the others still run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tests.wheel import contents, installed
from tests.wheel.processes import Failed

T = TypeVar("T")


def passed(title: str, prepare: Callable[[Path], T], folder: Path, checks: Iterable[Callable[[T], None]]) -> list[bool]:
    """Whether the preparation and each check of what it made held; without the one there are no others."""
    folder.mkdir()
    prepared: list[T] = []
    outcomes = [_passes(title, lambda: prepared.append(prepare(folder)))]
    return outcomes + [_passes(check.__name__, lambda check=check: check(prepared[0])) for check in checks if prepared]


def _passes(name: str, check: Callable[[], None]) -> bool:
    began, problem = time.monotonic(), ""
    try:
        check()
    except Failed as failed:
        problem = str(failed)
    except Exception as error:  # output of another form than a check reads is a finding as well
        problem = f"{type(error).__name__}: {error}"
    outcome = "FAILED" if problem else "ok"
    print(f"{outcome:6} {time.monotonic() - began:5.1f} s  {name.replace('_', ' ')}", flush=True)
    for line in problem.splitlines():
        print(f"         {line}", flush=True)
    return not problem


def main() -> int:
    """Run all checks and give the exit code; what they made goes with its folder."""
    with tempfile.TemporaryDirectory(prefix="overshoot-wheel-") as name:
        folder = Path(name)
        outcomes = passed("the build backend installs", contents.Archives, folder / "archives", contents.CHECKS)
        outcomes += passed("the wheel installs", installed.Installed, folder / "installed", installed.CHECKS)
    print(f"{sum(outcomes)} of {len(outcomes)} checks passed")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
