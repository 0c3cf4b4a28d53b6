"""What runs in a person's own process; it needs the standard library only and leaves the path alone until asked."""

from __future__ import annotations

import sys
from pathlib import Path

__version__ = "0.2.0"


def program_folder() -> Path:
    """The folder that holds the program: inside the package where it was installed, beside it in the source tree."""
    here = Path(__file__).resolve().parent
    inside = here / "_program"
    return inside if inside.is_dir() else here.parent


def reach_program() -> None:
    """Let this process import the program before anything else of the same names, a worker of a cluster included."""
    folder = str(program_folder())
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)


def program_name() -> str:
    """What the program was called by, for texts that say how to call it again.

    Returns
    -------
    str
        ``overshoot`` for the installed command and ``python -m overshoot``, else ``main.py``.
    """
    called = Path(sys.argv[0]) if sys.argv else Path()
    by_module = called.parts[-2:] == ("overshoot", "__main__.py")
    return "overshoot" if by_module or called.stem == "overshoot" else "main.py"
