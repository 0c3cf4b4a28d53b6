"""Tables and records that people keep, in variants: several runs in one, roles in short, documents by role."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

from engine.logs import open_log
from engine.run import Run
from engine.series import Role

SEEDS = range(3)


def falling(draw: random.Random, count: int) -> list[float]:
    return [round(2.9 * math.exp(-3 * i / count) + 0.3 + draw.uniform(-0.02, 0.02), 4) for i in range(count)]


def courses(run: Run) -> dict[Role, tuple[list[float], list[float]]]:
    """The x and the values of each role, of which each has one series."""
    found = {}
    for series in run.series:
        cells = run.table.series(series.name)
        assert series.role not in found
        found[series.role] = [run.x_at(int(row)) for row in cells.rows], list(cells.values)
    return found


def opened(folder: Path, name: str, text: str) -> list[Run]:
    (folder / name).write_text(text, encoding="utf-8")
    return open_log(folder / name)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("column", ["run", "run_id", "seed", "fold"])
@pytest.mark.parametrize("is_mixed", [False, True])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_each_run_named_in_a_column_is_a_run(tmp_path: Path, seed: int, column: str, is_mixed: bool, kind: str) -> None:
    draw = random.Random(seed)
    names = (1, 2, 3) if column in ("seed", "fold") else ("a-b", "c", "lr=0.1")
    losses = {name: falling(draw, 10) for name in names}
    rows = [(name, i, losses[name][i]) for name in names for i in range(10)]
    rows = sorted(rows, key=lambda row: row[1]) if is_mixed else rows
    lines = [f"{name},{i},{v}" for name, i, v in rows]
    records = [json.dumps({column: name, "epoch": i, "loss": v}) for name, i, v in rows]
    text = f"{column},epoch,loss\n" + "\n".join(lines) if kind == "csv" else "\n".join(records)
    runs = opened(tmp_path, f"a.{kind}", text + "\n")
    assert [courses(run)[Role.TRAINING] for run in runs] == [
        ([float(i) for i in range(10)], losses[name]) for name in names
    ]
    assert all(str(name) in run.name for name, run in zip(names, runs, strict=True))


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_column_that_names_one_run_makes_no_several(tmp_path: Path, kind: str) -> None:
    losses = falling(random.Random(0), 10)
    text = "run,epoch,loss\n" + "".join(f"a,{i},{v}\n" for i, v in enumerate(losses))
    records = "".join(json.dumps({"run": "a", "epoch": i, "loss": v}) + "\n" for i, v in enumerate(losses))
    (run,) = opened(tmp_path, f"a.{kind}", text if kind == "csv" else records)
    assert courses(run)[Role.TRAINING][1] == losses


def test_each_process_has_series_of_its_own(tmp_path: Path) -> None:
    draw = random.Random(1)
    both = falling(draw, 12), falling(draw, 12)
    text = "".join(f"[rank {r}] step {i} loss {both[r][i]}\n" for i in range(12) for r in range(2))
    (run,) = opened(tmp_path, "a.log", text)
    found = {s.name: list(run.table.values(s.name)) for s in run.series}
    assert found == {"loss": both[0], "rank 1 loss": both[1]}
    assert run.x == "step"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("first", "second"),
    [("tr_loss", "va_loss"), ("loss_tr", "loss_vl"), ("tr loss", "vld loss"), ("tr_nll", "tst_nll")],
)
def test_short_words_for_roles_are_known(tmp_path: Path, seed: int, first: str, second: str) -> None:
    draw = random.Random(seed)
    trained, held_out = falling(draw, 9), falling(draw, 9)
    text = f"epoch,{first},{second}\n" + "".join(f"{i},{a},{v}\n" for i, (a, v) in enumerate(zip(trained, held_out)))
    (run,) = opened(tmp_path, "a.csv", text)
    found = courses(run)
    assert (found[Role.TRAINING][1], found[Role.VALIDATION][1]) == (trained, held_out)
    assert run.series[1].partner == first


@pytest.mark.parametrize("name", ["bar_loss", "trace_loss", "vale_loss", "str_loss"])
def test_other_words_that_begin_so_are_no_roles(tmp_path: Path, name: str) -> None:
    losses = falling(random.Random(2), 9)
    (run,) = opened(tmp_path, "a.csv", f"epoch,{name}_x\n" + "".join(f"{i},{v}\n" for i, v in enumerate(losses)))
    assert run.series[0].role is Role.TRAINING


@pytest.mark.parametrize("seed", SEEDS)
def test_documents_say_roles_and_counters_in_many_ways(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    n = draw.randint(6, 20)
    a, v = falling(draw, n), falling(draw, n)
    epochs = list(range(1, n + 1))
    rows = list(zip(epochs, a, v, strict=True))
    documents = (
        {"epochs": epochs, "train": {"loss": a}, "val": {"loss": v}},
        {"train_loss": dict(zip(map(str, epochs), a)), "val_loss": dict(zip(map(str, epochs), v))},
        {"header": ["epoch", "loss", "val_loss"], "rows": rows},
        {"columns": ["epoch", "loss", "val_loss"], "data": rows},
    )
    wanted = {Role.TRAINING: (epochs, a), Role.VALIDATION: (epochs, v)}
    for document in documents:
        (run,) = opened(tmp_path, "history.json", json.dumps(document))
        assert courses(run) == wanted, list(document)


@pytest.mark.parametrize("key", ["event", "kind", "loop", "phase"])
def test_records_say_their_role_under_many_names(tmp_path: Path, key: str) -> None:
    draw = random.Random(3)
    a, v = falling(draw, 9), falling(draw, 9)
    records = [
        {key: role, "epoch": i, "loss": value} for i in range(9) for role, value in (("train", a[i]), ("valid", v[i]))
    ]
    (run,) = opened(tmp_path, "a.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    found = courses(run)
    assert (found[Role.TRAINING][1], found[Role.VALIDATION][1]) == (a, v)


def test_the_counter_in_a_group_of_its_record_is_x(tmp_path: Path) -> None:
    a = falling(random.Random(4), 9)
    records = [{"ts": "2024-01-01T00:00:00", "metrics": {"epoch": i + 1, "loss": v}} for i, v in enumerate(a)]
    (run,) = opened(tmp_path, "a.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    assert courses(run)[Role.TRAINING] == ([float(i) for i in range(1, 10)], a)


@pytest.mark.parametrize("between", [False, True])
def test_a_table_with_rules_of_plus_signs_is_read(tmp_path: Path, between: bool) -> None:
    draw = random.Random(5)
    a, v = falling(draw, 9), falling(draw, 9)
    rule = "+-------+--------+----------+\n"
    body = "".join(f"| {i:5d} | {x:6.4f} | {y:8.4f} |\n" + rule * between for i, (x, y) in enumerate(zip(a, v)))
    below = rule.replace("-", "=") if between else rule
    text = f"{rule}| epoch | loss   | val_loss |\n{below}{body}{rule * (not between)}"
    (run,) = opened(tmp_path, "a.log", text)
    assert courses(run) == {Role.TRAINING: (list(range(9)), a), Role.VALIDATION: (list(range(9)), v)}


@pytest.mark.parametrize(("suffix", "times"), [("k", 1e3), ("K", 1e3), ("M", 1e6)])
def test_steps_in_thousands_are_counted_in_full(tmp_path: Path, suffix: str, times: float) -> None:
    a = falling(random.Random(6), 9)
    (run,) = opened(tmp_path, "a.log", "".join(f"step {i}{suffix} | loss {v}\n" for i, v in enumerate(a, 1)))
    assert courses(run)[Role.TRAINING] == ([times * i for i in range(1, 10)], a)
