"""Themes of the window: light and dark colours, palette, style sheet, and the desktop's colour scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from string import Template
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from engine.events import Severity
from engine.resources import resource

SHEET = resource("themes", "overshoot.qss")


class ThemeMode(StrEnum):
    """The user's choice; `SYSTEM` tracks the desktop, also when it changes."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """Colours by purpose, as ``#rrggbb``.

    Attributes
    ----------
    background : str
        Behind panels and tool bars.
    surface : str
        Behind content: plots, cards, fields.
    raised : str
        A control at rest, or a card under the pointer.
    border, grid : str
        Lines between things; grid lines are fainter.
    text, text_quiet : str
        Both have at least 4.5 : 1 on `surface` and `background`.
    accent, on_accent : str
        What can be acted on, and text on top of it.
    curves : tuple of str
        Okabe-Ito colours, distinguishable with common colour blindness; the first is the active run's loss.
    runs : tuple of str
        Those, and further ones: each was chosen furthest from all before it (in Oklab, seen in full colour and with
        either red-green blindness), among those of at least 2.2 : 1 (light) or 3 : 1 (dark) on `surface`.
    severity : mapping of Severity to str
        Colour of the shape that marks a severity; at least 3 : 1 on `surface`.
    """

    is_dark: bool
    background: str
    surface: str
    raised: str
    border: str
    grid: str
    text: str
    text_quiet: str
    accent: str
    on_accent: str
    curves: tuple[str, ...]
    runs: tuple[str, ...]
    severity: Mapping[Severity, str]


_LIGHT_CURVES = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
_LIGHT_MORE = (
    "#78003C", "#3C00A5", "#964BFF", "#5A5A1E", "#B41E87", "#965A5A", "#96B487", "#003CE1", "#2D3C69",
    "#9687F0", "#693CB4", "#692D00", "#C3002D", "#FF4B5A", "#FF78D2", "#D22DC3", "#005A5A", "#870087",
)  # fmt: skip
# Blue #0072B2 is too dark here, so its place is taken by sky blue, and the sixth by Okabe and Ito's yellow.
_DARK_CURVES = ("#56B4E9", "#E69F00", "#00B083", "#E8702A", "#CC79A7", "#F0E442")
_DARK_MORE = (
    "#4B4BF0", "#FFD2FF", "#69693C", "#B400B4", "#1EF0B4", "#9678FF", "#E1005A", "#FFFFD2", "#875A87",
    "#96C3A5", "#4B87D2", "#FFC387", "#B4C3FF", "#E13CC3", "#B43C00", "#008769", "#FF78E1", "#78C35A",
)  # fmt: skip

LIGHT = Theme(
    is_dark=False,
    background="#f3f4f6",
    surface="#ffffff",
    raised="#e9ebee",
    border="#d5d8dd",
    grid="#eceef1",
    text="#1c1f24",
    text_quiet="#5a616c",
    accent="#0064a0",
    on_accent="#ffffff",
    curves=_LIGHT_CURVES,
    runs=(*_LIGHT_CURVES, *_LIGHT_MORE),
    severity=MappingProxyType({Severity.CRITICAL: "#D55E00", Severity.WARNING: "#C98200", Severity.INFO: "#0072B2"}),
)

DARK = Theme(
    is_dark=True,
    background="#1d1f23",
    surface="#15171a",
    raised="#2b2e34",
    border="#3a3e46",
    grid="#24272c",
    text="#e6e8eb",
    text_quiet="#a0a7b2",
    accent="#6cbef0",
    on_accent="#0b1a24",
    curves=_DARK_CURVES,
    runs=(*_DARK_CURVES, *_DARK_MORE),
    severity=MappingProxyType({Severity.CRITICAL: "#E8702A", Severity.WARNING: "#E69F00", Severity.INFO: "#56B4E9"}),
)

TEXT_SIZE = "text_percent"  # the key of the size of texts in the settings file

_current = LIGHT


def current_theme() -> Theme:
    """The theme in use."""
    return _current


class ThemeKeeper(QObject):
    """Applies the chosen theme to the application and emits `changed`."""

    changed = Signal(object)  # Theme

    def __init__(self, app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._mode = mode
        # Read before our own palette replaces the desktop's.
        self._is_desktop_dark = _is_dark(app.palette())
        app.setStyle("Fusion")
        self._font = _with_tabular_figures(app.font())
        app.setFont(self._font)
        app.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)
        self._apply_theme()

    @property
    def mode(self) -> ThemeMode:
        """The user's choice."""
        return self._mode

    def set_mode(self, mode: ThemeMode) -> None:
        """Use the light or the dark theme, or the desktop's."""
        self._mode = mode
        self._apply_theme()

    def set_text_percent(self, percent: float) -> None:
        """Show texts in so many percent of the desktop's size."""
        font = QFont(self._font)
        if font.pointSizeF() > 0:
            font.setPointSizeF(self._font.pointSizeF() * percent / 100)
        self._app.setFont(font)
        self._apply_theme()

    def _on_colour_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode is ThemeMode.SYSTEM:
            self._apply_theme()

    def _wanted(self) -> Theme:
        if self._mode is not ThemeMode.SYSTEM:
            return DARK if self._mode is ThemeMode.DARK else LIGHT
        scheme = self._app.styleHints().colorScheme()
        if scheme is Qt.ColorScheme.Unknown:
            return DARK if self._is_desktop_dark else LIGHT
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT

    def _apply_theme(self) -> None:
        global _current
        _current = self._wanted()
        self._app.setPalette(palette_of(_current))
        self._app.setStyleSheet(sheet_of(_current))
        self.changed.emit(_current)


def _is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def _with_tabular_figures(font: QFont) -> QFont:
    """Use digits of equal width, so that changing numbers do not make a line jitter."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette of a theme, for what the style sheet does not cover."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.background,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.PlaceholderText: theme.text_quiet,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.surface,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.border,
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.text_quiet))
    return palette


def sheet_of(theme: Theme) -> str:
    """The style sheet with a theme's colours substituted."""
    colours = {f.name: getattr(theme, f.name) for f in fields(theme) if isinstance(getattr(theme, f.name), str)}
    # Qt reads these paths with forward slashes on every system.
    colours["pictures"] = SHEET.parent.as_posix()
    colours["variant"] = "dark" if theme.is_dark else "light"
    return Template(SHEET.read_text("utf-8")).substitute(colours)
