"""Pictures of the window for the README: ``python -m tools.screenshots [folder [step ...]]``, offscreen."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images"
SAMPLE = ROOT / "resources" / "samples" / "overfitting.csv"
SIZES = {"": (1280, 720), "-2560x1440": (2560, 1440)}
PATIENCE_SECONDS = 120.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    from PySide6.QtCore import QCoreApplication

    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QCoreApplication.processEvents()
        time.sleep(0.005)


def rest(seconds: float = 0.4) -> None:
    """Let glides and layouts come to an end."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end)


def show_start(window: MainWindow) -> None:
    rest()


def show_sample(window: MainWindow) -> None:
    window.open_files([SAMPLE])
    wait_until(lambda: window.runs.active is not None and window.runs.active.events is not None)
    rest()


def demo(name: str) -> Callable[[MainWindow], None]:
    """A step that trains a demo to its end."""

    def show(window: MainWindow) -> None:
        from gui.bridge import Phase
        from gui.pace import FULL

        window.scenarios.choose(name)
        window.desk.set_pace(FULL)
        window.desk.begin()
        window.actions_["log_y"].setChecked(name == "explosion")
        wait_until(lambda: window.training.phase is Phase.ENDED)
        rest()

    return show


STEPS: dict[str, Callable[[MainWindow], None]] = {
    "start": show_start,
    "log": show_sample,
    "training": demo("explosion"),
    "late-rise": demo("late-rise"),
}


def main(arguments: list[str]) -> int:
    """Take all pictures, in both themes and all sizes; names after the folder choose some."""
    folder = Path(arguments[0]) if arguments else FOLDER
    wanted = arguments[1:] or list(STEPS)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["OVERSHOOT_HOME"] = home
        take(folder, wanted)
    return 0


def take(folder: Path, wanted: list[str]) -> None:
    """One window, walked through the steps."""
    from PySide6.QtWidgets import QApplication

    from gui.app import make_window
    from gui.theme import ThemeMode

    app = QApplication.instance() or QApplication([])
    window = make_window(app)
    window.resize(*SIZES[""])
    window.show()
    for name in wanted:
        STEPS[name](window)
        for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
            window.themes.set_mode(mode)
            for size, (width, height) in SIZES.items():
                window.resize(width, height)
                rest()
                window.grab().save(str(folder / f"{name}-{mode.value}{size}.png"))
        window.resize(*SIZES[""])
    window.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
