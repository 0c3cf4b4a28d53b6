"""Switches the language while the window is open: what shows a text registers it here and is called again."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine.i18n import _, set_language


@dataclass(frozen=True)
class _Registration:
    """A method to call after every switch, without keeping its object alive.

    Not `weakref.WeakMethod`, which refuses the built-in methods of Qt's wrappers.

    Attributes
    ----------
    owner : weakref.ref
    method : callable
        Unbound; called with the owner.
    message : str or None
        Passed on translated; None for a method without arguments.
    """

    owner: weakref.ref
    method: Callable[..., Any]
    message: str | None

    def call(self) -> None:
        owner = self.owner()
        if not _is_alive(owner):
            return
        if self.message is None:
            self.method(owner)
        else:
            self.method(owner, _(self.message))


_registrations: list[_Registration] = []
_qt_translator: QTranslator | None = None
_swept_at = 0
SWEEP_EVERY = 1000  # registrations; cards come and go while a training runs


def set_translated(setter: Callable[[str], Any], message: str) -> None:
    """Set a widget's text in the current language, now and after every switch.

    Parameters
    ----------
    setter : bound method
        ``label.setText``; the registration ends with its object.
    message : str
        Marked with `N_`.
    """
    _register(setter, message)
    setter(_(message))


def keep_translated(retranslate: Callable[[], Any]) -> None:
    """Call a bound method that sets texts, now and after every switch."""
    _register(retranslate, None)
    retranslate()


def on_language_change(slot: Callable[[], Any]) -> None:
    """Call a bound method after every switch, but not now."""
    _register(slot, None)


def _register(method: Callable[..., Any], message: str | None) -> None:
    owner = method.__self__  # type: ignore[attr-defined]
    unbound = getattr(method, "__func__", None) or getattr(type(owner), method.__name__)
    _registrations.append(_Registration(weakref.ref(owner), unbound, message))
    global _swept_at
    if len(_registrations) - _swept_at > SWEEP_EVERY:
        _registrations[:] = [entry for entry in _registrations if _is_alive(entry.owner())]
        _swept_at = len(_registrations)


def switch_language(code: str | None) -> str:
    """Switch our texts, Qt's own and the number formats to a language.

    Parameters
    ----------
    code : str or None
        Such as ``de``; None follows the environment.

    Returns
    -------
    str
        The language now in use.
    """
    language = set_language(code)
    QLocale.setDefault(QLocale(language))
    _switch_qt(language)
    for entry in list(_registrations):  # a copy: a call may create widgets and destroy others
        entry.call()
    return language


def _is_alive(owner: object | None) -> bool:
    return owner is not None and (not isinstance(owner, shiboken6.Object) or shiboken6.isValid(owner))


def _switch_qt(code: str) -> None:
    """Translate Qt's own dialogs and context menus."""
    global _qt_translator
    app = QCoreApplication.instance()
    if app is None:
        return
    if _qt_translator is not None:
        app.removeTranslator(_qt_translator)
    _qt_translator = QTranslator()
    if _qt_translator.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(_qt_translator)
