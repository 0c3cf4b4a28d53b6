"""The head of a watched run's file: what trains, where, with which settings."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1


def header(
    run: str, name: str, optimizers: Mapping[str, Any], settings: Mapping[str, Any], brought: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The first line of a run's file; `run` is its id, `brought` the file, hash and seed of a brought training."""
    return {
        "overshoot": FORMAT,
        "id": run,
        "name": name,
        "started": time.time(),
        "argv": list(sys.argv),
        "cwd": _working_folder(),
        "python": sys.executable,
        "process": os.getpid(),
        "host": platform.node(),
        "versions": _versions(),
        "optimizers": [described(key, optimizer) for key, optimizer in optimizers.items()],
        "settings": _plain(settings),
        **({"brought": dict(brought)} if brought else {}),
    }


def described(key: str, optimizer: Any) -> dict[str, Any]:
    """An optimizer's class and its groups without their parameters."""
    groups = [{k: _plain(v) for k, v in g.items() if k != "params"} for g in getattr(optimizer, "param_groups", ())]
    return {"name": key, "class": type(optimizer).__name__, "groups": groups}


def own_name() -> str:
    """A run's name without one given: that of the script."""
    script = Path(sys.argv[0]) if sys.argv and sys.argv[0] else Path("python")
    return script.stem if script.stem not in ("-c", "-m", "") else "python"


def _working_folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it has been deleted
        return ""


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int, float)) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if hasattr(value, "item") and getattr(value, "numel", lambda: 1)() == 1:
        return value.item()
    return str(value)[:200]


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("torch", "numpy", "transformers", "lightning", "keras", "accelerate"):
        version = getattr(sys.modules.get(name), "__version__", None)
        if version:
            found[name] = str(version)
    return found
