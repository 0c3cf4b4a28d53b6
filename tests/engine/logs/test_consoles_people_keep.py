"""Lines of consoles that were read wrongly without a word, in variants: other names, sizes and order."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

from engine.logs import NoLossError, ReadOptions, open_log
from engine.run import Run
from engine.run_warnings import WarningKind
from engine.series import Role, is_test, pair

SEEDS = range(3)


def falling(draw: random.Random, count: int) -> list[float]:
    """A loss that falls, with as many digits as consoles print."""
    return [round(2.9 * math.exp(-3 * i / count) + 0.3 + draw.uniform(-0.02, 0.02), 4) for i in range(count)]


def read(folder: Path, text: str, name: str = "train.log") -> Run:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    (run,) = open_log(folder / name)
    return run


def points(run: Run, role: Role) -> tuple[list[float], list[float]]:
    """The x and the values of the only series of a role."""
    (series,) = [s for s in run.series if s.role is role]
    cells = run.table.series(series.name)
    return [run.x_at(int(row)) for row in cells.rows], list(cells.values)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("gap", [" ", ": "])
def test_the_step_behind_the_name_of_a_loss_is_its_step(tmp_path: Path, seed: int, gap: str) -> None:
    draw = random.Random(seed)
    count, every = draw.randint(8, 30), draw.choice((1, 10, 500))
    trained, held_out = falling(draw, count), falling(draw, count)
    lines = [
        f"Train loss {every * i}{gap}{a:.6f} Grad Norm 1.234567 2.31s/it\nValidation loss {every * i}{gap}{v:.6f}\n"
        for i, (a, v) in enumerate(zip(trained, held_out, strict=True))
    ]
    run = read(tmp_path, "".join(lines))
    steps = [float(every * i) for i in range(count)]
    assert points(run, Role.TRAINING) == (steps, trained)
    assert points(run, Role.VALIDATION) == (steps, held_out)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "sizes", ["Train steps: 100 Val steps: 20", "train samples 6000 test samples 1000", "val batches=7"]
)
def test_the_sizes_of_data_sets_give_no_role(tmp_path: Path, seed: int, sizes: str) -> None:
    draw = random.Random(seed)
    trained, held_out = falling(draw, 9), falling(draw, 9)
    lines = [
        f"Epoch: {i:2d}/9 {sizes} 5.12s loss: {a} acc: 80.12 val_loss: {v} val_acc: 85.1\n"
        for i, (a, v) in enumerate(zip(trained, held_out, strict=True), 1)
    ]
    run = read(tmp_path, "".join(lines))
    assert points(run, Role.TRAINING)[1] == trained
    assert points(run, Role.VALIDATION)[1] == held_out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rate", ["1.01it/s", "3.50s/it"])
def test_what_another_stream_writes_behind_a_bar_is_a_line_of_its_own(tmp_path: Path, seed: int, rate: str) -> None:
    draw = random.Random(seed)
    trained = falling(draw, 12)
    text = ""
    for i, loss in enumerate(trained, 1):
        bar = f"{100 * i // 12:3d}%|##        | {i}/12 [00:10<00:20,  {rate}]"
        text += (
            draw.choice((f"{bar}\n", bar, f"\r{bar}")) + f"{{'loss': '{loss}', 'grad_norm': '0.5', 'epoch': '{i}'}}\n"
        )
    assert points(read(tmp_path, text), Role.TRAINING) == ([float(i) for i in range(1, 13)], trained)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "line", ["{i} | train_loss={a} | best=9.9\n", "[{i} | 12.34] loss={a} avg={a}\n", "{i}) loss {a}\n"]
)
def test_a_whole_number_that_counts_at_the_start_of_each_line_is_x(tmp_path: Path, seed: int, line: str) -> None:
    draw = random.Random(seed)
    first, every, trained = draw.choice((0, 1)), draw.choice((1, 50)), falling(draw, 15)
    run = read(tmp_path, "".join(line.format(i=first + every * i, a=a) for i, a in enumerate(trained)))
    at = [run.x_at(int(row)) for row in run.table.series(run.series[0].name).rows]
    assert at == [float(first + every * i) for i in range(15)]


@pytest.mark.parametrize("line", ["4711 loss={a}\n", "{p} loss={a}\n"])
def test_a_number_that_does_not_count_is_no_x(tmp_path: Path, line: str) -> None:
    draw = random.Random(0)
    trained = falling(draw, 15)
    run = read(tmp_path, "".join(line.format(a=a, p=draw.choice((3, 7, 9))) for a in trained))
    assert run.x is None
    assert points(run, Role.TRAINING)[1] == trained


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_that_two_handlers_write_counts_once(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    trained = falling(draw, 20)
    text = "".join(
        f"INFO:tensorflow:loss = {a}, step = {10 * i}\nI0101 10:00:00.123 14 b.py:2] loss = {a}, step = {10 * i}\n"
        for i, a in enumerate(trained)
    )
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == ([10.0 * i for i in range(20)], trained)
    assert [(w.what, w.count) for w in run.warnings] == [(WarningKind.REPEATED_ROWS, 20)]


def test_equal_losses_of_one_epoch_are_several(tmp_path: Path) -> None:
    text = "".join(f"epoch {e} loss {v}\n" for e in (1, 2, 3) for v in (0.5, 0.5, 0.4, 0.4))
    assert points(read(tmp_path, text), Role.TRAINING)[1] == [0.5, 0.5, 0.4, 0.4] * 3


@pytest.mark.parametrize("word", ["CV", "CROSSVAL"])
def test_a_line_of_cross_validation_is_of_validation(tmp_path: Path, word: str) -> None:
    draw = random.Random(1)
    trained, held_out = falling(draw, 9), falling(draw, 9)
    lines = [
        f"DEBUG TRAIN Batch {i}/100 loss {a} lr 0.001\nDEBUG {word} Batch {i}/0 loss {v}\n"
        for i, (a, v) in enumerate(zip(trained, held_out, strict=True))
    ]
    run = read(tmp_path, "".join(lines))
    assert points(run, Role.TRAINING)[1] == trained
    assert points(run, Role.VALIDATION)[1] == held_out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("line", ["loss={a} epoch={i}\n", "val_loss: {a}\tepoch: {i}.0\n", "loss {a} epoch {i}\n"])
def test_the_word_behind_a_loss_is_the_name_of_the_next_number(tmp_path: Path, seed: int, line: str) -> None:
    trained = falling(random.Random(seed), 12)
    run = read(tmp_path, "".join(line.format(a=a, i=i) for i, a in enumerate(trained)))
    (series,) = run.series
    cells = run.table.series(series.name)
    assert list(cells.values) == trained
    assert [run.x_at(int(row)) for row in cells.rows] == [float(i) for i in range(12)]


def test_a_message_in_quotes_is_no_part_of_the_next_name(tmp_path: Path) -> None:
    trained = falling(random.Random(2), 12)
    text = "".join(
        f'time=2024-01-01T10:00:{i:02d}.000Z level=INFO msg="train step" step={10 * i} loss={a}\n'
        for i, a in enumerate(trained)
    )
    assert points(read(tmp_path, text), Role.TRAINING) == ([10.0 * i for i in range(12)], trained)


def test_a_value_in_brackets_beside_a_loss_is_the_same_loss_of_the_data_named(tmp_path: Path) -> None:
    draw = random.Random(3)
    trained, held_out = falling(draw, 9), falling(draw, 9)
    text = "".join(f"Epoch {i} Loss {a} (val {v})\n" for i, (a, v) in enumerate(zip(trained, held_out, strict=True)))
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING)[1] == trained
    assert points(run, Role.VALIDATION)[1] == held_out


def test_accuracies_behind_a_loss_are_not_losses(tmp_path: Path) -> None:
    trained = falling(random.Random(4), 9)
    text = "".join(f"Epoch: {i:03d}, Loss: {a}, Train: 0.5, Val: 0.4, Test: 0.3\n" for i, a in enumerate(trained))
    (series,) = read(tmp_path, text).series
    assert series.name == "Loss"


@pytest.mark.parametrize("name", ["dtest", "test"])
def test_the_test_set_of_boosting_is_told_from_validation(tmp_path: Path, name: str) -> None:
    losses = falling(random.Random(5), 9)
    run = read(tmp_path, json.dumps({"dtrain": {"rmse": losses}, name: {"rmse": losses}}), "evals.json")
    assert [is_test(s.name) for s in run.series] == [False, True]


@pytest.mark.parametrize("seed", SEEDS)
def test_metrics_behind_each_other_stand_side_by_side(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    trained, held_out = falling(draw, 20), falling(draw, 4)
    records = [
        {"metricName": name, "metricValue": str(v), "timestamp": 1700000000000 + i, "step": step * i, "epoch": None}
        for name, step, values in (("train_loss", 1, trained), ("val_loss", 5, held_out))
        for i, v in enumerate(values)
    ]
    run = read(tmp_path, json.dumps(records), "metrics.json")
    assert points(run, Role.TRAINING) == ([float(i) for i in range(20)], trained)
    assert points(run, Role.VALIDATION) == ([0.0, 5.0, 10.0, 15.0], held_out)


def test_two_trainings_behind_each_other_stay_two(tmp_path: Path) -> None:
    draw = random.Random(6)
    rows = [(i, a) for _run in range(2) for i, a in enumerate(falling(draw, 9))]
    run = read(tmp_path, "step,loss,acc\n" + "".join(f"{i},{a},0.{i}\n" for i, a in rows), "a.csv")
    assert points(run, Role.TRAINING)[1] == [a for _i, a in rows]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_log_without_a_loss_offers_its_numbers(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    rewards = [round(9 * i + draw.random(), 2) for i in range(9)]
    log = tmp_path / "a.log"
    log.write_text(
        "seed: 7\n" + "".join(f"Episode step {10 * i}: reward {r}, dice 0.{i}\n" for i, r in enumerate(rewards))
    )
    with pytest.raises(NoLossError) as caught:
        open_log(log)
    assert {"reward", "dice"} <= set(caught.value.columns)
    (run,) = open_log(log, ReadOptions(columns=("reward",)))
    assert list(run.table.series("reward").values) == rewards


@pytest.mark.parametrize("seed", SEEDS)
def test_a_printed_table_has_one_count_of_its_own(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    count, each = draw.randint(6, 12), draw.choice((64, 2048))
    losses = falling(draw, count)
    rule = "-" * 40 + "\n"
    text = "Using cpu device\n"
    for i in range(count + 1):  # the first table has no loss yet
        text += f"{rule}| rollout/           |          |\n|    ep_rew_mean     | {20 + i}       |\n"
        text += f"| time/              |          |\n|    fps             | {485 - i}      |\n"
        text += f"|    iterations      | {i + 1}        |\n|    total_timesteps | {each * (i + 1)}       |\n"
        if i:
            text += f"| train/             |          |\n|    loss            | {losses[i - 1]} |\n"
            text += f"|    n_updates       | {10 * i}       |\n"
        text += rule
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == ([float(i) for i in range(2, count + 2)], losses)
    assert not run.restarts()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("between", ["[{a}-{b}]", " [{a}-{b}]", " ({a}:{b})"])
def test_the_steps_that_a_mean_is_of_are_not_the_mean(tmp_path: Path, seed: int, between: str) -> None:
    draw = random.Random(seed)
    losses = falling(draw, 20)
    text = "".join(
        f"\r{5 * i:3d}%|##    | {20 * i}/400 [00:{i:02d}<00:19, 20.1it/s, init loss: 176.6, "
        f"avg. loss{between.format(a=20 * i - 19, b=20 * i)}: {loss}]"
        for i, loss in enumerate(losses, 1)
    )
    run = read(tmp_path, text + "\n")
    assert list(run.table.series("loss").values) == losses


def test_bars_without_a_loss_are_no_table(tmp_path: Path) -> None:
    text = "".join(f"{5 * i:3d}%|##    | {20 * i}/400 [00:{i:02d}<00:19, 20.1it/s]\n" for i in range(1, 21))
    (tmp_path / "bar.log").write_text(text, encoding="utf-8")
    with pytest.raises(NoLossError):
        open_log(tmp_path / "bar.log")


@pytest.mark.parametrize("count", ["", "Epoch {i} "])
def test_what_stands_in_a_group_of_losses_is_a_loss(tmp_path: Path, count: str) -> None:
    draw = random.Random(0)
    ner, tagger = falling(draw, 9), falling(draw, 9)
    text = "".join(
        f"{count.format(i=i)}Losses {{'ner': np.float32({a}), 'tagger': {b}}}\n"
        for i, (a, b) in enumerate(zip(ner, tagger, strict=True))
    )
    run = read(tmp_path, text)
    assert {s.name: list(run.table.series(s.name).values) for s in run.series} == {
        "Losses ner": ner,
        "Losses tagger": tagger,
    }


def test_a_time_beside_the_count_counts_nothing(tmp_path: Path) -> None:
    draw = random.Random(0)
    losses = falling(draw, 12)
    text = "".join(
        f"[batch={10 * i}/120]:\n\t Train time/batch: {10 * i - 1}\n\t Train time/epoch: {i // 4}\n"
        f"\t Train loss/train/total: {loss}\n"
        for i, loss in enumerate(losses, 1)
    )
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING)[1] == losses
    assert "time/batch" not in str(run.names.get(run.x or "", run.x))


def test_the_rows_of_vowpal_wabbit_that_end_with_an_h_are_held_out(tmp_path: Path) -> None:
    draw = random.Random(0)
    losses = falling(draw, 12)
    text = "average  since         example        example        current        current  current\n"
    text += "loss     last          counter         weight          label        predict features\n"
    text += "".join(
        f"{loss:.6f} {loss:.6f}  {2**i:12d}  {2**i:11.1f}   3.1936   0.0000   3{' h' if i > 7 else ''}\n"
        for i, loss in enumerate(losses)
    )
    run = read(tmp_path, text)
    found = {s.name: (s.role, s.partner, list(run.table.series(s.name).values)) for s in run.series}
    assert found["average loss"] == (Role.TRAINING, None, losses[:8])
    assert found["holdout average loss"] == (Role.VALIDATION, "average loss", losses[8:])


def test_what_gluonts_calls_a_metric_of_evaluation_is_of_the_training(tmp_path: Path) -> None:
    draw = random.Random(0)
    losses, held_out = falling(draw, 9), falling(draw, 9)
    text = "".join(
        f"INFO:gluonts.trainer:Epoch[{i}] Evaluation metric 'epoch_loss'={a:.6f}\n"
        f"INFO:gluonts.trainer:Epoch[{i}] Evaluation metric 'validation_epoch_loss'={v:.6f}\n"
        for i, (a, v) in enumerate(zip(losses, held_out, strict=True))
    )
    run = read(tmp_path, text)
    assert points(run, Role.TRAINING) == (list(map(float, range(9))), losses)
    assert points(run, Role.VALIDATION) == (list(map(float, range(9))), held_out)


def test_keras_says_its_evaluations_by_batches_too() -> None:
    series = pair(["train/epoch_loss", "validation/epoch_loss", "validation/evaluation_loss_vs_iterations"])
    assert [s.partner for s in series] == [None, "train/epoch_loss", None]
    series = pair(["train/batch_loss", "train/epoch_loss", "validation/evaluation_loss_vs_iterations"])
    assert [s.partner for s in series] == [None, None, "train/batch_loss"]


def test_the_line_of_an_epoch_with_its_sizes_is_no_step(tmp_path: Path) -> None:
    draw = random.Random(0)
    steps, means, held_out = falling(draw, 24), falling(draw, 6), falling(draw, 6)
    text = ""
    for e in range(6):
        text += "".join(
            f"\rEpoch: {e + 1}/6 Step: {k + 1}/4 {25 * (k + 1)}.00% |##| ETA: 0.08s loss: {steps[4 * e + k]}"
            for k in range(4)
        )
        text += f"\rEpoch: {e + 1}/6 Train steps: 4 Val steps: 2 0.31s loss: {means[e]} val_loss: {held_out[e]}\n"
    run = read(tmp_path, text)
    found = {s.name: list(run.table.series(s.name).values) for s in run.series}
    assert found == {"loss": steps, "loss (epoch)": means, "val_loss": held_out}


def test_a_folder_says_a_run_of_mmengine_once(tmp_path: Path) -> None:
    draw = random.Random(0)
    losses = [loss + 1e-6 for loss in falling(draw, 12)]
    places = (
        tmp_path / "20260102" / "20260102.log",
        *(tmp_path / "20260102" / "vis_data" / name for name in ("20260102.json", "scalars.json")),
    )
    places[1].parent.mkdir(parents=True)
    lines = [f"Epoch(train) [1][{i}/12] lr: 0.1 time: 0.{i + 10} loss: {a:.4f}\n" for i, a in enumerate(losses, 1)]
    places[0].write_text("".join(lines), encoding="utf-8")
    records = [{"loss": a, "time": 0.1 + i / 1000, "iter": i, "step": i} for i, a in enumerate(losses, 1)]
    for place in places[1:]:
        place.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    (run,) = open_log(tmp_path)
    assert list(run.table.series("loss").values) == losses
    records[0]["time"] = 9.0  # another training with the same seed
    places[2].write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    assert len(open_log(tmp_path)) == 2
