"""When plots and panels are drawn: by the clock while a training runs, else as soon as something is new."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.training.pace import FULL
from gui.runs.document import Runs
from gui.threads.messages import Phase
from gui.threads.training import Training
from gui.window import frames as clock
from gui.window.frames import PANEL_SHARE_AT_FULL_SPEED, WINDOW_SHARE, Frames
from tests.gui.plots.runs import event, falling, run_of


@pytest.fixture
def parts(qtbot: QtBot):
    parent, runs = QObject(), Runs()
    training = Training(parent)
    frames = Frames(training, runs, parent)
    drawn: list[str] = []
    frames.due.connect(lambda: drawn.append("plots"))
    frames.panels_due.connect(lambda: drawn.append("panels"))
    yield training, runs, frames, drawn
    frames.stop()
    training.close()


def test_new_events_of_the_active_run_reach_the_panels_at_once(parts) -> None:
    _training, runs, _frames, drawn = parts
    first, second = run_of("first", loss=falling()), run_of("second", loss=falling())
    runs.add(first)
    runs.add(second)
    runs.set_events(second, (event("a", 3, 4),))
    assert drawn == ["panels"]
    runs.set_events(first, (event("b", 3, 4),))
    assert drawn == ["panels"]


def test_a_log_that_grows_is_drawn_at_once_or_with_the_next_frame_of_a_training(parts) -> None:
    training, _runs, frames, drawn = parts
    frames.draw()
    assert drawn == ["plots", "panels"]
    training.phase_changed.emit(Phase.RUNNING)
    frames.draw()
    assert drawn == ["plots", "panels"]


def test_frames_come_while_a_training_runs_and_a_last_one_when_it_pauses(qtbot: QtBot, parts) -> None:
    training, _runs, frames, drawn = parts
    assert not frames.is_running
    training.phase_changed.emit(Phase.RUNNING)
    qtbot.waitUntil(lambda: frames.count >= 2)
    assert drawn[:2] == ["plots", "panels"]
    before = frames.count
    training.phase_changed.emit(Phase.PAUSED)
    assert frames.count == before + 1 and drawn[-2:] == ["plots", "panels"]
    assert not frames.is_running


@pytest.mark.parametrize("frame", [0.0005, 0.002, 0.008])
@pytest.mark.parametrize("panels", [0.001, 0.02, 0.3])
def test_at_full_speed_the_window_keeps_to_its_share(parts, monkeypatch, frame: float, panels: float) -> None:
    training, _runs, frames, drawn = parts
    now = SimpleNamespace(clock=0.0, used=0.0)
    monkeypatch.setattr(clock, "time", SimpleNamespace(thread_time=lambda: now.used, monotonic=lambda: now.clock))
    frames.due.connect(lambda: setattr(now, "used", now.used + frame))
    frames.panels_due.connect(lambda: setattr(now, "used", now.used + panels))
    training.pace, frames._used, frames._looked_at = FULL, 0.0, 0.0
    while now.clock < 120:
        frames._on_timeout()
        now.clock += frames._timer.interval() / 1000
    assert now.used <= 120 * (WINDOW_SHARE + PANEL_SHARE_AT_FULL_SPEED) + panels
    assert drawn.count("plots") >= 240 and drawn.count("panels") >= 2  # half a second apart at most
    training.pace = 100.0
    frames._on_timeout()
    assert frames._timer.interval() == clock.FRAME_MILLISECONDS
