"""The form of the settings of a demo or of a person's own training, generated from their declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.i18n import N_, _, ngettext, number
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.settings import Setting
from gui.look.controls import CalmSpinBox, button, label
from gui.look.language import keep_translated, set_translated
from gui.training.knobs.limits import StableRate
from gui.training.knobs.row import KnobRow

MARGIN = 12
IN_VIEW = 6  # knobs; the rest is folded until it is wanted


class Knobs(QScrollArea):
    """All knobs of one scenario, and the seed.

    Signals
    -------
    turned : key, value, the value before
    settled : a slider was released
    """

    turned = Signal(str, object, object)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Knobs"))
        self._rows: dict[str, KnobRow] = {}
        self._seed = CalmSpinBox()
        self._seed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._seed.setRange(0, 2**31 - 1)
        self._seed.setAccessibleName("seed")
        self._more: QPushButton | None = None
        self._is_unfolded = False
        self.show_scenario(None)
        keep_translated(self.retranslate)

    @property
    def seed(self) -> int:
        """Seed of the next start."""
        return self._seed.value()

    def show_seed(self, seed: int) -> None:
        self._seed.setValue(seed)

    def show_scenario(self, scenario: type[Scenario] | None) -> None:
        """Create the form of a scenario with its defaults."""
        self.show_settings(() if scenario is None else scenario.settings)

    def show_settings(self, settings: Sequence[Setting]) -> None:
        """Create the form of some settings with their defaults."""
        self._seed.setParent(None)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, 4, MARGIN, MARGIN)
        column.setSpacing(2)
        self._rows = {}
        self._more, self._is_unfolded = None, False
        if settings:
            self._fill(column, settings)
        else:
            column.addWidget(self._hint())
        column.addStretch(1)
        page.installEventFilter(self)
        self.setWidget(page)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the widest row beside the scroll bar, so that nothing scrolls horizontally."""
        page, least = self.widget(), super().minimumSizeHint()
        if page is None:
            return least
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        wide = page.minimumSizeHint().width() + beside
        return QSize(max(least.width(), wide), least.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @staticmethod
    def _hint() -> QWidget:
        hint = label(role="quiet")
        set_translated(hint.setText, N_("A demo's knobs appear here. You can turn them while it trains."))
        return hint

    def _fill(self, column: QVBoxLayout, settings: Sequence[Setting]) -> None:
        for setting in settings:
            row = KnobRow(setting)
            row.turned.connect(self.turned)
            row.turned.connect(self._show_used)
            row.settled.connect(self.settled)
            self._rows[setting.key] = row
            column.addWidget(row)
        self._more = QPushButton()
        self._more.setProperty("role", "link")
        self._more.setAutoDefault(False)
        self._more.clicked.connect(self._toggle_fold)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._seed_line())
        reset = button(N_("Reset all"), N_("Reset every knob to the demo's default"))
        reset.clicked.connect(self.reset_all)
        column.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_used()

    def _show_used(self) -> None:
        """Hide the knobs that the optimizer does not read, and fold those that matter less and were not turned."""
        used = self._used()
        first = set(sorted(used, key=lambda key: used[key].setting.rank)[:IN_VIEW])
        folded = [key for key, row in used.items() if key not in first and row.value == row.setting.default]
        for key, row in self._rows.items():
            row.setVisible(key in used and (self._is_unfolded or key not in folded))
        if self._more is not None:
            self._more.setVisible(bool(folded))
            self._show_more_text(len(folded))

    def _used(self) -> dict[str, KnobRow]:
        optimizer = self._rows["optimizer"].value if "optimizer" in self._rows else None
        return {key: row for key, row in self._rows.items() if optimizer is None or row.setting.is_used_by(optimizer)}

    def _show_more_text(self, count: int) -> None:
        assert self._more is not None
        text = ngettext("{n} more knob", "{n} more knobs", count).format(n=number(count))
        self._more.setText(("▾ " if self._is_unfolded else "▸ ") + text)
        self._more.setAccessibleName(text)

    def _toggle_fold(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self._show_used()

    def retranslate(self) -> None:
        """Set the text of the fold in the current language."""
        if self._more is not None:
            self._show_used()

    def reveal(self, keys: Iterable[str]) -> None:
        """Scroll to knobs and let them light up."""
        rows = [self._rows[key] for key in keys if key in self._rows]
        if any(row.isHidden() for row in rows):
            self._is_unfolded = True
            self._show_used()
        for row in reversed(rows):
            row.pulse()
            QTimer.singleShot(0, row, partial(self.ensureWidgetVisible, row))

    def show_stable_rate(self, stable: StableRate | None) -> None:
        """Shade the learning rates beyond a stable one."""
        if "lr" in self._rows:
            self._rows["lr"].show_stable(stable)

    def _seed_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        title = label(wraps=False)
        set_translated(title.setText, N_("Seed"))
        for part in (title, self._seed):
            set_translated(
                part.setToolTip, N_("Determines data, initial weights and order; takes effect at the next start")
            )
        self._seed.setFixedWidth(92)
        line.addWidget(title, 1)
        line.addWidget(self._seed)
        line.addSpacing(34)
        return line

    @property
    def values(self) -> dict[str, Value]:
        """The values that differ from their defaults, by key."""
        return {key: row.value for key, row in self._rows.items() if row.value != row.setting.default}

    def titles(self) -> dict[str, str]:
        """The names of the knobs, by key."""
        return {key: _(row.setting.title) for key, row in self._rows.items()}

    def value_of(self, key: str) -> Value:
        """The value that a knob shows; None for one that is not there."""
        return self._rows[key].value if key in self._rows else None

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show values without emitting `turned`; unknown keys are ignored."""
        for key, value in values.items():
            if key in self._rows:
                self._rows[key].show_value(value)
        self._show_used()

    def show_in_force(self, key: str, value: Value) -> None:
        """Show a value that the training itself has turned to."""
        if key in self._rows:
            self._rows[key].show_in_force(value)

    def turn(self, values: Mapping[str, Value]) -> None:
        """Set values as if the user had turned the knobs."""
        for key, value in values.items():
            if key in self._rows:
                self._rows[key].ask(value)

    @property
    def is_dragged(self) -> bool:
        """Whether a slider is being dragged."""
        return any(row.is_dragged for row in self._rows.values())

    def refuse(self, key: str, why: str) -> None:
        """Show at a field why its value was refused."""
        if key in self._rows:
            self._rows[key].refuse(why)

    def reset_all(self) -> None:
        """Reset every knob to its default."""
        for row in self._rows.values():
            row.reset()

    def apply_current_theme(self) -> None:
        """Redraw the icons in the current theme's colours."""
        for row in self._rows.values():
            row.apply_current_theme()
