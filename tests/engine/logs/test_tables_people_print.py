"""Tables that programs print or write the long way, in generated variants: every number stays in its column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.run import Run
from engine.series import Role

SEEDS = range(6)


def read(folder: Path, text: str, name: str = "a.csv") -> Run:
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = open_log(folder / name)
    return run


def points(run: Run, name: str) -> list[tuple[float, float]]:
    cells = run.table.series(name)
    return [(run.x_at(int(row)), float(value)) for row, value in zip(cells.rows, cells.values, strict=True)]


def falling(rng: np.random.Generator, n: int, digits: int = 4) -> list[float]:
    return [round(float(v), digits) for v in np.exp(-np.arange(n) / n * 2) * rng.uniform(0.5, 9) + 0.01]


HEADERS = (
    ("set", "metric", "epoch", "value"),
    ("epoch", "value", "metric", "data"),
    ("run", "key", "step", "value"),
    ("metric", "value", "data", "epoch"),
    ("run_id", "tag", "global_step", "wall_time", "value"),
)
X = {"epoch": 1, "step": 100, "global_step": 100}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_table_has_a_column_for_each_metric(
    tmp_path: Path, header: tuple[str, ...], delimiter: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    n, x = int(rng.integers(3, 30)), next(name for name in header if name in X)
    loss, held_out = falling(rng, n), falling(rng, n)
    has_sets = "set" in header or "data" in header
    columns = {"train": loss, "valid": held_out} if has_sets else {"": loss}
    rows = []
    for i in range(n):
        for group, values in columns.items():
            for metric, value in (("loss", values[i]), ("acc", 0.5 + i / 100)):
                words = {"set": group, "data": group, "run": "a", "run_id": "a", "wall_time": str(1e9 + i)}
                words |= {"metric": metric, "key": metric, "tag": metric, "value": str(value), x: str((i + 1) * X[x])}
                rows.append(delimiter.join(words[name] for name in header))
    run = read(tmp_path, "\n".join([delimiter.join(header), *rows]) + "\n")
    assert run.names.get(run.x or "", run.x) == x
    xs = [(i + 1) * X[x] for i in range(n)]
    if not has_sets:
        assert points(run, "loss") == list(zip(xs, loss, strict=True))
        return
    assert points(run, "train loss") == list(zip(xs, loss, strict=True))
    assert points(run, "valid loss") == list(zip(xs, held_out, strict=True))
    assert [(s.name, s.role) for s in run.series] == [
        ("train loss", Role.TRAINING),
        ("valid loss", Role.VALIDATION),
    ]


def test_the_runs_of_a_long_table_are_runs(tmp_path: Path) -> None:
    rows = [f"{run},loss,{i},{3 - i / 10 - run / 100}" for run in (1, 2, 3) for i in range(5)]
    (tmp_path / "a.csv").write_text("run,key,step,value\n" + "\n".join(rows) + "\n")
    runs = open_log(tmp_path / "a.csv")
    assert [run.name for run in runs] == ["a.csv: 1", "a.csv: 2", "a.csv: 3"]
    assert [len(run.table) for run in runs] == [5, 5, 5]


@pytest.mark.parametrize("name", ["loss.csv", "a.csv"])
def test_counters_without_a_header_are_no_losses(tmp_path: Path, name: str) -> None:
    values = falling(np.random.default_rng(0), 12)
    run = read(tmp_path, "".join(f"{i // 2},{i * 100},{v}\n" for i, v in enumerate(values)), name)
    (series,) = run.series
    assert series.name == ("loss" if name == "loss.csv" else "column 3")
    assert run.table.values(series.name).tolist() == values


def ruled(names: list[str], rows: list[list[str]], rule: str) -> str:
    """A table with a rule below its names and blanks for empty cells."""
    widths = [max(len(names[j]), *(len(row[j]) for row in rows)) for j in range(len(names))]
    lines = [names, [rule * w for w in widths], *rows]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, widths, strict=True)) for line in lines) + "\n"


@pytest.mark.parametrize("rule", ["-", "_"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_empty_cell_of_a_ruled_table_stays_empty(tmp_path: Path, seed: int, rule: str) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 20))
    loss, held_out = falling(rng, n), falling(rng, n)
    first = [["0", "0", "00:00:01", "0.01", "", "2.3026"]]
    rows = [
        [str(i * 50), "1", "00:00:02", "0.01", f"{a:g}", f"{b:g}" if i % 3 == 0 else ""]
        for i, (a, b) in enumerate(zip(loss, held_out, strict=True), 1)
    ]
    names = ["Iteration", "Epoch", "TimeElapsed", "LearnRate", "TrainingLoss", "ValidationLoss"]
    run = read(tmp_path, ruled(names, first + rows, rule), "trainnet.txt")
    assert points(run, "TrainingLoss") == [(i * 50, v) for i, v in enumerate(loss, 1)]
    assert points(run, "ValidationLoss") == [(0, 2.3026)] + [
        (i * 50, v) for i, v in enumerate(held_out, 1) if i % 3 == 0
    ]


@pytest.mark.parametrize("bad", [0, 1, 5])
def test_a_coloured_table_loses_no_row(tmp_path: Path, bad: int) -> None:
    loss = [8.5, 6.25, 1234567.5, *[float("inf")] * bad, *[float("nan")] * bad]
    rows = [[str(i), f"\x1b[36m{v:.4f}\x1b[0m", f"\x1b[32m{v:.4f}\x1b[0m", "0.05"] for i, v in enumerate(loss, 1)]
    run = read(tmp_path, ruled(["epoch", "train_loss", "valid_loss", "dur"], rows, "-"), "skorch.log")
    for name in ("train_loss", "valid_loss"):
        np.testing.assert_equal(points(run, name), list(enumerate(loss, 1)))


@pytest.mark.parametrize("has_bag", [False, True])
def test_a_table_without_a_rule_is_read_by_its_names(tmp_path: Path, has_bag: bool) -> None:
    loss = falling(np.random.default_rng(3), 19)
    bag = f"{'OOB Improve':>16} " if has_bag else ""
    text = f"{'Iter':>10} {'Train Loss':>16} {bag}{'Remaining Time':>16} \n"
    xs = [*range(1, 11), *range(20, 101, 10)]
    for x, v in zip(xs, loss, strict=True):
        text += f"{x:10d} {v:16.4f} {'          0.1234 ' if has_bag else ''}{'1.05m' if x < 5 else '0.50s':>16} \n"
    run = read(tmp_path, text, "boosting.log")
    assert points(run, "Train Loss") == list(zip(xs, loss, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_between_bars_has_names_in_two_lines(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss, held_out = falling(rng, 12), falling(rng, 12)
    rule = "|" + "=" * 70 + "|\n"
    text = rule + "|  Epoch  |  Iteration  |  Time Elapsed  |  Mini-batch  |  Validation  |\n"
    text += "|         |             |   (hh:mm:ss)   |     Loss     |     Loss     |\n" + rule
    for i, (a, b) in enumerate(zip(loss, held_out, strict=True), 1):
        shown = f"{b:12.4f}" if i % 4 == 1 else " " * 12
        text += f"| {i // 5:7d} | {i * 50:11d} |       00:00:{i:02d} | {a:12.4f} | {shown} |\n"
    run = read(tmp_path, text + rule, "matlab.txt")
    assert points(run, "Mini-batch Loss") == [(i * 50, v) for i, v in enumerate(loss, 1)]
    assert points(run, "Validation Loss") == [(i * 50, v) for i, v in enumerate(held_out, 1) if i % 4 == 1]
    assert {s.name: s.partner for s in run.series} == {"Mini-batch Loss": None, "Validation Loss": "Mini-batch Loss"}


@pytest.mark.parametrize("rows", [40, 400, 40_000])
@pytest.mark.parametrize("digits", [1, 2, 3, 4])
@pytest.mark.parametrize("header_again", [False, True])
def test_the_sign_of_decimals_is_decided_column_by_column(
    tmp_path: Path, rows: int, digits: int, header_again: bool
) -> None:
    loss = falling(np.random.default_rng(digits), rows, digits)
    header = "step;loss;val_loss;tokens\n"
    text = header
    for i, v in enumerate(loss):
        text += f"{i};{v:.{digits}f}".replace(".", ",") + f";{2 * v:.{digits}f};{(i + 1) * 1000:,d}\n"
        text += header if header_again and i == rows // 2 else ""
    run = read(tmp_path, text)
    assert run.table.values("loss").tolist() == loss
    assert run.table.values("val_loss").tolist() == pytest.approx([2 * v for v in loss], abs=10.0**-digits)
    assert run.table.values("tokens").tolist() == [(i + 1) * 1000 for i in range(rows)]


CELLS = {
    "tensor": '"tensor({v}, grad_fn=<NllLossBackward0>)"',
    "tensor on a device": "\"tensor({v}, device='cuda:0')\"",
    "array": "array({v})",
    "scalar": "np.float32({v})",
    "tensorflow": '"tf.Tensor({v}, shape=(), dtype=float32)"',
    "list": "tensor([{v}])",
}


@pytest.mark.parametrize("rows", [30, 9000])
@pytest.mark.parametrize("kind", CELLS)
def test_cells_of_arrays_are_numbers(tmp_path: Path, kind: str, rows: int) -> None:
    loss = falling(np.random.default_rng(0), rows)
    loss[-1] = float("nan")
    run = read(tmp_path, "step,loss\n" + "".join(f"{i},{CELLS[kind].format(v=v)}\n" for i, v in enumerate(loss)))
    np.testing.assert_equal(points(run, "loss"), list(enumerate(loss)))


@pytest.mark.parametrize("name", ["Step", "step", "iteration"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_resumed_training_is_drawn_over_its_step(tmp_path: Path, seed: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    stop, back = int(rng.integers(20, 40)), int(rng.integers(1, 15))
    steps = [10 * i for i in (*range(1, stop), *range(stop - back, 60))]
    rows = [f"{1_591_900_000 + 10 * i},{step},{3 - step / 300}" for i, step in enumerate(steps)]
    run = read(tmp_path, f"Wall time,{name},Value\n" + "\n".join(rows) + "\n")
    assert run.names.get(run.x or "", run.x) == name
    assert [run.x_at(mark.row) for mark in run.restarts()] == [10 * (stop - back)]


def test_a_frame_to_skip_and_zero_bytes_are_no_hindrance(tmp_path: Path) -> None:
    import zstandard

    text = "step,loss\n" + "".join(f"{i},{9 - i / 10}\n" for i in range(40))
    packed = zstandard.ZstdCompressor().compress(text.encode())
    (tmp_path / "a.csv.zst").write_bytes(b"\x50\x2a\x4d\x18\x04\x00\x00\x00\x01\x02\x03\x04" + packed)
    (run,) = open_log(tmp_path / "a.csv.zst")
    assert len(run.table) == 40
    for zeros in (3000, 11_363, 700_000, 5_000_000):
        (tmp_path / "b.log").write_bytes(b"\0" * zeros + text.encode())
        (run,) = open_log(tmp_path / "b.log")
        assert points(run, "loss") == [(i, 9 - i / 10) for i in range(40)]


KALDI = (
    "LOG (nnet3-train[5.5]:PrintStatsForThisPhase():nnet-training.cc:299) Average objective function for '{name}' "
    "for minibatches {a}-{b} is {v} over 1264640 frames.\n"
)


def test_an_objective_to_maximise_is_judged_with_its_sign_turned(tmp_path: Path) -> None:
    values = [-3 + i / 10 for i in range(15)]
    text = "".join(KALDI.format(name="output", a=100 * i, b=100 * i + 99, v=v) for i, v in enumerate(values))
    run = read(tmp_path, text, "train.1.log")
    assert points(run, "objective (output)") == [(100 * i + 99, v) for i, v in enumerate(values)]
    assert [s.name for s in run.series] == ["negative objective (output)"]
    assert run.table.values("negative objective (output)").tolist() == [-v for v in values]


def test_the_table_of_vowpal_wabbit(tmp_path: Path) -> None:
    text = (
        "Num weight bits = 18\naverage  since         example        example        current        current  current\n"
    )
    text += "loss     last          counter         weight          label        predict features\n"
    rows = [(1 / i, 0.9 / i, 2**i) for i in range(1, 12)]
    text += "".join(f"{a:.6f} {b:.6f} {n:12d} {n:12.1f} {'unknown':>12} {0.5:12.4f} {13:8d}\n" for a, b, n in rows)
    run = read(tmp_path, text + "\nfinished run\nnumber of examples = 2048\naverage loss = 0.09\n", "vw.log")
    assert points(run, "average loss") == [(n, float(f"{a:.6f}")) for a, _b, n in rows]
    assert points(run, "loss since last") == [(n, float(f"{b:.6f}")) for _a, b, n in rows]


def test_a_classifier_of_darknet(tmp_path: Path) -> None:
    line = "{i}, {epoch:.3f}: {loss:.6f}, {mean:.6f} avg, 0.001000 rate, 0.5 seconds, {images} images\n"
    text = "".join(line.format(i=i, epoch=i / 50, loss=3 / i, mean=3.1 / i, images=64 * i) for i in range(1, 30))
    run = read(tmp_path, text, "train.log")
    assert run.origin.format == "darknet_log"
    assert points(run, "loss") == [(i, float(f"{3 / i:.6f}")) for i in range(1, 30)]


@pytest.mark.parametrize("is_score", [False, True])
def test_the_output_of_catboost(tmp_path: Path, is_score: bool) -> None:
    text = ""
    for i in range(0, 90, 10):
        v = 0.5 + i / 300 if is_score else 1 / (1 + i / 10)
        text += f"{i}:\tlearn: {v:.7f}\ttest: {v:.6f}1\ttest1: {v:.6f}2\tbest: {v:.6f}2 ({i})\ttotal: 57.9ms\n"
    text += "\nbestTest = 0.1\nbestIteration = 80\n\nShrink model to first 28 iterations.\n"
    if is_score:
        (tmp_path / "a.log").write_text(text)
        with pytest.raises(Exception, match="no loss"):
            open_log(tmp_path / "a.log")
        return
    run = read(tmp_path, text, "a.log")
    assert [(s.name, s.role, s.partner) for s in run.series] == [
        ("learn", Role.TRAINING, None),
        ("test", Role.VALIDATION, "learn"),
        ("test1", Role.VALIDATION, "learn"),
    ]
    assert points(run, "learn") == [(i, float(f"{1 / (1 + i / 10):.7f}")) for i in range(0, 90, 10)]


A, B = [round(3 / (i + 1), 4) for i in range(9)], [round(4 / (i + 1), 4) for i in range(9)]


def measured(form: str, between: str = "") -> str:
    """The measurements of one series after the other, as trackers export them."""
    rows = [form.format(n=n, i=i, v=v) for n, s in (("train_loss", A), ("val_loss", B)) for i, v in enumerate(s)]
    return between.join(rows)


EXPORTS = {
    "Comet's table": ("a.csv", "metricName,metricValue,timestamp,step,epoch\n" + measured("{n},{v},170000{i},{i},\n")),
    "Neptune's table of one path a row": ("a.csv", "experiment,path,step,value\n" + measured("e,{n},{i}.0,{v}\n")),
    "Neptune's table of one run a row": (
        "a.csv",
        "run,step,train_loss,val_loss\n" + "".join(f"R-1,{i}.0,{a},{b}\n" for i, (a, b) in enumerate(zip(A, B))),
    ),
    "a printed history": ("a.txt", str({"loss": A, "val_loss": B})),
    "a printed history of NumPy's scalars": (
        "a.txt",
        "{'loss': [" + ", ".join(f"np.float32({v})" for v in A) + f"], 'val_loss': {B}}}",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_what_trackers_and_histories_are_saved_as(name: str, tmp_path: Path) -> None:
    file, text = EXPORTS[name]
    (tmp_path / file).write_text(text)
    (run,) = open_log(tmp_path / file)
    assert [s.role.value for s in run.series] == ["training", "validation"]
    for series, values in zip(run.series, (A, B), strict=True):
        cells = run.table.series(series.name)
        assert cells.values.tolist() == values
        assert [run.x_at(int(row)) for row in cells.rows] == list(range(9))
    assert not run.warnings


def test_the_metrics_of_comet_are_columns(tmp_path: Path) -> None:
    record = '{{"metricName": "{n}", "metricValue": "{v}", "timestamp": 17000{i}, "step": {i}, "epoch": null}}'
    (tmp_path / "a.json").write_text(f"[{measured(record, ', ')}]")
    (run,) = open_log(tmp_path / "a.json")
    assert {s.name: run.table.values(s.name).tolist() for s in run.series} == {"train_loss": A, "val_loss": B}


def test_a_series_of_neptune_has_an_index_without_a_name(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i * 5.0},{v},2024-01-01 10:00:0{i}.1\n" for i, v in enumerate(A))
    (tmp_path / "train_loss.csv").write_text(f",step,value,timestamp\n{rows}")
    (run,) = open_log(tmp_path / "train_loss.csv")
    (series,) = run.series
    assert run.table.values(series.name).tolist() == A
    assert [warning.names for warning in run.warnings] == [("value",)]


def markdown(names: list[str], rows: list[list[str]], edge: bool, rule: str) -> str:
    lines = [names, [rule] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" if edge else " | ".join(line) for line in lines) + "\n"


@pytest.mark.parametrize("rule", ["---", ":--:", "-------:"])
@pytest.mark.parametrize("edge", [False, True])
@pytest.mark.parametrize("around", ["", "# Notes\n\nIt ran | well.\n\n"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_in_markdown_is_a_table(tmp_path: Path, seed: int, around: str, edge: bool, rule: str) -> None:
    rng = np.random.default_rng(seed)
    n, every = int(rng.integers(3, 30)), int(rng.integers(1, 4))
    loss, held_out = falling(rng, n), falling(rng, n)
    loss[-1] = float("nan")
    rows = [
        [str(i), f"**{a}**" if i == 2 else str(a), str(b) if i % every == 0 else ("-", "")[i % 2], "1e-3"]
        for i, (a, b) in enumerate(zip(loss, held_out, strict=True))
    ]
    table = markdown(["Epoch", "Train Loss", "Val Loss", "LR"], rows, edge, rule)
    run = read(tmp_path, f"{around}{table}\nDone.\n" if around else table, "notes.md")
    np.testing.assert_equal(points(run, "Train Loss"), list(enumerate(loss)))
    assert points(run, "Val Loss") == [(i, v) for i, v in enumerate(held_out) if i % every == 0]
    assert run.names.get(run.x or "", run.x) == "Epoch"


def test_each_table_in_markdown_is_a_run_and_one_of_models_is_none(tmp_path: Path) -> None:
    rows = [[[str(i), f"{3 / (i + 1) + k:.3f}"] for i in range(6)] for k in (0, 1)]
    parts = [f"## Run {k}\n\n{markdown(['step', 'loss'], rows[k], True, '---')}\n" for k in (0, 1)]
    models = markdown(["model", "loss"], [[name, "0.5"] for name in ("small", "medium", "large")], True, "---")
    (tmp_path / "a.md").write_text("".join([*parts, "## Models\n\n", models]))
    runs = open_log(tmp_path / "a.md")
    assert [run.name for run in runs] == ["a.md: Run 0", "a.md: Run 1"]
    assert [points(run, "loss") for run in runs] == [[(float(x), float(v)) for x, v in part] for part in rows]


LISTS = {
    "one line": "{name} = [{values}]",
    "colon": "{name}: [{values}]",
    "quoted": "'{name}': [{values}],",
    "several lines": "{name} = [\n    {lines},\n]",
    "array": "{name} = np.array([{values}])",
    "blanks": "{name}: [{blanks}]",
    "scalars": "{name} = [{scalars}]",
}


@pytest.mark.parametrize("around", ["", "Training finished after 12.5 minutes.\nseeds: [1, 2, 3]\n"])
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_lists_in_a_text_are_columns(tmp_path: Path, seed: int, kind: str, around: str) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 200))
    names = (("loss", "val_loss"), ("train_losses", "val_losses"), ("Train Loss", "Test Loss"))[seed % 3]
    wanted = {name: falling(rng, n) for name in names}
    text = around
    for name, values in wanted.items():
        shown = [str(v) for v in values]
        scalars = ", ".join(f"np.float64({v})" for v in shown)
        parts = {"values": ", ".join(shown), "lines": ",\n    ".join(shown), "blanks": " ".join(shown)}
        text += LISTS[kind].format(name=name, scalars=scalars, **parts) + "\n"
    run = read(tmp_path, text, "out.txt")
    assert [(s.name, s.role, s.partner) for s in run.series] == [
        (names[0], Role.TRAINING, None),
        (names[1], Role.VALIDATION, names[0]),
    ]
    for name, values in wanted.items():
        assert [v for _x, v in points(run, name)] == values


def test_lists_that_say_again_what_the_lines_said_are_left_out(tmp_path: Path) -> None:
    loss = falling(np.random.default_rng(0), 12)
    text = "".join(f"epoch {i} loss {v}\n" for i, v in enumerate(loss))
    run = read(tmp_path, f"{text}losses = {loss}\n", "a.log")
    assert points(run, "loss") == list(enumerate(loss))
