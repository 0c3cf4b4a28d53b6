"""Pictures of the window, offscreen.

``python -m tools.screenshots [folder [page ...]] [--language de ja]`` takes those for the README: every page in both
themes, in one or several languages. ``python -m tools.screenshots --log FILE --out PNG --theme dark --select
first-event`` takes one of a log.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.screenshots.pages import ROOT, STEPS, rest, show_log

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.window.main_window import MainWindow

FOLDER = ROOT / "docs" / "images"
SIZE = (1280, 720)


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
    made.add_argument("--size", type=size_of, default=SIZE, help="such as 1280x720")
    made.add_argument("--plain", action="store_true", help="its bare curve instead, as a tracker draws it")
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
    window.resize(*SIZE)
    window.show()
    return window


def take_log(wanted: argparse.Namespace) -> None:
    """One picture of one log."""
    from gui.look.language import switch_language
    from gui.look.theme import ThemeMode

    window = made_window()
    switch_language(wanted.language[0])
    window.resize(*wanted.size)
    window.themes.set_mode(ThemeMode(wanted.theme))
    if wanted.smoothing is not None:
        window.tools.show_smoothing(wanted.smoothing)
    window.actions_["log_y"].setChecked(wanted.log_y)
    show_log(window, wanted.log)
    if wanted.select:
        select(window, wanted.select)
    shown = plain_curve(window, wanted.size) if wanted.plain else window
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    shown.grab().save(str(wanted.out))
    window.close()


def plain_curve(window: MainWindow, size: tuple[int, int]) -> QWidget:
    """The losses of the active run over its x, with nothing said about them."""
    import pyqtgraph as pg

    from gui.look.theme import current_theme

    assert window.runs.active is not None
    run, theme = window.runs.active.run, current_theme()
    shown = pg.PlotWidget(background=theme.surface)
    shown.resize(size[0], size[1] // 2)
    shown.showGrid(x=True, y=True, alpha=0.2)
    legend = shown.addLegend()
    for series, colour in zip(run.series, theme.curves, strict=False):
        column = run.table.series(series.name)
        x = [run.x_at(row) for row in column.rows]
        shown.plot(x, column.values, pen=pg.mkPen(colour, width=1.5), name=series.name)
    legend.setLabelTextColor(theme.text)
    for axis in ("bottom", "left"):
        shown.getAxis(axis).setTextPen(theme.text_quiet)
    return shown


def take(folder: Path, wanted: list[str], languages: list[str]) -> None:
    """One window, walked through the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    window = made_window()
    for name in wanted:
        window.resize(*SIZE)
        shown = STEPS[name](window)
        for language in languages:
            take_page(window, shown, folder / (name if language == "en" else f"{name}-{language}"), language)
        if shown is not None and shown.isWindow():
            shown.close()
    window.close()


def take_page(window: MainWindow, shown: QWidget | None, stem: Path, language: str) -> None:
    """The present page, a part of it, or a dialog before it, in both themes."""
    from PySide6.QtCore import QPoint, QRect

    from gui.look.language import switch_language
    from gui.look.theme import ThemeMode

    switch_language(language)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        window.themes.set_mode(mode)
        rest()
        seen = shown or window
        whole = seen.window().grab(QRect(seen.mapTo(seen.window(), QPoint()), seen.size()))
        whole.save(f"{stem}-{mode.value}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
