"""A row of dots for each change: one dot a fork, filled where it stayed clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.experiments.records import Arm, Stage
from engine.experiments.wording import change_text
from engine.i18n import _, number
from gui.events.proof.fork_plot import CLEAN
from gui.look.theme import current_theme

ROW, DOT, GAP = 22, 4.5, 12
MOST_DOTS = 24


@dataclass(frozen=True)
class Outcome:
    """The forks of one change: how many stayed clean, of how many."""

    name: str
    clean: int
    forks: int
    is_top: bool = False

    @property
    def text(self) -> str:
        return _("{clean} of {forks}").format(clean=number(self.clean), forks=number(self.forks))


def outcomes(arms: Sequence[Arm], top: Arm | None = None) -> list[Outcome]:
    """One outcome a change, the unchanged forks last; confirmed counts replace those of the screening."""
    chosen: dict[str, Arm] = {}
    for arm in sorted(arms, key=lambda arm: (arm.stage is Stage.CONFIRM, arm.forks, -arm.distance)):
        chosen[arm.factor] = arm
    if top is not None:
        chosen[top.factor] = top
    order = sorted(
        chosen.values(), key=lambda arm: (arm.is_placebo, arm is not top, -arm.count.share if arm.forks else 0)
    )
    return [Outcome(change_text(arm), arm.clean, arm.forks, arm is top) for arm in order]


class OutcomeDots(QWidget):
    """Paints the outcomes."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Outcome] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_outcomes(self, shown: list[Outcome]) -> None:
        if shown != self.shown:
            self.shown = shown
            text = "\n".join(f"{outcome.name}: {outcome.text}" for outcome in shown)
            self.setAccessibleName(_("Clean forks of each change"))
            self.setAccessibleDescription(text)
            filled = _("A dot is one fork: filled if it stayed clean, hollow if the event came again.")
            self.setToolTip(f"{text}\n\n{filled}" if text else "")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, ROW * len(self.shown))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, ROW * len(self.shown))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, metrics = current_theme(), QFontMetrics(self.font())
        names = min(
            max((metrics.horizontalAdvance(outcome.name) for outcome in self.shown), default=0) + 12,
            self.width() // 2,
        )
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row, outcome in enumerate(self.shown):
                top = row * ROW
                painter.setPen(QColor(theme.text))
                name = metrics.elidedText(outcome.name, Qt.TextElideMode.ElideRight, names - 8)
                painter.drawText(QRectF(0, top, names, ROW), Qt.AlignmentFlag.AlignVCenter, name)
                left = self._paint_dots(painter, outcome, names, top)
                painter.setPen(QColor(theme.text_quiet))
                painter.drawText(QRectF(left, top, 90, ROW), Qt.AlignmentFlag.AlignVCenter, outcome.text)

    def _paint_dots(self, painter: QPainter, outcome: Outcome, left: float, top: float) -> float:
        """Paint the dots of a row and return where they end."""
        theme = current_theme()
        room = max(int((self.width() - left - 90) / GAP), 1)
        count = min(outcome.forks, MOST_DOTS, room)
        clean = round(outcome.clean * count / outcome.forks) if outcome.forks else 0
        colour = QColor(theme.curves[CLEAN])
        for place in range(count):
            is_clean = place < clean
            painter.setPen(QPen(colour if is_clean else QColor(theme.text_quiet), 1.4))
            painter.setBrush(colour if is_clean else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + DOT + place * GAP, top + ROW / 2), DOT, DOT)
        return left + count * GAP + 8
