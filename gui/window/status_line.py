"""The line below the plots: pace, device, what the detectors cost, and whether the panel is up to date."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QStatusBar, QWidget

from engine.i18n import _, ngettext, number
from gui.look.controls import label
from gui.look.language import keep_translated, on_language_change
from gui.look.number_hints import hint
from gui.runs.document import Shown
from gui.threads.messages import Phase, Seen

RATE_SECONDS = 0.5


class StatusLine(QStatusBar):
    """Says what is going on, in words that do not jump: the pace is averaged over half a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._text = label(role="quiet", wraps=False)
        self.addWidget(self._text, 1)
        self._work = ""
        self._rate = 0.0
        self._since = (time.perf_counter(), 0)
        self._last: tuple[Phase, Seen | None, Shown | None] = (Phase.IDLE, None, None)
        keep_translated(self._explain)
        on_language_change(self._tell)

    def _explain(self) -> None:
        names = {"pace": _("steps/s"), "detectors": _("detectors %"), "rows": _("rows"), "events": _("events")}
        self._text.setToolTip("\n\n".join(f"{name}\n{hint(key)}" for key, name in names.items()))

    def show_state(self, phase: Phase, seen: Seen | None, shown: Shown | None) -> None:
        """Say where the training and the active run stand."""
        self._last = (phase, seen, shown)
        self._measure(seen)
        self._tell()

    def show_work(self, text: str) -> None:
        """Say what is being done beside the training; empty when nothing is."""
        if text != self._work:
            self._work = text
            self._tell()

    def _measure(self, seen: Seen | None) -> None:
        now, rows = time.perf_counter(), len(seen.run.table) if seen is not None else 0
        then, before = self._since
        if rows < before:
            self._since, self._rate = (now, rows), 0.0
        elif now - then >= RATE_SECONDS:
            self._rate = (rows - before) / (now - then)
            self._since = (now, rows)

    def _tell(self) -> None:
        phase, seen, shown = self._last
        parts = [self._work] if self._work else self._training_parts(phase, seen)
        if shown is not None:
            rows = len(shown.run.table)
            parts.append(ngettext("{n} row", "{n} rows", rows).format(n=number(rows)))
            parts.append(_panel_state(shown))
        text = "  ·  ".join(parts)
        if text != self._text.text():
            self._text.setText(text)

    def _training_parts(self, phase: Phase, seen: Seen | None) -> list[str]:
        if phase is Phase.LOADING:
            return [_("Preparing the training…")]
        if phase is Phase.IDLE:
            return [_("Ready")]
        parts = {Phase.PAUSED: [_("Paused")], Phase.ENDED: [_("Ended")]}.get(phase, [])
        if phase is Phase.RUNNING:
            parts = [_("{n} steps/s").format(n=number(self._rate, 3)), _device(seen)]
        if seen is not None and phase is Phase.RUNNING:
            parts.append(_("detectors {percent} %").format(percent=number(100 * seen.detector_share, 2)))
        return parts


def _device(seen: Seen | None) -> str:
    return _("CPU") if seen is None or seen.device == "cpu" else seen.device.upper()


def _panel_state(shown: Shown) -> str:
    if shown.events is None:
        return _("the detectors are reading")
    count = len(shown.listed)
    return ngettext("{n} event", "{n} events", count).format(n=number(count)) if count else _("no events")
