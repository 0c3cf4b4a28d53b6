"""The part that runs in the user's own process; it needs only the standard library and changes no path at import."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.2.0"

# What a person's script uses, and the module that has it; loaded when it is used.
PUBLIC = {
    "watch": "watching",
    "Training": "training",
    "HuggingFace": "huggingface",
    "Lightning": "lightning_callback",
    "Keras": "keras_callback",
    "Accelerate": "accelerate_tracker",
}


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)


def program_folder() -> Path:
    """The folder of the program: inside the package if installed, beside it in the source tree."""
    here = Path(__file__).resolve().parent
    inside = here / "_program"
    return inside if inside.is_dir() else here.parent


def reach_program() -> None:
    """Make this process, or a worker of a cluster, import the program before other modules of the same names."""
    folder = str(program_folder())
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)


def program_name() -> str:
    """The name that the program was called by, for texts that show how to call it again.

    Returns
    -------
    str
        ``overshoot`` for the installed command and ``python -m overshoot``, else ``main.py``.
    """
    called = Path(sys.argv[0]) if sys.argv else Path()
    by_module = called.parts[-2:] == ("overshoot", "__main__.py")
    return "overshoot" if by_module or called.stem == "overshoot" else "main.py"
