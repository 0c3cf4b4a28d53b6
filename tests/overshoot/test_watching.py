"""A person's script with three lines of ours: what it leaves, and that it trains as without them."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.logs.following import Follower
from engine.table import MetricTable
from overshoot.watching import watch
from tests.overshoot.scripts import LOOP, START, files, run, run_warm, start

WATCH = "run = overshoot.watch(model, optimizer)\n"


def only_run(folder: Path) -> MetricTable:
    (file,) = files(folder)
    (found,) = open_log(file.parent)
    return found.table


def steps_of(table: MetricTable, column: str) -> list[float]:
    """The steps with a value; a busy machine may put numbers of one step into two rows."""
    return table.values("step")[table.series(column).rows].tolist()


def test_three_lines_leave_a_run_that_is_read_like_any_log(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, START + WATCH + LOOP.replace("STEPS", "300"))
    assert (code, out, err) == (0, "", "")
    (file,) = files(tmp_path)
    (found,) = open_log(file.parent)
    assert found.name == "train"
    assert found.x == "step"
    assert found.settings["optimizer"] == "adam"
    assert found.settings["beta2"] == 0.999
    assert steps_of(found.table, "loss") == list(range(1, 301))
    assert {"time", "lr", "grad_norm", "update_norm", "weight_norm", "update_ratio", "grad_norm/2"} <= set(
        found.table.columns
    )
    assert json.loads(file.read_text().splitlines()[-1]) == {"end": "complete"}


def test_watching_changes_no_loss_by_a_bit(tmp_path: Path) -> None:
    told = "\nimport struct; print(struct.pack('d', loss.item()).hex(), torch.rand(1).item())\n"
    loop = LOOP.replace("STEPS", "200")
    drop = "model.insert(1, torch.nn.Dropout(.3))\n"
    watched = run_warm(tmp_path, START + drop + WATCH + loop + told)
    bare = run_warm(tmp_path, START + drop + loop.replace("    run.log(loss=loss)\n", "") + told)
    off = run_warm(tmp_path, START + drop + WATCH + loop + told, OVERSHOOT="off")
    assert watched[0] == bare[0] == off[0] == 0
    assert watched[1] == bare[1] == off[1]
    assert len(files(tmp_path)) == 1


def test_nothing_of_the_program_is_importable_beside_a_script(tmp_path: Path) -> None:
    asking = "import sys; print([n for n in ('engine', 'gui', 'main') if n in sys.modules])\n"
    assert run(tmp_path, START + WATCH + LOOP.replace("STEPS", "3") + asking)[:2] == (0, "[]\n")
    assert (
        run(tmp_path, "import overshoot, sys\nprint([n for n in ('torch', 'numpy') if n in sys.modules])")[1] == "[]\n"
    )
    assert (
        run_warm(tmp_path, "import sys; print('overshoot' in sys.modules, 'torch' in sys.modules)")[1] == "False True\n"
    )
    without = (
        "import sys; sys.modules['torch'] = sys.modules['numpy'] = None\nimport overshoot\nrun = overshoot.watch()\n"
    )
    assert run(tmp_path, without + "for i in range(9): run.log(loss=1 / (i + 1))\n")[0] == 0
    assert open_log(files(tmp_path)[-1])[0].table.values("step").tolist() == list(range(1, 10))


def test_numbers_of_one_step_share_its_row(tmp_path: Path) -> None:
    tail = "    if i % 3 == 2: run.log(val_loss=2 * loss.detach(), accuracy=.5)\n"
    run_warm(tmp_path, START + WATCH + LOOP.replace("STEPS", "30") + tail)
    (file,) = files(tmp_path)
    (found,) = open_log(file)
    assert [s.name for s in found.series] == ["loss", "val_loss"]
    assert found.table.count("val_loss") == found.table.count("accuracy") == 10
    pairs = found.table.series("val_loss")
    steps = found.table.values("step")[pairs.rows]
    losses = dict(zip(found.table.values("step")[found.table.series("loss").rows], found.table.values("loss")))
    assert np.array_equal(pairs.values, 2 * np.array([losses[s] for s in steps], np.float32))


def test_a_killed_process_loses_at_most_what_was_not_handed_over(tmp_path: Path) -> None:
    slow = "    import time; time.sleep(.005); print(i, flush=True)\n"
    process = start(tmp_path, START + WATCH + LOOP.replace("STEPS", "100000") + slow)
    assert process.stdout is not None
    for text in process.stdout:
        said = int(text)
        if said >= 200:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()
    (file,) = files(tmp_path)
    assert file.read_bytes().endswith(b"\n")
    (found,) = open_log(file)
    assert not found.warnings
    assert 100 < found.table.count("loss") <= said + 20


def test_the_follower_reads_blocks_and_takes_a_late_loss_as_a_series(tmp_path: Path) -> None:
    go = tmp_path / "go"
    waiting = f"\nimport pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(.02)\n"
    late = "for i in range(20): run.log(val_loss=1 / (i + 1))\n"
    process = start(tmp_path, START + WATCH + LOOP.replace("STEPS", "40") + waiting + LOOP.replace("STEPS", "7") + late)
    until = time.monotonic() + 60
    while not files(tmp_path) or b'"rows"' not in files(tmp_path)[0].read_bytes():
        assert time.monotonic() < until
        time.sleep(0.02)
    follower = Follower(files(tmp_path)[0].parent)
    (found,) = follower.runs
    go.touch()
    process.communicate(timeout=60)
    while follower.poll():
        pass
    assert follower.runs == [found]
    assert follower.generation == 0
    assert [s.name for s in found.series] == ["loss", "val_loss"]
    assert found.table.count("loss") == 47
    (again,) = open_log(files(tmp_path)[0])
    for name in again.table.columns:
        assert np.array_equal(again.table.values(name), found.table.values(name)), name
    assert again.series == found.series


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_notebook_cell_run_again_reads_once(tmp_path: Path, times: int) -> None:
    run_warm(tmp_path, START + (WATCH + LOOP.replace("STEPS", "20")) * times)
    found = files(tmp_path)
    assert len(found) == times
    ends = [json.loads(f.read_text().splitlines()[-1])["end"] for f in found]
    assert ends == ["watched again"] * (times - 1) + ["complete"]
    assert all(open_log(f)[0].table.count("loss") == 20 for f in found)
    assert all(open_log(f)[0].table.values("step")[-1] == 20 for f in found)


def test_an_exception_of_the_script_is_its_end(tmp_path: Path) -> None:
    code, _out, err = run(tmp_path, START + WATCH + LOOP.replace("STEPS", "5") + "raise ValueError('of the person')\n")
    assert code == 1
    assert "ValueError: of the person" in err
    (file,) = files(tmp_path)
    assert json.loads(file.read_text().splitlines()[-1]) == {"end": "exception: ValueError: of the person"}


def test_accumulation_counts_updates_and_a_closure_is_read_behind_the_step(tmp_path: Path) -> None:
    loop = """
for i in range(40):
    loss = loss_of(); (loss / 4).backward()
    if i % 4 == 3: optimizer.step(); optimizer.zero_grad()
    run.log(loss=loss)
"""
    run_warm(tmp_path, START + WATCH + loop)
    assert only_run(tmp_path).values("step")[-1] == 10
    assert only_run(tmp_path).count("loss") == 40
    closure = """
optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)
run = overshoot.watch(model, optimizer)
def again():
    optimizer.zero_grad(); loss = loss_of(); loss.backward(); return loss
for i in range(6): run.log(loss=optimizer.step(again))
"""
    code, _out, err = run_warm(tmp_path, START + closure)
    assert (code, err) == (0, "")
    (found,) = open_log(files(tmp_path)[-1])
    assert (found.table.values("grad_norm") > 0).all()


def test_a_scaled_gradient_is_read_unscaled(tmp_path: Path) -> None:
    told = """
import math
norms = []
for i in range(9):
    optimizer.zero_grad(); loss = loss_of()
    optimizer.grad_scale, optimizer.found_inf = torch.tensor(65536.), torch.tensor(float(i == 4))
    (loss * 65536).backward()
    norms.append(math.sqrt(sum(float(p.grad.norm()) ** 2 for p in model.parameters())) / 65536)
    optimizer.step(); run.log(loss=loss)
print(norms)
"""
    fused = "optimizer = torch.optim.Adam(model.parameters(), 1e-2, fused=True)\n"
    code, out, err = run_warm(tmp_path, START + fused + WATCH + told)
    assert (code, err) == (0, "")
    norms = json.loads(out)
    table = only_run(tmp_path)
    assert table.values("step")[-1] == 8  # one step found an infinite gradient and moved nothing
    read = table.series("grad_norm")
    counted = [norm for i, norm in enumerate(norms) if i != 4]
    at = table.values("step")[read.rows].astype(int) - 1
    assert read.values == pytest.approx([counted[i] for i in at], rel=1e-5)


def test_several_optimizers_have_columns_of_their_own(tmp_path: Path) -> None:
    two = """
other = torch.nn.Linear(4, 1); second = torch.optim.SGD(other.parameters(), 1e-3)
run = overshoot.watch({"g": model, "d": other}, {"g": optimizer, "d": second})
for i in range(12):
    for o in (optimizer, second): o.zero_grad()
    loss = loss_of(); loss.backward(); optimizer.step()
    other_loss = other(inputs).square().mean(); other_loss.backward(); second.step()
    run.log(loss=loss, d_loss=other_loss)
"""
    code, _out, err = run_warm(tmp_path, START + two)
    assert (code, err) == (0, "")
    table = only_run(tmp_path)
    assert steps_of(table, "loss") == list(range(1, 13))
    assert {"grad_norm/g", "grad_norm/d", "grad_norm/g.0"} <= set(table.columns)


def test_a_failure_of_ours_is_said_once_and_the_training_goes_on(tmp_path: Path) -> None:
    broken = "import overshoot.readings as r\nr.Readings._read = lambda *a: 1 / 0\n"
    code, out, err = run_warm(tmp_path, START + broken + WATCH + LOOP.replace("STEPS", "30") + "print(i)\n")
    assert (code, out) == (0, "29\n")
    assert err.count("\n") == 1
    assert "watching has ended, the training goes on: ZeroDivisionError" in err


def test_what_is_no_number_is_said_once(tmp_path: Path) -> None:
    code, _out, err = run_warm(tmp_path, START + WATCH + "for i in range(5): run.log(loss=1 / (i + 1), name='x')\n")
    assert code == 0
    assert err == "overshoot: “name” is not one number but str; it is left out\n"


def test_numbers_are_taken_in_the_forms_that_people_write(tmp_path: Path) -> None:
    told = """
import numpy, decimal
run.log({"loss": 3.0, "top/1": 1}, step=7, time=2.5)
for i in range(4):
    optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step()
    if i == 0: run.log(loss)
    if i == 1: run.log(loss=loss, lr=.25)
    if i == 2: run.log({"loss": loss}, many=10**400, score=numpy.float32(.5), part=decimal.Decimal("1.5"))
    if i == 3: run.log(loss=torch.ones(2)); run.log(loss=loss)
"""
    code, _out, err = run_warm(tmp_path, START + WATCH + told)
    assert code == 0
    assert err.splitlines() == [
        "overshoot: “many” is not one number but int; it is left out",
        "overshoot: “loss” is not one number but Tensor; it is left out",
    ]
    table = only_run(tmp_path)
    assert steps_of(table, "loss") == [0, 1, 2, 3, 4]
    assert table.values("loss")[0] == 3
    known = {name: table.series(name).values.tolist() for name in ("top/1", "own_step", "own_time", "score", "part")}
    assert known == {"top/1": [1], "own_step": [7], "own_time": [2.5], "score": [0.5], "part": [1.5]}
    rates = dict(zip(steps_of(table, "lr"), table.series("lr").values.tolist()))
    assert rates == {1: 0.01, 2: 0.25, 3: 0.01, 4: 0.01}


@pytest.mark.parametrize("given", ["run = overshoot.watch()\n", WATCH])
def test_rows_like_the_last_one_are_taken_as_any_others(tmp_path: Path, given: str) -> None:
    """One name twice is a step; what `log` spells out for such rows must not differ from what takes any row."""
    told = """
import random
draw = random.Random(SEED)
forms = [float, int, bool, str, torch.tensor, lambda n: torch.tensor(n, dtype=torch.float64),
         lambda n: torch.tensor(round(n)), lambda n: torch.tensor(n + 1j), lambda n: torch.ones(2),
         lambda n: torch.nn.Parameter(torch.tensor(n)), lambda n: float("nan"), lambda n: torch.tensor(float("inf"))]
groups = [["loss"]] * 6 + [["loss", "accuracy"]] * 2 + [["accuracy", "loss"], ["accuracy"], ["step"], []]
for i in range(300):
    names = draw.choice(groups)
    form = draw.choice(forms[:1] * 9 + forms[4:5] * 9 + (forms if i > 150 else forms[:3]))
    numbers = {name: form(i + .5) for name in names}
    log(numbers)
    if draw.random() < .5:
        optimizer.step()
"""
    for seed in range(3):
        found = []
        for place, way in ("a", "log = lambda numbers: run.log(**numbers)\n"), ("b", "log = run.log_all\n"):
            folder = tmp_path / f"{place}{seed}"
            folder.mkdir()
            code, _out, err = run_warm(folder, START + given + way + told.replace("SEED", str(seed)))
            assert code == 0
            table = only_run(folder)
            found.append((err, {n: table.values(n) for n in ("step", "loss", "accuracy", "own_step")}))
        assert found[0][0] == found[1][0]
        assert "not one number" in found[0][0]
        for name, values in found[0][1].items():
            np.testing.assert_array_equal(values, found[1][1][name], name)


def test_optimizer_and_model_may_change_places(tmp_path: Path) -> None:
    code, _out, err = run_warm(
        tmp_path, START + "run = overshoot.watch(optimizer, model)\n" + LOOP.replace("STEPS", "9")
    )
    assert code == 0
    assert err == "overshoot: watch(model, optimizer) was given the optimizer first; it is taken as such\n"
    assert "grad_norm/2" in only_run(tmp_path).columns


def test_a_deleted_working_folder_is_no_failure(tmp_path: Path) -> None:
    gone = f"import os; os.mkdir({str(tmp_path / 'gone')!r}); os.chdir({str(tmp_path / 'gone')!r})\n"
    gone += "os.rmdir(os.getcwd())\n"
    assert run_warm(tmp_path, START + gone + WATCH + LOOP.replace("STEPS", "9")) == (0, "", "")
    assert only_run(tmp_path).count("loss") == 9


def test_a_compiled_step_is_read_without_a_graph_of_ours(tmp_path: Path) -> None:
    told = """
@torch.compile(backend="eager")
def train():
    loss = loss_of(); loss.backward(); optimizer.step(); optimizer.zero_grad()
    return loss
for i in range(12): run.log(loss=train())
"""
    code, _out, err = run(tmp_path, START + WATCH + told)
    assert code == 0
    assert "overshoot" not in err
    assert "Graph break" not in err
    table = only_run(tmp_path)
    assert steps_of(table, "loss") == list(range(1, 13))
    assert steps_of(table, "update_norm")[0] == 3


def test_only_the_first_rank_writes_unless_all_are_asked_for(tmp_path: Path) -> None:
    loop = LOOP.replace("STEPS", "5")
    run_warm(tmp_path, START + WATCH + loop, RANK="1")
    assert files(tmp_path) == []
    run_warm(tmp_path, START + "run = overshoot.watch(model, optimizer, ranks='all')\n" + loop, RANK="1")
    assert [f.name for f in files(tmp_path)] == ["run.1.jsonl"]


def test_workers_of_a_loader_write_nothing_twice(tmp_path: Path) -> None:
    loaded = """
class Data(torch.utils.data.Dataset):
    def __len__(self): return 16
    def __getitem__(self, i): run.log(loss=99.); return inputs[i]
for epoch in range(2):
    for batch in torch.utils.data.DataLoader(Data(), 4, num_workers=1):
        optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step(); run.log(loss=loss)
"""
    code, _out, err = run(tmp_path, START + WATCH + loaded)
    assert (code, err) == (0, "")
    assert only_run(tmp_path).count("loss") == 8
    assert 99.0 not in only_run(tmp_path).values("loss")


def test_the_window_can_turn_pause_and_stop_a_watched_run(tmp_path: Path) -> None:
    slow = "    import time; time.sleep(.002)\n"
    process = start(tmp_path, START + WATCH + LOOP.replace("STEPS", "1000000") + slow)
    until = time.monotonic() + 60
    while not files(tmp_path):
        assert time.monotonic() < until
        time.sleep(0.02)
    (file,) = files(tmp_path)
    orders = [{"do": "turn", "key": "lr", "value": 0.5}, {"do": "turn", "key": "beta2", "value": 0.9}]
    orders += [{"do": "turn", "key": "no_such", "value": 1}]
    inbox = file.parent / "control.jsonl"
    inbox.write_text("".join(json.dumps(order) + "\n" for order in orders))
    while not {b'"no_such', b'"lr":[0.5'} <= {w for w in (b'"no_such', b'"lr":[0.5') if w in file.read_bytes()}:
        assert time.monotonic() < until
        time.sleep(0.02)
    with inbox.open("a") as stream:
        stream.write(json.dumps({"do": "stop"}) + "\n")
    _out, err = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in err
    (found,) = open_log(file)
    assert [(c.key, c.before, c.after) for c in found.changes] == [("lr", 0.01, 0.5), ("beta2", 0.999, 0.9)]
    row = found.changes[0].row
    assert found.table.values("lr")[row] == 0.5
    assert (found.table.values("lr")[:row] == 0.01).all()
    assert json.loads(file.read_text().splitlines()[-1]) == {"end": "stopped"}


def test_a_full_disk_ends_the_watching_only(tmp_path: Path) -> None:
    full = "import os\nreal = os.write\n"
    full += (
        "def write(d, data):\n    if d > 2: raise OSError(28, 'No space left on device')\n    return real(d, data)\n"
    )
    code, out, err = run_warm(
        tmp_path, START + full + "os.write = write\n" + WATCH + LOOP.replace("STEPS", "30") + "print(i)\n"
    )
    assert (code, out) == (0, "29\n")
    assert err.count("No space left on device") == 1


@pytest.mark.parametrize("names", [["loss"] * 4, ["loss", "other"], ["loss", "other"] * 2])
def test_what_several_threads_log_is_all_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    monkeypatch.setenv("OVERSHOOT_HOME", str(tmp_path))
    own = watch(name="mine")
    together = threading.Barrier(len(names))

    def log(place: int) -> None:
        together.wait()
        for i in range(500):
            own.log(**{names[place]: float(1000 * place + i)})

    threads = [threading.Thread(target=log, args=(place,)) for place in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own.close()
    assert own.path is not None
    (found,) = open_log(own.path)
    for name in set(names):
        wanted = [1000 * place + i for place, own_name in enumerate(names) if own_name == name for i in range(500)]
        assert sorted(found.table.series(name).values.tolist()) == wanted
