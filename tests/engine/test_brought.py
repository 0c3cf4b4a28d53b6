"""Brought trainings from the command line: their errors, their verdicts, their proofs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import main
from engine.brought.command import Rerun, Rerunning
from engine.brought.errors import BroughtError, Hung
from engine.brought.interpreter import Interpreter
from engine.brought.knobs import parted
from engine.brought.source import Brought, BroughtFile, Described, Place
from engine.events import EventKind
from engine.experiments.brought_forks import CREW, run_brought_fork
from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.fork_jobs import ForkJob
from engine.experiments.stations import Station
from engine.tasks.settings import SettingError
from tests.overshoot.scripts import START
from tests.overshoot.trainings import CLASSIFIER

RISING = """
import overshoot
import torch
from torch import nn


def build(seed, lr=3e-3):
    generator = torch.Generator().manual_seed(5)
    inputs = torch.randn(256, 10, generator=generator)
    data = torch.utils.data.TensorDataset(inputs, (inputs[:, :5].sum(1) > 0).long())
    model = nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 2))
    loss = lambda model, batch: nn.functional.cross_entropy(model(batch[0]), batch[1])
    optimizer = torch.optim.Adam(model.parameters(), lr)
    loader = torch.utils.data.DataLoader(data, 32, shuffle=True)
    return overshoot.Training(model, optimizer, loader, loss, epochs=40)
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERSHOOT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_bring_trains_a_file_and_leaves_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(CLASSIFIER)
    call = ["bring", "mine.py", "--json", "--steps", "20", "--set", "lr=0.01", "--set", "beta2=0.9@5", "--out", "t.csv"]
    assert main.main(call) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["steps"] == 20
    assert record["settings"]["lr"] == 0.01
    assert record["changes"] == [{"step": 5, "key": "beta2", "before": 0.999, "after": 0.9}]
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 21
    (file,) = (tmp_path / "home" / "runs").glob("*/run.jsonl")
    assert json.loads(file.read_text().splitlines()[0])["brought"]["seed"] == 0
    assert main.main(["diagnose", str(file.parent), "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out.splitlines()[0])["points"] == 20


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import overshoot\n\nprint(undefined_name)\n", "mine.py:3: NameError: name 'undefined_name' is not defined"),
        ("import overshoot\n\ndef build(seed:\n", "mine.py:3: SyntaxError"),
        ("import no_such_package\n", "mine.py:1: ModuleNotFoundError: No module named 'no_such_package'"),
        ("import sys\nprint('x' * 10**7, file=sys.stderr)\nsys.exit(3)\n", "mine.py:3: SystemExit: 3"),
        ("import os\nos._exit(7)\n", "the process ended by itself, with exit code 7"),
        ("x = 1\n", "mine.py has no function build"),
        (RISING.replace("build(seed, lr=3e-3)", "build(*, lr=3e-3)"), "build in mine.py must take the seed first"),
        (
            RISING.replace("batch: nn", "batch: (0, batch) or nn"),
            "the training returned a tuple as its loss, in place of a number",
        ),
        (RISING.replace("batch[1])", "batch[1]), 0"), "loss= and step= are functions, not a tuple"),
        (RISING.replace("nn.functional.cross_entropy(", "print("), "the training returned nothing as its loss"),
    ],
)
def test_an_error_of_the_file_is_said_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    (tmp_path / "mine.py").write_text(code)
    assert main.main(["bring", "mine.py"]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert "overshoot/run.py" not in err
    assert len(err) < 10_000


def test_a_hang_is_ended_and_said(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def build(seed):\n    import time\n    time.sleep(1000)\n")
    worker = Interpreter(BroughtFile.chosen(file), hang_seconds=1.0)
    with pytest.raises(Hung, match="no step in 1 s"):
        worker.describe(0, {})


def test_a_file_that_changed_since_it_was_chosen_is_not_trained(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RISING)
    chosen = BroughtFile.chosen(file)
    file.write_text(RISING + "\n")
    with pytest.raises(BroughtError, match="has changed since it was chosen"):
        Interpreter(chosen)


def test_a_start_that_is_a_kept_state_already_is_saved_as_well(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RISING)
    worker = Interpreter(BroughtFile.chosen(file))
    try:
        first, last = tmp_path / "0.pt", tmp_path / "3.pt"
        job = {"do": "fork", "seed": 0, "until": 3, "save": {"0": str(first), "3": str(last)}}
        *_rows, done = worker.answers(job)
        assert set(done["saved"]) == {"0", "3"}
        *_rows, done = worker.answers({**job, "state": str(last), "save": {"3": str(tmp_path / "again.pt")}})
        assert set(done["saved"]) == {"3"}
    finally:
        worker.close()


def test_what_the_code_prints_reaches_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(
        RISING.replace("return over", "print('{\"done\": 1}'); input_ = 1\n    return over")
    )
    assert main.main(["check", "mine.py", "--json"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["verdict"] for line in out] == ["exact"]


@pytest.mark.parametrize("call", ["bring nothing.py", "check notes.txt", "prove mine.py --set no=1"])
def test_a_wrong_call_exits_with_2(tmp_path: Path, call: str) -> None:
    (tmp_path / "mine.py").write_text(RISING)
    (tmp_path / "notes.txt").write_text("x")
    assert main.main(call.split()) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("depth=3", "no setting 'depth' here; available: lr"),
        ("schedule=cosine", "no setting 'schedule' here; available: lr"),
        ("width=3@9", "width is an argument of build: it holds from the start, without @STEP"),
    ],
)
def test_a_setting_that_there_is_not_is_told_with_those_that_there_are(given: str, said: str) -> None:
    key, _sign, value = given.partition("=")
    value, _at, step = value.partition("@")
    declared = {"lr": {"default": 0.1, "type": "float"}, "width": {"default": 4, "type": "int"}}
    values, later = ({}, {int(step): {key: value}}) if step else ({key: value}, {})
    with pytest.raises(SettingError) as refused:
        parted(values, later, declared)
    assert str(refused.value).startswith(said)
    assert "width" in str(refused.value)
    assert "mechanism" not in str(refused.value)  # what only a demo has


def test_the_cause_of_a_turned_rate_is_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(RISING)
    call = ["prove", "mine.py", "--set", "lr=1.0@100", "--forks", "6", "--factors", "lr,eps", "--json"]
    assert main.main(call) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["control"], found["verdict"], found["claim"], found["top"]) == (
        "reproduced",
        "cause",
        "experiment",
        "lr",
    )


def test_a_run_that_is_not_exact_is_only_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every run differs in the last digits, and ends before that has made another event of its rise."""
    noisy = "model(batch[0]) * (1 + 2e-7 * (__import__('os').urandom(1)[0] % 3))"
    code = RISING.replace("model(batch[0])", noisy).replace("epochs=40", "epochs=18")
    (tmp_path / "mine.py").write_text(code)
    call = ["prove", "mine.py", "--set", "lr=1.0@100", "--forks", "6", "--factors", "lr", "--json"]
    assert main.main(call) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["control"], found["claim"]) == ("not reproduced", "counts")
    assert found["top"] == "lr"


JUMPING = (
    START
    + """
run = overshoot.watch(model, optimizer)
for i in range(40):
    if i == 20: optimizer.param_groups[0]["lr"] = 3.0
    optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step()
    run.log(loss=loss)
"""
)


@pytest.fixture
def rerunning(tmp_path: Path) -> Iterator[Rerunning]:
    """A watched script whose learning rate jumps in the 21st step."""
    script = tmp_path / "train.py"
    script.write_text(JUMPING)
    worker = Rerunning(Rerun(shlex.join([sys.executable, str(script)]), tmp_path))
    yield worker
    worker.close()


def test_a_command_that_runs_again_can_hold_its_learning_rate(rerunning: Rerunning) -> None:
    def losses(**job: object) -> list[float]:
        return [loss for answer in rerunning.answers(job) if "rows" in answer for loss in answer["rows"]["loss"]]

    free = losses()
    assert rerunning.describe(0, {}).settings["hold_lr"] is False
    held = losses(**{"from": 15, "change": {"hold_lr": True}})
    assert len(free) == len(held) == 40
    assert free[:21] == held[:21]
    assert max(held[21:]) < 0.1 * max(free[21:])


def test_a_fork_of_a_command_compares_the_rows_behind_its_start(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(JUMPING)
    source = Rerun(shlex.join([sys.executable, str(script)]), tmp_path)
    losses = [loss for a in CREW.worker(source).answers({}) if "rows" in a for loss in a["rows"]["loss"]]
    rows = {"step": np.arange(1.0, 41), "loss": np.array(losses)}
    for start in (0, 15, 30):
        brought = Brought(source, Described({}), place=Place(start) if start else None)
        before = {name: values[:start] for name, values in rows.items()}
        station = Station("train.py", 0, {}, rows=before, brought=brought)
        job = ForkJob("control", station, Intervention(PLACEBO), None, EventKind.SPIKE, 21, 40, stops_at_event=False)
        result = run_brought_fork(job, lambda: False)
        assert result is not None
        assert result.steps.tolist() == list(range(start + 1, 41))
        assert np.array_equal(result.losses, rows["loss"][start:])
    CREW.close()


@pytest.mark.parametrize(
    ("more", "starts"),
    [
        ("", 1),
        ("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", 4),
        ("import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=-1)", 4),
        ("torch.set_num_threads(2); torch.randn(300, 300) @ torch.randn(300, 300)", 4),
    ],
)
def test_a_command_waits_at_a_step_and_is_forked_where_it_can_be(tmp_path: Path, more: str, starts: int) -> None:
    """A script that draws from all generators in each step goes on bit for bit, in however many forks."""
    drawing = "import random, numpy\nprint('begun', file=open('starts', 'a'))\n"
    noisy = "loss = loss_of() * (1 + .1 * random.random() + .1 * numpy.random.rand()) + .1 * torch.rand(1).sum()"
    script = tmp_path / "train.py"
    script.write_text(drawing + "random.seed(0); numpy.random.seed(0)\n" + JUMPING.replace("loss = loss_of()", noisy))
    with script.open("a") as stream:
        stream.write("print('over')\n")
    script.write_text(script.read_text().replace("run = over", f"{more}\nrun = over"))
    source = Rerun(shlex.join([sys.executable, str(script)]), tmp_path)
    begun = tmp_path / "starts"
    worker = Rerunning(source)

    def losses(**job: object) -> list[float]:
        return [loss for answer in worker.answers(job) if "rows" in answer for loss in answer["rows"]["loss"]]

    try:
        whole = losses()
        begun.write_text("")
        found = [losses(**{"from": 15, "until": 40, **change}) for change in ({}, {"change": {"lr": 1.0}}, {})]
        nudged = losses(**{"from": 15, "until": 30, "nudge": [0.1, 3]})
        assert found[0] == found[2] == whole
        assert found[1][:16] == whole[:16] and found[1][16:] != whole[16:]
        assert len(nudged) == 30  # events depend on what follows them
        assert nudged[:15] == whole[:15] and nudged[16:] != whole[16:30]
        assert len(begun.read_text().splitlines()) == starts + (starts > 1)  # the one that could not wait
    finally:
        worker.close()


def test_a_fork_of_a_command_that_fails_is_said(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(JUMPING.replace("    run.log", "    if i == 25: raise ValueError('of the person')\n    run.log"))
    worker = Rerunning(Rerun(shlex.join([sys.executable, str(script)]), tmp_path))
    try:
        with pytest.raises(BroughtError, match="ended with exit code 1") as failed:
            list(worker.answers({"from": 15, "until": 40, "change": {"eps": 1e-3}}))
        assert "of the person" in failed.value.whole_text
    finally:
        worker.close()


def test_a_fork_of_a_file_begins_at_its_first_step_too(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RISING)
    brought = Brought(BroughtFile.chosen(tmp_path / "mine.py"), Described({}))
    job = ForkJob(
        "control", Station("mine.py", 0, {}, brought=brought), Intervention(PLACEBO), None, EventKind.SPIKE, 1, 40
    )
    result = run_brought_fork(job, lambda: False)
    assert result is not None
    assert result.steps.tolist() == list(range(1, 41))
    CREW.close()
