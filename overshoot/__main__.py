"""The command ``overshoot``, and ``python -m overshoot``."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from overshoot import __version__, reach_program

# One package of each part of [app]; a missing one means that the extra was not installed.
NEEDED = ("PySide6", "pyqtgraph", "torch", "polars", "babel")
INSTALL = 'pip install "overshoot-desk[app]"'


def main() -> int:
    """Run the program, or print what has to be installed first."""
    if sys.argv[1:] == ["--version"]:
        print(f"overshoot {__version__}")
        return 0
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        print(f"Overshoot needs {', '.join(missing)}. Install the program with:\n  {INSTALL}", file=sys.stderr)
        return 2
    reach_program()
    from main import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
