"""Declares every action of the window once; menus, tool bar and shortcut sheet are generated from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from engine.i18n import N_, _
from gui.look.icons import icon
from gui.look.language import keep_translated, set_translated
from gui.shell.access_keys import without_access_key


@dataclass(frozen=True)
class Entry:
    """One action.

    Attributes
    ----------
    menu : str
        Title of its menu, marked with `N_`.
    shortcut : str
        Portable text, several separated by spaces.
    is_checkable : bool
    starts_group : bool
        Whether its menu has a separator above it.
    """

    key: str
    menu: str
    text: str
    about: str
    shortcut: str = ""
    icon: str = ""
    is_checkable: bool = False
    starts_group: bool = False


FILE, EDIT, TRAINING = N_("&File"), N_("&Edit"), N_("&Training")
VIEW, EVENTS, HELP = N_("&View"), N_("Eve&nts"), N_("&Help")
MENUS = (FILE, EDIT, TRAINING, VIEW, EVENTS, HELP)

ENTRIES = (
    Entry("open", FILE, N_("&Open…"), N_("Open one or several logs"), "Ctrl+O", "folder"),
    Entry("import", FILE, N_("&Import with options…"), N_("Open a log and choose how it is read"), "Ctrl+Shift+O"),
    Entry("open_folder", FILE, N_("Op&en folder…"), N_("Open a folder of logs, such as a TensorBoard log directory")),
    Entry("open_address", FILE, N_("Open &address…"), N_("Open a log from the network"), "Ctrl+Shift+A"),
    Entry("recent", FILE, N_("Open &recent"), N_("Recently opened files")),
    Entry("bring", FILE, N_("&Bring a training…"), N_("Run a training of your own and see it here"), starts_group=True),
    Entry("watch_remote", FILE, N_("&Watch over ssh…"), N_("See a training on another machine while it runs")),
    Entry("follow", FILE, N_("&Follow growing logs"), N_("Show new rows of opened logs as they are written"),
          is_checkable=True),
    Entry("library", FILE, N_("Run &library…"), N_("Find, open, export and delete saved runs"),
          "Ctrl+L", starts_group=True),
    Entry("close_run", FILE, N_("&Remove run"), N_("Remove the active run from the plots"), "Ctrl+W",
          starts_group=True),
    Entry("export_data", FILE, N_("Export &data…"), N_("Write the active run as CSV or Parquet"), "Ctrl+E",
          starts_group=True),
    Entry("export_report", FILE, N_("Export &report…"),
          N_("Write what happened, why, and what was proved, as HTML or Markdown"), "Ctrl+Shift+R"),
    Entry("export_figure", FILE, N_("Export &figure…"), N_("Write the plots as PNG, SVG or PDF"), "Ctrl+Shift+E"),
    Entry("preferences", FILE, N_("&Settings…"), N_("Language, theme and what to reopen at startup"), "Ctrl+,",
          starts_group=True),
    Entry("quit", FILE, N_("&Quit"), N_("Close the window; a training is stopped"), "Ctrl+Q", starts_group=True),
    Entry("undo", EDIT, N_("&Undo"), N_("Undo the last knob change, run removal, or mark of an event"), "Ctrl+Z"),
    Entry("redo", EDIT, N_("&Redo"), N_("Redo the last undone change"), "Ctrl+Shift+Z Ctrl+Y"),
    Entry("copy_figure", EDIT, N_("&Copy figure"), N_("Copy the plots to the clipboard"), "Ctrl+Shift+C",
          starts_group=True),
    Entry("palette", EDIT, N_("Fin&d anything…"), N_("Find an action, column, event, run or knob"), "Ctrl+K",
          starts_group=True),
    Entry("start", TRAINING, N_("&Start"), N_("Start the selected demo, or continue"), "Space", "play"),
    Entry("pause", TRAINING, N_("&Pause"), N_("Pause after the current step"), "Space", "pause"),
    Entry("step", TRAINING, N_("S&tep"), N_("Run one step"), "Right", "step"),
    Entry("stop", TRAINING, N_("St&op"), N_("Stop the training and keep its curve"), "Ctrl+.", "stop"),
    Entry("restart", TRAINING, N_("&Restart, same seed"), N_("Train again from the start"), "R", "restart",
          starts_group=True),
    Entry("restart_new", TRAINING, N_("Restart, &new seed"), N_("Train again with new data and initial weights"),
          "Shift+R", "dice"),
    Entry("device", TRAINING, N_("Compute &on"), N_("The CPU, or a GPU; results differ between them")),
    Entry("copy_settings", TRAINING, N_("&Copy run settings"), N_("Copy the run's settings to the clipboard as text"),
          starts_group=True),
    Entry("log_y", VIEW, N_("&Log y"), N_("Show the loss on a logarithmic axis"), "L", "logarithm", True),
    Entry("epoch_lines", VIEW, N_("&Epoch lines"), N_("Draw a line where each epoch starts"), "E",
          is_checkable=True),
    Entry("extremes", VIEW, N_("&Min, max and last"), N_("Mark the smallest, the largest and the last value"), "M",
          is_checkable=True),
    Entry("fit", VIEW, N_("&Fit"), N_("Show the whole run"), "F", "fit"),
    Entry("group_seeds", VIEW, N_("&Group repeated seeds"),
          N_("Show runs that differ only in their seed as a median with a band"), "G", is_checkable=True,
          starts_group=True),
    Entry("align", VIEW, N_("Count &x from"), N_("Align runs at an event or at their best value")),
    Entry("third", VIEW, N_("&More plots"), N_("Plot further columns")),
    Entry("zoom_back", VIEW, N_("&Back to the last view"), N_("Step back through the zooms"), "Backspace"),
    Entry("view_curve", VIEW, N_("&Curve"), N_("Show the curve alone"), "Ctrl+1", starts_group=True),
    Entry("view_landscape", VIEW, N_("Lan&dscape"), N_("Show the loss around the weights of a training"), "Ctrl+2"),
    Entry("view_data", VIEW, N_("D&ata"), N_("Show the data of a training, and what its model gets wrong"), "Ctrl+3"),
    Entry("start_page", VIEW, N_("St&art page"), N_("Back to demos, samples and recent files"), "Alt+Home",
          starts_group=True),
    Entry("panels", VIEW, N_("&Panels"), N_("Show and hide the side panels")),
    Entry("reset_layout", VIEW, N_("&Reset layout"), N_("Move all panels back to their default places")),
    Entry("full_screen", VIEW, N_("F&ull screen"), N_("Use the whole screen"), "F11", is_checkable=True),
    Entry("previous", EVENTS, N_("&Previous event"), N_("Go to the previous event"), "["),
    Entry("next", EVENTS, N_("&Next event"), N_("Go to the next event"), "]"),
    Entry("mark", EVENTS, N_("&You missed one…"), N_("Mark an event by hand: drag over it, or type where it is"),
          "Shift+M", starts_group=True),
    Entry("copy_events", EVENTS, N_("&Copy all events"), N_("Copy all events to the clipboard as text"),
          "Ctrl+Alt+C", starts_group=True),
    Entry("help", HELP, N_("&Getting started"), N_("How to begin, on the start page; again to go back"), "F1"),
    Entry("shortcuts", HELP, N_("&Keyboard shortcuts"), N_("List all shortcuts"), "?"),
    Entry("about", HELP, N_("&About Overshoot"), N_("Versions and the location of the error log"), starts_group=True),
)  # fmt: skip


class Actions(dict[str, QAction]):
    """The actions of one window, by key."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._submenus: dict[str, QMenu] = {}
        for entry in ENTRIES:
            self[entry.key] = self._made(entry, window)
        self._hints = _Hints(self, window)
        self.apply_current_theme()

    @staticmethod
    def _made(entry: Entry, window: QWidget) -> QAction:
        action = QAction(window)
        action.setObjectName(entry.key)
        action.setCheckable(entry.is_checkable)
        if entry.key != "pause":  # shares its shortcut with start; the window assigns it to whichever applies
            action.setShortcuts([QKeySequence(text) for text in entry.shortcut.split()])
        set_translated(action.setText, entry.text)
        return action

    def submenu(self, key: str) -> QMenu:
        """The submenu of an entry, created on first use."""
        if key not in self._submenus:
            menu = QMenu()
            menu.setToolTipsVisible(True)
            self._submenus[key] = menu
            self[key].setMenu(menu)
        return self._submenus[key]

    def fill(self, bar: QMenuBar) -> None:
        """Create the menus in a menu bar."""
        for title in MENUS:
            menu = bar.addMenu("")
            set_translated(menu.setTitle, title)
            for entry in ENTRIES:
                if entry.menu == title:
                    if entry.starts_group:
                        menu.addSeparator()
                    menu.addAction(self[entry.key])

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours."""
        for entry in ENTRIES:
            if entry.icon:
                self[entry.key].setIcon(icon(entry.icon))


class _Hints(QObject):
    """Keeps tool tips, with their shortcuts, and button texts translated; owned by the window."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        keep_translated(self.retranslate)

    def retranslate(self) -> None:
        for entry in ENTRIES:
            keys = ", ".join(
                QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText) for text in entry.shortcut.split()
            )
            action, about = self._actions[entry.key], _(entry.about)
            action.setIconText(without_access_key(_(entry.text)))
            action.setToolTip(f"{about}  ({keys})" if keys else about)
            action.setStatusTip(about)
