"""Starts the application."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from gui.shell.system_libraries import advice_for, advice_for_x11

FAILED = 2
FRAME = 16, 48  # pixels that a desktop may draw around a window
FIRST_SHARE = 0.85  # of the screen, for the first window


def run_app(files: Sequence[str] = (), scenario: str | None = None, start: bool = False) -> int:
    """Show the window, run until it is closed, and return the exit code."""
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        return _refuse(advice_for(error) or str(error))
    if _opens_x11() and (advice := advice_for_x11()):
        return _refuse(advice)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    window = make_window(app)
    fit_screen(window)
    window.show()
    window.after_paint(lambda: open_requested(window, files, scenario, start))
    code = app.exec()
    wait_for_threads()
    return code


def wait_for_threads() -> None:
    """Wait for work that goes on after the window has closed: the process must not end under it."""
    from gui.threads.worker import WorkerThread

    WorkerThread.wait_for_late()


def make_window(app):
    """Set up the application and create its window, not shown yet."""
    gc.disable()  # what is created here stays; the window collects later (see `gui.shell.garbage`)
    import_without_reading_sources()
    from engine.later import load_when_used

    load_when_used("numpy")  # nothing before the first paint needs it
    from engine.desktop.entry import APPLICATION, DESKTOP_FILE
    from gui.look.icons import application_icon
    from gui.look.language import switch_language
    from gui.look.theme import TEXT_SIZE, ThemeKeeper
    from gui.shell.errors import ErrorHook
    from gui.shell.remembered import Remembered
    from gui.window.keyboard.keys import KeepKeys
    from gui.window.main_window import MainWindow

    app.setApplicationName(APPLICATION)
    app.setApplicationDisplayName(APPLICATION)
    app.setDesktopFileName(DESKTOP_FILE)
    app.setWindowIcon(application_icon())
    ErrorHook(app).install()
    remembered = Remembered()
    switch_language(remembered.language)
    themes = ThemeKeeper(app, remembered.theme)
    if (percent := remembered.real(TEXT_SIZE, 100)) != 100:
        themes.set_text_percent(percent)
    window = MainWindow(remembered, themes)
    KeepKeys(app, window)
    return window


def import_without_reading_sources() -> None:
    """Keep PySide6 from reading and keeping the source text of every module that is imported from now on.

    It looks for the name PySide6 in it, as modules with that name may have chosen another spelling of Qt's names. None
    does here, and six hundred sources are read from the disk and kept for nothing.
    """
    try:
        import shibokensupport.feature as feature
    except ImportError:
        return
    feature._mod_uses_pyside = lambda module: False


def fit_screen(window) -> None:
    """Resize the window so that it and its frame fit the screen."""
    from PySide6.QtCore import QSize

    if not window.isMaximized() and not window.isFullScreen():
        if window.remembered.layout("geometry").isEmpty():
            window.resize((window.screen().availableSize() * FIRST_SHARE).expandedTo(window.size()))
        window.resize(window.size().boundedTo(window.screen().availableSize() - QSize(*FRAME)))


def open_requested(window, files: Sequence[str], scenario: str | None, start: bool) -> None:
    """Open what the command line asked for, or the last session's files."""
    from engine.tasks.settings import SettingError

    if files:
        for file in files:
            window.logs.open_address(file)
    if scenario is not None:
        from engine.scenarios.base import scenario_named

        try:
            scenario_named(scenario)
        except SettingError as error:
            window.notice.show_message(str(error))
            return
        if start:
            window.start_demo(scenario)
        else:
            window.scenarios.choose(scenario)
    elif not files and window.remembered.flag("reopens_session", True):
        window.open_files(window.remembered.session)


def _opens_x11() -> bool:
    import os

    if sys.platform != "linux" or os.environ.get("WAYLAND_DISPLAY"):
        return False
    return os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb")


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return FAILED
