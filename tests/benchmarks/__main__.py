"""Runs every benchmark of this folder, or those named: ``python -m tests.benchmarks [plots ...]``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.benchmarks as folder

PREFIX = "bench_"


def names() -> list[str]:
    """The benchmarks there are: files ``bench_*.py`` with a function `main`."""
    found = (info.name for info in pkgutil.iter_modules(folder.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def main(wanted: list[str]) -> int:
    """Run the wanted ones, or all; the exit code is 1 when one of them returned a failure."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    failed = False
    for name in wanted or names():
        print(f"== {name}", flush=True)
        failed |= bool(importlib.import_module(f"{folder.__name__}.{PREFIX}{name}").main())
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
