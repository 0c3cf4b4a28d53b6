"""The status line: pace, device, cost of the detectors, and whether the panel is up to date."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStatusBar, QWidget

from engine.brought.live import LiveRun
from engine.i18n import _, ngettext, number
from engine.run import OriginKind
from gui.look.controls import Elided
from gui.look.language import keep_translated, on_language_change
from gui.look.number_hints import hint
from gui.runs.document import Shown
from gui.threads.following import LIVE_SECONDS
from gui.threads.messages import Phase, Snapshot

RATE_SECONDS = 0.5


class StatusLine(QStatusBar):
    """Shows the state of training and run; the pace is averaged over half a second, so that it does not flicker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._text = Elided()
        self._text.setProperty("role", "quiet")
        self.addWidget(self._text, 1)
        self._work = self._kept = ""
        self._rate = 0.0
        self._since = (time.perf_counter(), 0)
        self._last: tuple[Phase, Snapshot | None, Shown | None] = (Phase.IDLE, None, None)
        self._grown: dict[str, tuple[int, float]] = {}  # run id to its rows and when they came; 0.0 when it was opened
        self._ticking = QTimer(self)
        self._ticking.setInterval(1000)
        self._ticking.timeout.connect(self._tick)
        keep_translated(self._explain)
        on_language_change(self._update_text)

    def _explain(self) -> None:
        names = {"pace": _("steps/s"), "detectors": _("detectors %"), "rows": _("rows"), "events": _("events")}
        self._text.setToolTip("\n\n".join(f"{name}\n{hint(key)}" for key, name in names.items()))

    def show_state(self, phase: Phase, snapshot: Snapshot | None, shown: Shown | None, kept: str = "") -> None:
        """Show the state of the training and of the active run, and what is kept of it."""
        self._kept = kept
        self._last = (phase, snapshot, shown)
        self._measure(snapshot)
        self._watch_growth(shown)
        self._update_text()

    def _watch_growth(self, shown: Shown | None) -> None:
        if shown is None or shown.run.origin.kind is not OriginKind.LOG:
            self._ticking.stop()
            return
        rows, known = len(shown.run.table), self._grown.get(shown.run.id)
        if known is None or rows < known[0]:
            self._grown[shown.run.id] = rows, 0.0
        elif rows > known[0]:
            self._grown[shown.run.id] = rows, time.monotonic()
            self._ticking.start()

    def _tick(self) -> None:
        shown = self._last[2]
        if not self._live_text(shown) or (shown is not None and shown.run.ending is not None):
            self._ticking.stop()
        self._update_text()

    def _live_text(self, shown: Shown | None) -> str:
        """How long ago a growing log got its last row, or that its training has ended; empty if nothing is known."""
        if shown is None or shown.run.origin.kind is not OriginKind.LOG:
            return ""
        if shown.run.ending is not None:
            return _ended_text(shown.run.ending)
        _rows, at = self._grown.get(shown.run.id, (0, 0.0))
        seconds = round(time.monotonic() - at)
        if not at or seconds > LIVE_SECONDS:
            return ""
        live = LiveRun.of(shown.run)
        if live is not None and (ending := live.ending) is not None:
            return _ended_text(ending)
        return ngettext("live, last row {n} s ago", "live, last row {n} s ago", seconds).format(n=number(seconds))

    def show_work(self, text: str) -> None:
        """Show a description of other work under way; empty for none."""
        if text != self._work:
            self._work = text
            self._update_text()

    def _measure(self, snapshot: Snapshot | None) -> None:
        now, rows = time.perf_counter(), len(snapshot.run.table) if snapshot is not None else 0
        then, before = self._since
        if rows < before:
            self._since, self._rate = (now, rows), 0.0
        elif now - then >= RATE_SECONDS:
            self._rate = (rows - before) / (now - then)
            self._since = (now, rows)

    def _update_text(self) -> None:
        phase, snapshot, shown = self._last
        parts = [self._work] if self._work else self._training_parts(phase, snapshot)
        if shown is not None:
            rows = len(shown.run.table)
            parts.append(ngettext("{n} row", "{n} rows", rows).format(n=number(rows)))
            parts += [_panel_state(shown), *([self._kept] if self._kept else [])]
        text = "  ·  ".join(parts)
        if text != self._text.text():
            self._text.setText(text)

    def _training_parts(self, phase: Phase, snapshot: Snapshot | None) -> list[str]:
        if phase is Phase.LOADING:
            return [_("Preparing the training…")]
        if phase is Phase.IDLE:
            return [self._live_text(self._last[2]) or _("Ready")]
        parts = {Phase.PAUSED: [_("Paused")], Phase.ENDED: [_("Ended")]}.get(phase, [])
        if phase is Phase.RUNNING:
            parts = [_("{n} steps/s").format(n=number(self._rate, 3)), _device(snapshot)]
        if snapshot is not None and phase is Phase.RUNNING:
            parts.append(_("detectors {percent} %").format(percent=number(100 * snapshot.detector_share, 2)))
        return parts


def _ended_text(ending: str) -> str:
    return _("ended: {reason}").format(reason=ending) if ending else _("ended")


def _device(snapshot: Snapshot | None) -> str:
    return _("CPU") if snapshot is None or snapshot.device == "cpu" else snapshot.device.upper()


def _panel_state(shown: Shown) -> str:
    if shown.events is None:
        return _("the detectors are running")
    count = len(shown.listed)
    return ngettext("{n} event", "{n} events", count).format(n=number(count)) if count else _("no events")
