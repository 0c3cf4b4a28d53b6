"""The window's state and preferences, kept in one settings file between sessions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from engine.home import home
from gui.look.theme import ThemeMode

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

RECENT = 10


class Remembered:
    """Typed access to the settings file; missing or damaged entries read as their defaults."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or home() / "window.ini"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = QSettings(str(self._path), QSettings.Format.IniFormat)

    def _texts(self, key: str) -> list[str]:
        value = self._file.value(key, [])
        if isinstance(value, str):
            return [value]
        return [str(v) for v in value] if isinstance(value, list) else []

    @property
    def recent(self) -> list[Path]:
        """Recently opened files that still exist, the latest first."""
        return [path for path in map(Path, self._texts("recent")) if path.exists()]

    def add_recent(self, paths: Iterable[Path]) -> None:
        """Add files to the front of the recent ones."""
        fresh = [path.absolute() for path in paths]
        kept = fresh + [path for path in self.recent if path not in fresh]
        self._file.setValue("recent", [str(path) for path in kept[:RECENT]])

    def clear_recent(self) -> None:
        """Empty the list of recent files."""
        self._file.remove("recent")

    @property
    def session(self) -> list[Path]:
        """The files that were open when the window was last closed and still exist."""
        return [path for path in map(Path, self._texts("session")) if path.exists()]

    @session.setter
    def session(self, paths: Iterable[Path]) -> None:
        self._file.setValue("session", [str(path.absolute()) for path in paths])

    @property
    def theme(self) -> ThemeMode:
        """The theme chosen."""
        try:
            return ThemeMode(str(self._file.value("theme", ThemeMode.SYSTEM)))
        except ValueError:
            return ThemeMode.SYSTEM

    @theme.setter
    def theme(self, mode: ThemeMode) -> None:
        self._file.setValue("theme", mode.value)

    @property
    def language(self) -> str | None:
        """The language chosen, or None to follow the environment."""
        return str(self._file.value("language", "")) or None

    @language.setter
    def language(self, code: str | None) -> None:
        self._file.setValue("language", code or "")

    def choices_for(self, path: Path) -> ReadOptions | None:
        """The read options chosen for files with the same first line; None if there are none."""
        from engine.logs.choices import options_from, signature  # the readers are not needed for the first window

        return options_from(self._texts(f"choices/{signature(path)}"))

    def remember_choices(self, path: Path, options: ReadOptions) -> None:
        """Store the read options for files with the same first line."""
        from engine.logs.choices import signature, texts_of

        self._file.setValue(f"choices/{signature(path)}", texts_of(options))

    def flag(self, key: str, default: bool) -> bool:
        """The boolean stored under a key."""
        return str(self._file.value(key, default)).lower() == "true"

    def set_flag(self, key: str, value: bool) -> None:
        self._file.setValue(key, bool(value))

    def real(self, key: str, default: float) -> float:
        """The number stored under a key."""
        try:
            return float(str(self._file.value(key, default)))
        except ValueError:
            return default

    def set_real(self, key: str, value: float) -> None:
        self._file.setValue(key, float(value))

    def text(self, key: str, default: str = "") -> str:
        """The text stored under a key."""
        return str(self._file.value(key, default))

    def set_text(self, key: str, value: str) -> None:
        self._file.setValue(key, value)

    def layout(self, key: str) -> QByteArray:
        """The window's stored geometry or dock state; empty when there is none."""
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, key: str, value: QByteArray) -> None:
        self._file.setValue(key, value)

    def clear_layout(self) -> None:
        """Remove the stored geometry and dock state."""
        for key in ("geometry", "docks"):
            self._file.remove(key)

    def write(self) -> None:
        """Write the file to disk now."""
        self._file.sync()
