"""Pictures of the window, offscreen.

``python -m tools.screenshots [folder [page ...]] [--language de ja]`` takes those for the README: every page in both
themes and sizes, in one or several languages. ``python -m tools.screenshots --log FILE --out PNG --theme dark --select
first-event`` takes one of a log.
"""

from __future__ import annotations

import argparse
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
    show_log(window, SAMPLE)


def demo(name: str) -> Callable[[MainWindow], None]:
    """A step that trains a demo to its end."""

    def show(window: MainWindow) -> None:
        from gui.bridge_messages import Phase
        from gui.pace import FULL

        window.scenarios.choose(name)
        window.desk.set_pace(FULL)
        window.desk.begin()
        window.actions_["log_y"].setChecked(name == "explosion")
        wait_until(lambda: window.training.phase is Phase.ENDED)
        rest()

    return show


def show_probes(window: MainWindow) -> None:
    """The kick-in, its heat strip, and the probes."""
    demo("kick-in")(window)
    window.inside.show_probes()
    window.link.show_column("signal/*")
    rest(1.0)


def show_data(window: MainWindow) -> None:
    """What the kick-in's network is fed and gets wrong; the plots are those of the page before."""
    window.inside.show_data()
    wait_until(lambda: window.inside.data is not None and window.inside.data.sheet is not None)
    window.link.show_column("signal/*", False)
    rest()


def show_landscape(window: MainWindow) -> None:
    """The ill-conditioned bowl beyond 2/λ, in the middle of its explosion."""
    window.scenarios.choose("explosion")
    window.knobs.turn({"data": "bowl"})
    window.desk.set_pace(200.0)
    window.desk.begin()

    def is_under_way() -> bool:
        active = window.runs.active
        return active is not None and active.run.origin.scenario == "explosion" and len(active.run.table) > 60

    wait_until(is_under_way)
    window.training.pause()
    window.docks["landscape"].show()
    rest(1.0)
    wait_until(lambda: window.deeper.landscape_panel is not None and window.deeper.landscape_panel.valley is not None)


STEPS: dict[str, Callable[[MainWindow], None]] = {
    "start": show_start,
    "log": show_sample,
    "training": demo("explosion"),
    "late-rise": demo("late-rise"),
    "probes": show_probes,
    "data": show_data,
    "landscape": show_landscape,
}


def show_log(window: MainWindow, log: Path) -> None:
    """Open a log and wait until it is judged, or was refused."""
    window.open_files([log])

    def is_judged() -> bool:
        active = window.runs.active
        return bool(window.notice.text) or (active is not None and active.events is not None)

    wait_until(is_judged)
    rest()


def select(window: MainWindow, what: str) -> None:
    """Go to an event as a person does: the first one, the gravest, or the one with this kind."""
    events = {event.id: event for event in (window.runs.active.listed if window.runs.active else ())}
    order = [events[key] for key in window.events.order]
    if what == "gravest":
        order.sort(key=lambda event: (-event.severity.rank, -event.confidence))
    elif what != "first-event":
        order = [event for event in order if event.kind == what]
    if order:
        window.events.select(order[0].id)
        window.stack.select_event(order[0].id)
    rest(0.8)


def main(arguments: list[str]) -> int:
    """Take the pictures that the arguments ask for."""
    wanted = parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        os.environ["OVERSHOOT_HOME"] = home
        if wanted.log is not None:
            take_log(wanted)
        else:
            take(wanted.folder, wanted.page or list(STEPS), wanted.language)
    return 0


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="python -m tools.screenshots", description="Pictures of the window.")
    made.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    made.add_argument("page", nargs="*", help=", ".join(STEPS))
    made.add_argument("--language", nargs="+", default=["en"])
    made.add_argument("--log", type=Path, help="take a picture of this log instead")
    made.add_argument("--out", type=Path, default=Path("log.png"))
    made.add_argument("--theme", choices=["light", "dark"], default="light")
    made.add_argument("--size", type=size_of, default=SIZES[""], help="such as 1280x720")
    made.add_argument("--select", help="first-event, gravest, or a kind such as spike")
    made.add_argument("--smoothing", type=float)
    made.add_argument("--log-y", action="store_true")
    return made


def size_of(text: str) -> tuple[int, int]:
    """Width and height."""
    width, height = text.split("x")
    return int(width), int(height)


def made_window() -> MainWindow:
    """The window as it starts."""
    from PySide6.QtWidgets import QApplication

    from gui.app import make_window

    app = QApplication.instance() or QApplication([])
    window = make_window(app)
    window.resize(*SIZES[""])
    window.show()
    return window


def take_log(wanted: argparse.Namespace) -> None:
    """One picture of one log."""
    from gui.language import switch
    from gui.theme import ThemeMode

    window = made_window()
    switch(wanted.language[0])
    window.resize(*wanted.size)
    window.themes.set_mode(ThemeMode(wanted.theme))
    if wanted.smoothing is not None:
        window.tools.show_smoothing(wanted.smoothing)
    window.actions_["log_y"].setChecked(wanted.log_y)
    show_log(window, wanted.log)
    if wanted.select:
        select(window, wanted.select)
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(wanted.out))
    window.close()


def take(folder: Path, wanted: list[str], languages: list[str]) -> None:
    """One window, walked through the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    window = made_window()
    for name in wanted:
        STEPS[name](window)
        for language in languages:
            take_page(window, folder, name if language == "en" else f"{name}-{language}", language)
    window.close()


def take_page(window: MainWindow, folder: Path, name: str, language: str) -> None:
    """The present page in both themes and all sizes."""
    from gui.language import switch
    from gui.theme import ThemeMode

    switch(language)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        window.themes.set_mode(mode)
        for size, (width, height) in SIZES.items():
            window.resize(width, height)
            rest()
            window.grab().save(str(folder / f"{name}-{mode.value}{size}.png"))
    window.resize(*SIZES[""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
