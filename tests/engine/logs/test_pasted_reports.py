"""Logs as people paste them into questions, in variants: labels of processes, folded frames, other languages."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from engine.logs import NoLossError, open_log
from engine.logs.formats import long_table
from engine.logs.source import Source
from engine.run_warnings import WarningKind
from engine.series import Role, is_test
from tests.engine.logs.test_consoles_people_keep import falling, points, read

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "label",
    [
        "[rank{r}]: ",
        "[default{r}]:",
        "[1,{r}]<stdout>:",
        "[{r}]<stderr>:",
        "[GPU{r}] ",
        "GPU {r}: ",
        "{r}: ",
        "(RayTrainWorker pid=51{r}, ip=10.0.0.{r}) ",
        "2026-01-02 10:00:00 [Rank {r}] ",
    ],
)
def test_each_process_has_a_series_of_its_own(tmp_path: Path, seed: int, label: str) -> None:
    draw = random.Random(seed)
    count, ranks = draw.randint(8, 20), draw.randint(2, 4)
    losses = [falling(draw, count) for _rank in range(ranks)]
    in_order = [(step, rank) for step in range(count) for rank in range(ranks)]
    behind = [(step, rank) for rank in range(ranks) for step in range(count)]
    for order in (in_order,) if label == "{r}: " else (in_order, behind):  # numbers that rise may be of epochs
        text = "".join(f"{label.format(r=rank)}step {step} loss {losses[rank][step]}\n" for step, rank in order)
        run = read(tmp_path, text)
        found = [run.table.series(s.name) for s in run.series]
        assert sorted(list(cells.values) for cells in found) == sorted(losses)
        assert all([run.x_at(int(row)) for row in cells.rows] == list(map(float, range(count))) for cells in found)
        assert list(run.table.series("loss").values) == losses[0]
        assert not run.restarts()


def test_the_only_process_with_a_loss_needs_no_number(tmp_path: Path) -> None:
    losses = falling(random.Random(0), 9)
    text = "".join(
        f"[default0]: memory 12 GB\n[default7]: iteration {i}/ 9 | lm loss: {loss} |\n" for i, loss in enumerate(losses)
    )
    run = read(tmp_path, text)
    assert [s.name for s in run.series] == ["lm loss"]
    assert points(run, Role.TRAINING)[1] == losses


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_of_lines_are_no_processes(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    losses, line = falling(draw, 12), 0
    text = ""
    for i, loss in enumerate(losses):
        line += draw.randint(1, 9)
        text += f"{line}: epoch {i} loss {loss}\n"
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, range(12))), losses)


def frame_lines(losses: list[float], held_out: list[float], kept: list[int]) -> list[str]:
    rows = [f"{i:<3d} {i:6d}  {losses[i]:.4f}    {held_out[i]:.4f}" for i in kept]
    half = len(rows) // 2
    return ["     epoch    loss  val_loss", *rows[:half], "..    ...     ...       ...", *rows[half:]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_size_below_a_printed_frame_is_no_row(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    count = draw.randint(70, 200)
    losses, held_out = falling(draw, count), falling(draw, count)
    kept = [*range(5), *range(count - 5, count)]
    text = "\n".join([*frame_lines(losses, held_out, kept), "", f"[{count} rows x 3 columns]", ""])
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, kept)), [losses[i] for i in kept])
    assert points(run, Role.VALIDATION)[1] == [held_out[i] for i in kept]
    assert [w.what for w in run.warnings] == [WarningKind.CUT_TABLE]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_folded_frame_is_put_together_again(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    count = draw.randint(3, 20)
    losses, held_out = falling(draw, count), falling(draw, count)
    text = "    epoch    loss  accuracy  \\\n"
    text += "".join(f"{i:<3d} {i:5d}  {losses[i]:.4f}    0.5000   \n" for i in range(count))
    text += "\n    val_loss  val_accuracy  \n"
    text += "".join(f"{i:<3d}   {held_out[i]:.4f}        0.5000  \n" for i in range(count))
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, range(count))), losses)
    assert points(run, Role.VALIDATION)[1] == held_out


RICH = (
    "┏━━━━━━┳━━━━━━┳━━━━━━┓",
    "┃ {} ┃ {} ┃ {} ┃",
    "┡━━━━━━╇━━━━━━╇━━━━━━┩",
    "│ {} │ {} │ {} │",
    "└──────┴──────┴──────┘",
)
PLAIN = (
    "┌──────┬──────┬──────┐",
    "│ {} │ {} │ {} │",
    "├──────┼──────┼──────┤",
    "│ {} │ {} │ {} │",
    "└──────┴──────┴──────┘",
)
POLARS = (
    "shape: (12, 3)\n┌──────┬──────┬──────┐",
    "│ {} ┆ {} ┆ {} │\n│ ---  ┆ ---  ┆ ---  │\n│ i64  ┆ f64  ┆ f64  │",
    "╞══════╪══════╪══════╡",
    "│ {} ┆ {} ┆ {} │",
    "└──────┴──────┴──────┘",
)


@pytest.mark.parametrize("drawn", [RICH, PLAIN, POLARS], ids=["rich", "plain", "polars"])
def test_a_table_with_drawn_lines_is_a_table(tmp_path: Path, drawn: tuple[str, ...]) -> None:
    draw = random.Random(0)
    losses, held_out = falling(draw, 12), falling(draw, 12)
    top, names, rule, row, end = drawn
    rows = [row.format(i, a, v) for i, (a, v) in enumerate(zip(losses, held_out, strict=True))]
    run = read(tmp_path, "\n".join([top, names.format("epoch", "loss", "val_loss"), rule, *rows, end]))
    assert points(run, Role.TRAINING) == (list(map(float, range(12))), losses)
    assert points(run, Role.VALIDATION)[1] == held_out


@pytest.mark.parametrize(
    "line",
    [
        "Epoka {e}/12, strata treningowa: {a}, strata walidacyjna: {v}",
        "Epok {e}/12 - eğitim kaybı: {a} - doğrulama kaybı: {v}",
        "Епоха {e}: втрати на навчанні: {a}, втрати на валідації: {v}",
        "Ep:{e:03d}|TrL:{a}|VaL:{v}|TrA:0.5|VaA:0.4",
        "Epoch {e} | loss {a} (val {v})",
        "Epoch {e:3d} | lr 1.0e-03 | Train {a} | Valid {v}",
    ],
)
def test_both_losses_of_a_line_are_found(tmp_path: Path, line: str) -> None:
    draw = random.Random(1)
    losses, held_out = falling(draw, 12), falling(draw, 12)
    text = "".join(f"{line.format(e=e, a=a, v=v)}\n" for e, (a, v) in enumerate(zip(losses, held_out, strict=True), 1))
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, range(1, 13))), losses)
    assert points(run, Role.VALIDATION) == (list(map(float, range(1, 13))), held_out)
    assert not any(is_test(s.name) for s in run.series)


@pytest.mark.parametrize(
    "line",
    [
        "resuming from checkpoint_10.pt (epoch 10, loss 0.35)",
        "=> loaded checkpoint 'best.pth.tar' (epoch 10, best loss 0.35, loss: 0.36)",
        "Restored weights of step 10, val_loss = 0.35",
    ],
)
def test_the_loss_of_a_restored_checkpoint_is_no_point(tmp_path: Path, line: str) -> None:
    draw = random.Random(2)
    first, second = falling(draw, 12), falling(draw, 10)
    text = "".join(f"Epoch {e} loss {a}\n" for e, a in enumerate(first, 1))
    text += f"{line}\n" + "".join(f"Epoch {e} loss {a}\n" for e, a in enumerate(second, 11))
    run = read(tmp_path, text)
    assert [s.name for s in run.series] == ["loss"]
    assert list(run.table.series("loss").values) == first + second
    assert len(run.restarts()) == 1
    assert [(w.what, w.lines) for w in run.warnings] == [(WarningKind.RESTORED_LINES, (13,))]


def test_an_early_yolo_names_its_losses_by_what_they_are_of(tmp_path: Path) -> None:
    draw = random.Random(3)
    box, obj, cls = (falling(draw, 8) for _term in range(3))
    text = "     Epoch   gpu_mem       box       obj       cls    labels  img_size\n" + "".join(
        f"     {i}/7     1.2G   {a:.4f}   {b:.4f}   {c:.4f}        12       640: 100%|##| 8/8 [00:05<00:00, 1.5it/s]\n"
        "               Class     Images     Labels          P          R     mAP@.5\n"
        "                 all        128        929      0.512      0.423      0.401\n"
        for i, (a, b, c) in enumerate(zip(box, obj, cls, strict=True))
    )
    run = read(tmp_path, text)
    assert {s.name: list(run.table.series(s.name).values) for s in run.series} == {"box": box, "obj": obj, "cls": cls}


def test_the_header_may_come_again(tmp_path: Path) -> None:
    draw = random.Random(4)
    losses, held_out = falling(draw, 12), falling(draw, 12)
    text = "".join(
        ("   Epoch     Train       Val\n" if e % 5 == 0 else "") + f"{e:8d}  {a:.4f}    {v:.4f}\n"
        for e, (a, v) in enumerate(zip(losses, held_out, strict=True))
    )
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, range(12))), losses)
    assert points(run, Role.VALIDATION)[1] == held_out


def test_a_page_of_the_web_has_its_tables(tmp_path: Path) -> None:
    draw = random.Random(5)
    courses = [(falling(draw, 6), falling(draw, 6)) for _table in range(2)]
    page = "<!DOCTYPE html><html><body><h1>Report</h1>"
    for losses, held_out in courses:
        rows = "".join(
            f"<tr><td>{100 * i}</td><td>{a}</td><td>{v}</td></tr>"
            for i, (a, v) in enumerate(zip(losses, held_out, strict=True))
        )
        page += f"<table><tr><th>Step</th><th>Training Loss</th><th>Validation Loss</th></tr>{rows}</table>"
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    runs = open_log(tmp_path / "report.html")
    found = [(points(run, Role.TRAINING)[1], points(run, Role.VALIDATION)[1]) for run in runs]
    assert found == courses


@pytest.mark.parametrize("section", ["<![endif]>", "<![if !mso]>", "<![CDATA[a]]>", "<![\x92Ç]>", "<![>", "<![1x>"])
def test_sections_of_a_page_do_not_hide_its_tables(section: str, tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{i}</td><td>{9 - i}</td></tr>{section}" for i in range(6))
    page = f"<!DOCTYPE html>{section}<table><tr><th>Step</th><th>Loss</th></tr>{rows}</table>{section}"
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    (run,) = open_log(tmp_path / "report.html")
    assert points(run, Role.TRAINING)[1] == [9.0, 8.0, 7.0, 6.0, 5.0, 4.0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "rewards.log",
            "".join(f"Episode {10 * i}\tAverage Score: {i / 7:.2f}\tEpsilon: 0.{90 - i}\n" for i in range(9)),
        ),
        ("scores.log", "".join(f"Accuracy = {i / 9:.3f}; kappa = {i / 11:.3f}\n" for i in range(9))),
        ("notes.md", "| epoch | mIoU |\n|---|---|\n" + "".join(f"| {i} | {i / 9:.3f} |\n" for i in range(9))),
        ("trials.log", "".join(f"[I 2026] Trial {i} has value: {i / 7:.3f}, rate: {i / 9:.3f}\n" for i in range(9))),
    ],
)
def test_what_has_no_loss_offers_its_columns(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(NoLossError) as error:
        open_log(tmp_path / name)
    assert error.value.columns


def test_the_tutorial_on_translation_prints_steps_and_losses_without_names(tmp_path: Path) -> None:
    losses = falling(random.Random(6), 12)
    text = "".join(f"0m {i}s (- 1m {60 - i}s) ({5000 * i} {8 * i}%) {loss}\n" for i, loss in enumerate(losses, 1))
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == ([5000.0 * i for i in range(1, 13)], losses)
    assert [w.what for w in run.warnings] == [WarningKind.GUESSED_COLUMN]


@pytest.mark.parametrize("clock", ["epoch", "step", ""])
@pytest.mark.parametrize("roles", [("train", "val"), ("training", "validation"), ("train", "test")])
def test_records_of_training_and_of_validation_are_one_run(tmp_path: Path, clock: str, roles: tuple[str, str]) -> None:
    draw = random.Random(7)
    losses, held_out = falling(draw, 12), falling(draw, 6 if clock else 12)
    counted = [{clock: i} if clock else {} for i in range(12)]
    every = 12 // len(held_out)
    parts = (
        [{**count, "loss": a} for count, a in zip(counted, losses, strict=True)],
        [{**count, "loss": v} for count, v in zip(counted[::every], held_out, strict=True)],
    )
    run = read(tmp_path, json.dumps(dict(zip(roles, parts, strict=True))), "history.json")
    assert points(run, Role.TRAINING)[1] == losses
    assert points(run, Role.VALIDATION) == ([float(i) for i in range(0, 12, every)], held_out)
    assert [s.partner for s in run.series if s.role is Role.VALIDATION] == [f"{roles[0]}/loss"]


def test_a_count_in_brackets_needs_no_word(tmp_path: Path) -> None:
    draw = random.Random(8)
    losses, held_out = falling(draw, 12), falling(draw, 12)
    text = "".join(f"[{i}/12] train: {a} val: {v}\n" for i, (a, v) in enumerate(zip(losses, held_out, strict=True), 1))
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == ([float(i) for i in range(1, 13)], losses)
    assert points(run, Role.VALIDATION)[1] == held_out


def test_a_line_of_many_cells_is_no_long_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history of JSON is one line with a blank behind each number; each of them would be a column."""
    (tmp_path / "history.json").write_text(json.dumps({"loss": falling(random.Random(0), 500)}), encoding="utf-8")
    asked = []
    monkeypatch.setattr(long_table, "dialect_of", lambda source, options: asked.append(options.delimiter))
    long_table.LongTable().matches(Source(tmp_path / "history.json"))
    assert asked == [None]


@pytest.mark.parametrize(
    "line",
    [
        "Epoch: {e:03d}, Loss: {a}, Val: {v}, Test: {v}",
        "Epoch {e}, Loss: {a}, Train: {v}, Val: {v}, Test: {v}",
        "Epoch {e} | loss {a} | val {v}",
        "Epoch {e} loss {a} test {v}%",
    ],
)
def test_what_a_set_alone_names_behind_a_loss_may_be_its_accuracy(tmp_path: Path, line: str) -> None:
    """As in the examples of PyTorch Geometric."""
    draw = random.Random(9)
    losses, scores = falling(draw, 12), falling(draw, 12)
    text = "".join(f"{line.format(e=e, a=a, v=v)}\n" for e, (a, v) in enumerate(zip(losses, scores, strict=True), 1))
    run = read(tmp_path, text)
    assert [(s.role, list(run.table.series(s.name).values)) for s in run.series] == [(Role.TRAINING, losses)]
    assert any("val" in name.lower() or "test" in name.lower() for name in run.table.columns)
