"""A brought training has the buttons, knobs, checkpoints and branches of a demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.run import Run
from gui.runs.logs.arriving import has_rows
from gui.window.main_window import MainWindow

SLOW = '''
import time

import overshoot
import torch


def build(seed, lr=1e-2, width=8):
    """A slow training.

    Parameters
    ----------
    width : int
        Cells.
    """
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.Tanh(), torch.nn.Linear(width, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr)
    inputs = torch.randn(64, 4)

    def loss(model, batch):
        time.sleep(0.005)
        return ((model(batch) - batch[:, :1]) ** 2).mean()

    return overshoot.Training(model, optimizer, [inputs], loss, epochs=100_000)
'''


def test_a_brought_run_is_paused_stepped_turned_branched_and_stopped(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "slow.py"
    file.write_text(SLOW)
    window.bringing.bring(str(file), window.bringing._last[1], 64)
    qtbot.waitUntil(lambda: window.runs.active is not None, timeout=120_000)
    desk, actions = window.desk, window.actions_
    assert desk.own.is_live
    assert {"lr", "beta2", "eps", "width"} <= set(window.knobs.titles())
    assert not window.docks.titles["knobs"].is_folded
    assert actions["pause"].isEnabled() and actions["step"].isEnabled() and actions["stop"].isEnabled()

    def run() -> Run:
        """The first run; following it makes a new object once."""
        return window.runs.all[0].run

    qtbot.waitUntil(lambda: len(run().table) > 120, timeout=60_000)
    window.knobs.turn({"lr": 0.5})
    qtbot.waitUntil(lambda: any(c.key == "lr" and c.after == 0.5 for c in run().changes), timeout=30_000)
    actions["pause"].trigger()
    grown = [-1]

    def has_settled() -> bool:
        before, grown[0] = grown[0], len(run().table)
        return before == grown[0]

    qtbot.wait(2500)
    qtbot.waitUntil(has_settled, timeout=30_000)
    rows = len(run().table)
    assert not actions["pause"].isEnabled()
    actions["step"].trigger()
    qtbot.waitUntil(lambda: len(run().table) == rows + 1, timeout=30_000)
    window.looking_back.show_checkpoints()
    live = desk.own.live
    assert live is not None
    kept = list(live.checkpoints)
    assert kept and kept[0] >= 50
    window.looking_back.branch(kept[0] + 5)
    qtbot.waitUntil(lambda: len(window.runs) == 2, timeout=120_000)
    branch = next(shown.run for shown in window.runs.all[1:])
    assert branch.table.values("step")[0] == kept[0] + 1
    assert branch.settings["lr"] == 0.5
    assert str(kept[0]) in branch.name
    window.runs.activate(0)
    qtbot.waitUntil(lambda: desk.own.live is not None and desk.own.live.folder == live.folder, timeout=10_000)
    actions["stop"].trigger()
    qtbot.waitUntil(lambda: not live.is_alive, timeout=30_000)
    assert json.loads((live.folder / "run.jsonl").read_text().splitlines()[-1]) == {"end": "stopped"}


SCHEDULED = """
import time

import overshoot
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), 0.05)
run = overshoot.watch(model, optimizer)
for step in range(20_000):
    if step == 300:
        optimizer.param_groups[0]["lr"] = 5.0
    run.log(loss=1 / (1 + step))
    optimizer.step()
    time.sleep(0.005)
"""


def test_the_knob_shows_the_rate_that_a_watched_script_trains_with(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    script = tmp_path / "train.py"
    script.write_text(SCHEDULED)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "OVERSHOOT_RUN": str(folder), "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, str(script)], env=environment)
    try:
        file = folder / "run.jsonl"
        qtbot.waitUntil(lambda: file.is_file() and has_rows(file.read_bytes(), 21), timeout=60_000)
        window.logs.open_files([file])
        qtbot.waitUntil(lambda: window.desk.own.is_live, timeout=60_000)
        assert window.knobs.value_of("lr") == 0.05
        qtbot.waitUntil(lambda: window.knobs.value_of("lr") == 5.0, timeout=60_000)
        window.knobs.turn({"lr": 0.2})
        seen = set()
        for _look in range(40):
            qtbot.wait(100)
            seen.add(window.knobs.value_of("lr"))
        assert seen == {0.2}
        assert window.runs.all[0].run.table.values("lr")[-1] == 0.2
    finally:
        process.kill()
        process.wait()
