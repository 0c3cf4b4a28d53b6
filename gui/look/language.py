"""Switching the language while the window is open: whoever shows a text says it here and is asked again."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine.i18n import _, set_language

# Owner, name of its method, and the message that the method takes (None: the method takes nothing).
_spoken: list[tuple[weakref.ref, str, str | None]] = []
_qt_translator: QTranslator | None = None
_swept_at = 0
SWEEP_EVERY = 1000  # registrations; cards come and go while a training runs


def say(setter: Callable[[str], Any], message: str) -> None:
    """Give a widget's text in the current language, now and after every switch.

    Parameters
    ----------
    setter : bound method
        ``label.setText``; the registration ends with its object.
    message : str
        Marked with `N_`.
    """
    _remember(setter, message)
    setter(_(message))


def keep_telling(tell: Callable[[], Any]) -> None:
    """Call a bound method that makes texts, now and after every switch."""
    _remember(tell, None)
    tell()


def on_switch(tell: Callable[[], Any]) -> None:
    """Call a bound method after every switch, but not now."""
    _remember(tell, None)


def _remember(method: Callable[..., Any], message: str | None) -> None:
    # The built-in methods of Qt's wrappers have no WeakMethod, so the object and the name are kept.
    _spoken.append((weakref.ref(method.__self__), method.__name__, message))  # type: ignore[attr-defined]
    global _swept_at
    if len(_spoken) - _swept_at > SWEEP_EVERY:
        _spoken[:] = [entry for entry in _spoken if _is_alive(entry[0]())]
        _swept_at = len(_spoken)


def switch(code: str | None) -> str:
    """Speak another language, in our own texts, Qt's and its numbers; the language spoken now is returned."""
    spoken = set_language(code)
    QLocale.setDefault(QLocale(spoken))
    _switch_qt(spoken)
    for entry in list(_spoken):  # a copy: what is told may make further widgets, and end others
        owner = entry[0]()
        if not _is_alive(owner):
            continue
        method = getattr(owner, entry[1])
        method() if entry[2] is None else method(_(entry[2]))
    return spoken


def _is_alive(owner: object | None) -> bool:
    return owner is not None and (not isinstance(owner, shiboken6.Object) or shiboken6.isValid(owner))


def _switch_qt(code: str) -> None:
    """Qt's own dialogs and context menus speak too."""
    global _qt_translator
    app = QCoreApplication.instance()
    if app is None:
        return
    if _qt_translator is not None:
        app.removeTranslator(_qt_translator)
    _qt_translator = QTranslator()
    if _qt_translator.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(_qt_translator)
