"""Progress bars: a loss that is drawn several times was measured once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.logs.drawn_lines import DrawnLines, drawn_lines
from engine.logs.names import Likeness, likeness

SEEDS = range(8)


def losses(rng: np.random.Generator, n: int) -> list[str]:
    """Losses as a bar prints them: with three digits, so that some stand twice in a row."""
    return [f"{v:.3g}" for v in 3 * np.exp(-np.arange(n) / n * 3)]


def bar(epoch: int, k: int, n: int, loss: str) -> str:
    done = f"{100 * k // n:3d}%|{'#' * (10 * k // n):10}|"
    return f"Epoch {epoch}/9: {done} {k}/{n} [00:{k:02d}<00:00, 44.3it/s, loss={loss}]"


def postfix_draws(values: list[str], epoch: int, each: int) -> list[str]:
    """What tqdm draws for ``set_postfix`` at every loss and an update at every `each`-th."""
    n = len(values)
    draws, k = [], 0
    for i, value in enumerate(values):
        draws.append(bar(epoch, k, n, value))
        if i % each == each - 1:
            k = i + 1
            draws.append(bar(epoch, k, n, value))
    return draws


@pytest.mark.parametrize("end", ["\r", "\n"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_loss_beside_a_bar_is_one_point(tmp_path: Path, seed: int, end: str) -> None:
    rng = np.random.default_rng(seed)
    each, epochs, n = int(rng.integers(2, 7)), int(rng.integers(1, 4)), int(rng.integers(20, 60))
    values = losses(rng, n * epochs)
    parts = [postfix_draws(values[n * e : n * (e + 1)], e + 1, each) for e in range(epochs)]
    (tmp_path / "a.log").write_text("\n".join(end.join(part) for part in parts) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    found = [f"{v:.3g}" for v in run.table.values("loss")]
    assert found == values


def test_a_stuck_loss_is_a_point_at_every_count() -> None:
    draws = [bar(1, k, 20, "0.693") for k in range(21)]
    assert drawn_lines("\r".join(draws) + "\n") == [*draws, ""]


def test_a_bar_drawn_again_at_its_count_is_one_point() -> None:
    draws = [bar(1, k, 20, f"{3 - k / 10}") for k in range(21)]
    twice = [draw for draw in draws for _ in range(2)]
    assert drawn_lines("\r".join(twice) + "\n") == [*draws, ""]


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("epochs", [3, 12])
def test_bars_erased_with_backspaces_give_the_end_of_each_epoch(tmp_path: Path, epochs: int, colour: bool) -> None:
    bold, plain = ("\x1b[1m", "\x1b[0m") if colour else ("", "")
    text = ""
    for epoch in range(1, epochs + 1):
        text += f"Epoch {epoch}/{epochs}\n"
        end = f"{plain} {'━' * 20} {bold}0s{plain} 11ms/step - loss:"
        draws = [f"{bold}{k}/8{end} {9 / epoch - k / 100:.4f}" for k in (1, 5, 8)]
        for draw in draws:
            text += "\r" + draw + "\b" * 52
        text += f"\r{draws[-1]} - val_loss: {9.5 / epoch:.4f}\n"
    (tmp_path / "a.log").write_text(text)
    (run,) = open_log(tmp_path / "a.log")
    assert run.names[run.x or ""] == "Epoch"
    assert run.table.values(run.x or "").tolist() == list(range(1, epochs + 1))
    assert run.table.values("loss").tolist() == [round(9 / e - 0.08, 4) for e in range(1, epochs + 1)]
    assert run.table.values("val_loss").tolist() == [round(9.5 / e, 4) for e in range(1, epochs + 1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_however_the_lines_come_they_are_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    text = "".join("\r".join(postfix_draws(losses(rng, 30), e, 3)) + f"\nepoch {e} done\n" for e in range(3))
    whole = drawn_lines(text)
    lines, drawing, found = text.split("\n"), DrawnLines(), []
    at = 0
    while at < len(lines):
        stop = at + int(rng.integers(1, 4))
        found += drawing.lines_of("\n".join(lines[at:stop]))
        at = stop
    assert [*found, *drawing.finish()] == whole


def test_a_bar_that_counts_groups_of_updates_keeps_equal_losses(tmp_path: Path) -> None:
    values = [f"{3 - i // 2 / 100:.3f}" for i in range(160)]  # each stands twice
    draws, k = [], 0
    for i, value in enumerate(values):
        draws.append(bar(1, k, 40, value))
        if i % 4 == 3:
            k += 1
            draws.append(bar(1, k, 40, value))
    (tmp_path / "a.log").write_text("\r".join(draws) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    found = [f"{v:.3f}" for v in run.table.values("loss")]
    assert len(found) >= 155
    assert found[-100:] == values[-100:]


@pytest.mark.parametrize("epochs", [2, 5])
def test_the_results_that_an_epoch_ends_with_make_no_new_loss(tmp_path: Path, epochs: int) -> None:
    draws, held_out = [], ""
    for epoch in range(epochs):
        for k in range(1, 11):
            start = f"Epoch {epoch}: {10 * k:3d}%|##| {k}/10 [00:00<00:00, 9.1it/s, train_loss={9 - epoch - k / 20:.3f}"
            draws.append(f"{start}{held_out}]")
        held_out = f", val_loss={8 - epoch:.3f}"
        draws.append(f"{start}{held_out}]")
    (tmp_path / "a.log").write_text("\r".join(draws) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert [f"{v:.3f}" for v in run.table.values("train_loss")] == [
        f"{9 - e - k / 20:.3f}" for e in range(epochs) for k in range(1, 11)
    ]
    assert run.table.values("val_loss").tolist() == [8 - e for e in range(epochs)]
    assert [run.x_at(int(row)) for row in run.table.series("val_loss").rows] == [10 * (e + 1) for e in range(epochs)]


def test_the_end_of_a_bar_that_shows_losses_ahead_is_no_loss() -> None:
    values = [f"{3 - k / 10:.3g}" for k in range(20)]
    draws = [bar(1, k, 20, value) for k, value in enumerate(values)]
    drawing = DrawnLines()
    text = "\r".join([*draws, bar(1, 20, 20, values[-1])]) + "\n"
    assert [*drawing.lines_of(text), *drawing.finish()] == [*draws, bar(1, 20, 20, "0").partition(" [")[0], ""]
    assert drawing.left_out == 1


KERAS_BARS = {
    "arrow": ("{k}/{n} [{done}>{left}] - ETA: 1s - loss: {loss}", "=", "."),
    "arrow and measures before": ("{k}/{n} [{done}>{left}] - ETA: 0s - acc: 0.5 - loss: {loss} - mae: 0.1", "=", "."),
    "line": ("{k}/{n} {done}{left} 1s 12ms/step - accuracy: 0.5 - loss: {loss}", "━", "━"),
    "coloured line": (
        "\x1b[1m{k}/{n}\x1b[0m \x1b[32m{done}\x1b[0m\x1b[37m{left}\x1b[0m \x1b[1m1s\x1b[0m 12ms/step - loss: {loss}",
        *("━", "━"),
    ),
}


@pytest.mark.parametrize("kind", KERAS_BARS)
@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_bars_of_running_means_give_the_loss_of_each_epoch(
    tmp_path: Path, kind: str, held_out: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    epochs, n = int(rng.integers(3, 9)), int(rng.integers(5, 30))
    template, done, left = KERAS_BARS[kind]
    values, text = 3 * np.exp(-np.arange(epochs * n) / n) + rng.random(epochs * n), ""
    means = [np.cumsum(part) / np.arange(1, n + 1) for part in values.reshape(epochs, n)]
    for e in range(epochs):
        shown = [
            template.format(k=k + 1, n=n, done=done * (k + 3), left=left * (n - k), loss=f"{means[e][k]:.4f}")
            for k in range(n)
        ]
        end = shown[-1].replace("ETA: 1s", "1s 12ms/step") + (f" - val_loss: {3 / (e + 1):.4f}" if held_out else "")
        text += f"Epoch {e + 1}/{epochs}\n" + "\r".join([*shown, end]) + "\n"
    (tmp_path / "a.log").write_bytes(text.encode())
    (run,) = open_log(tmp_path / "a.log")
    assert run.table.values("loss").tolist() == [float(f"{m[-1]:.4f}") for m in means]
    assert [run.x_at(int(row)) for row in run.table.series("loss").rows] == list(range(1, epochs + 1))
    if held_out:
        assert run.table.values("val_loss").tolist() == [float(f"{3 / (e + 1):.4f}") for e in range(epochs)]


def lightning_bar(epoch: int, k: int, n: int, shown: dict[str, str]) -> str:
    done = f"{100 * k // n:3d}%|{'#' * (10 * k // n):10}|"
    return (
        f"Epoch {epoch}: {done} {k}/{n} [00:{k:02d}<00:00, 44.3it/s{''.join(f', {a}={b}' for a, b in shown.items())}]"
    )


def lightning_draws(steps: list[str], held_out: list[str], means: list[str], every: int, how: str) -> list[str]:
    """What Lightning's bar draws: each count twice, first with what was shown before, and validation in between."""
    n, shown, draws = len(steps) // len(means), {}, []
    name = "train_loss_step" if how == "both" else "train_loss"
    for epoch, mean in enumerate(means):
        for k in range(n + 1):
            draws.append(lightning_bar(epoch, k, n, shown))
            if k and how != "epoch":
                shown[name] = steps[epoch * n + k - 1]
            draws += [lightning_bar(epoch, k, n, shown)] if k else []
        if (epoch + 1) % every == 0:
            draws.append("\nValidation: |          | 0/? [00:00<?, ?it/s]\x1b[A")
            draws += [
                f"\nValidation DataLoader 0: {25 * k}%|##| {k}/4 [00:00<00:00, 188.1it/s]\x1b[A" for k in range(5)
            ]
            draws.append("\n" + " " * 40 + "\x1b[A")
            shown["val_loss"] = held_out[epoch // every]
            draws.append(lightning_bar(epoch, n, n, shown))
        if how != "step":
            shown["train_loss_epoch" if how == "both" else "train_loss"] = mean
            draws.append(lightning_bar(epoch, n, n, shown))
        draws.append(lightning_bar(epoch, 0, n, shown))
    return draws


@pytest.mark.parametrize("how", ["step", "both", "epoch"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_bar_of_lightning_shows_each_loss_once(tmp_path: Path, seed: int, how: str) -> None:
    rng = np.random.default_rng(seed)
    n, every = int(rng.integers(5, 20)), int(rng.integers(1, 3))
    epochs = every * int(rng.integers(3, 6))
    steps, held_out, means = losses(rng, n * epochs), losses(rng, epochs // every), losses(rng, epochs)
    means[-1], held_out[-1] = means[-2], held_out[-2]  # two epochs that come out equal
    (tmp_path / "a.log").write_text("\r".join(lightning_draws(steps, held_out, means, every, how)) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    trained = means if how == "epoch" else steps
    name = "train_loss_step" if how == "both" else "train_loss"
    assert [f"{v:.3g}" for v in run.table.series(name).values] == trained
    assert [f"{v:.3g}" for v in run.table.series("val_loss").values] == held_out
    if how != "epoch":
        assert [run.x_at(int(row)) for row in run.table.series(name).rows] == [i + 1.0 for i in range(n * epochs)]


def test_a_constant_loss_beside_bars_that_begin_with_it_is_a_point_at_every_count(tmp_path: Path) -> None:
    draws = lightning_draws(["nan"] * 60, ["nan"] * 5, ["nan"] * 5, 1, "step")
    (tmp_path / "a.log").write_text("\r".join(draws) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert len(run.table.series("train_loss").values) == 60


def keras_bar(k: int, n: int, shown: str) -> str:
    drawn = f"\x1b[32m{'━' * 12}\x1b[0m\x1b[37m{'━' * 8}\x1b[0m"
    return f"\x1b[1m{k:2d}/{n}\x1b[0m {drawn} \x1b[1m0s\x1b[0m 3ms/step - {shown}"


def keras_epochs(trained: list[str], held_out: list[str], n: int, message: str) -> str:
    lines = []
    for epoch, (loss, val_loss) in enumerate(zip(trained, held_out, strict=True), 1):
        draws = [keras_bar(k, n, f"loss: {float(loss) + 0.1:.4f}") for k in (1, n // 2)] + [
            keras_bar(n, n, f"loss: {loss}")
        ]
        back = "\b" * 40 + "\r"
        lines += [f"Epoch {epoch}/{len(trained)}", back.join(draws)]
        lines += [message.format(epoch=epoch), ""] if message else []
        lines.append(back + keras_bar(n, n, f"loss: {loss} - val_loss: {val_loss}"))
    return "\n".join(lines) + "\n"


MESSAGES = ["", "Epoch {epoch}: val_loss did not improve from 1.17485", "Epoch {epoch}: saving model to a.keras"]


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("is_evaluated", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_bar_below_a_message_of_a_callback_is_the_same(
    tmp_path: Path, seed: int, message: str, is_evaluated: bool
) -> None:
    rng = np.random.default_rng(seed)
    trained, held_out = ([f"{float(v):.4f}" for v in losses(rng, 7)] for _ in range(2))
    held_out[-1] = held_out[-2]  # which is a result all the same
    text = keras_epochs(trained, held_out, 12, message)
    if is_evaluated:
        text += "\r" + ("\b" * 30 + "\r").join(keras_bar(k, 2, f"loss: 9.{k}000") for k in (1, 2)) + "\n"
    (tmp_path / "a.log").write_text(text)
    (run,) = open_log(tmp_path / "a.log")
    assert [f"{v:.4f}" for v in run.table.series("loss").values] == trained
    assert [f"{v:.4f}" for v in run.table.series("val_loss").values] == held_out
    assert [run.x_at(int(row)) for row in run.table.series("loss").rows] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


@pytest.mark.parametrize("value", ["nan", "0.0000", "1.5010"])
def test_equal_results_of_epochs_are_all_kept(tmp_path: Path, value: str) -> None:
    line = "12/12 - 0s - 3ms/step - loss: {a} - val_loss: {a} - learning_rate: 0.01"
    text = "".join(f"Epoch {e}/8\n{line.format(a=value)}\n" for e in range(1, 9))
    (tmp_path / "a.log").write_text(text)
    (run,) = open_log(tmp_path / "a.log")
    for name in ("loss", "val_loss"):
        assert [f"{v:.4f}" for v in run.table.series(name).values] == [f"{float(value):.4f}"] * 8


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bar_that_goes_on_behind_an_evaluation_shows_its_losses_once(tmp_path: Path, seed: int) -> None:
    """The evaluation is printed behind the bar, and the next draw after the pause shows the loss before it again."""
    rng = np.random.default_rng(seed)
    n, each = 40, int(rng.integers(5, 12))
    values, parts = losses(rng, n), []
    for k in range(1, n + 1):
        if k > 1 and (k - 1) % each == 0:
            parts.append(bar(1, k, n, values[k - 2]))
        parts.append(bar(1, k, n, values[k - 1]))
        if k % each == 0:
            parts[-1] += f" epoch {k // each}: eval_loss: 1.{k}"
    (tmp_path / "a.log").write_text("\r".join(p + ("\n" if "eval" in p else "") for p in parts) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert [f"{v:.3g}" for v in run.table.series("loss").values] == values
    assert len(run.table.series("eval_loss").values) == n // each


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bar_that_counts_validation_too_shows_its_losses_once(tmp_path: Path, seed: int) -> None:
    """Lightning 1 counts the batches of validation on in the bar of the training."""
    rng = np.random.default_rng(seed)
    epochs, n, more = 4, int(rng.integers(6, 20)), int(rng.integers(2, 5))
    values, held_out, draws, shown = losses(rng, n * epochs), losses(rng, epochs), [], {}
    for epoch in range(epochs):
        for k in range(1, n + 1):
            draws.append(lightning_bar(epoch, k, n + more, shown))
            shown["loss"] = values[epoch * n + k - 1]
            draws.append(lightning_bar(epoch, k, n + more, shown))
        draws.append("\nValidation DataLoader 0: 100%|##| 4/4 [00:00<00:00, 188.1it/s]\x1b[A\n")
        shown["val_loss"] = held_out[epoch]
        draws += [lightning_bar(epoch, n + more, n + more, shown), lightning_bar(epoch, 0, n + more, shown)]
    (tmp_path / "a.log").write_text("\r".join(draws) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert [f"{v:.3g}" for v in run.table.series("loss").values] == values
    assert [f"{v:.3g}" for v in run.table.series("val_loss").values] == held_out


@pytest.mark.parametrize("name", ["prev_loss", "previous loss", "evaluating perplexity every"])
def test_what_was_or_will_be_measured_is_no_loss(name: str) -> None:
    assert likeness(name) is Likeness.NONE


@pytest.mark.parametrize("message", ["", "saving"])
def test_bars_with_a_line_for_each_draw_are_the_course_of_the_epoch(tmp_path: Path, message: str) -> None:
    lines = []
    for epoch in range(3):
        lines += [f"{32 * k}/320 [=>....] - ETA: 4s - loss: {3 - epoch - k / 20:.4f}" for k in range(1, 10)]
        lines += [message] if message else []
        lines.append(f"320/320 [======] - 13s 35ms/step - loss: {2.5 - epoch:.4f} - val_loss: {2.6 - epoch:.4f}")
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert (len(run.table.series("loss").values), len(run.table.series("val_loss").values)) == (30, 3)


def test_a_mean_of_the_same_steps_is_drawn_again() -> None:
    drawing = DrawnLines()
    text = "".join(f"\r {k}/9 [00:0{k}<00:01, 9.1it/s, loss [{k // 3}-{k // 3 + 2}]: 0.{k // 3}]" for k in range(9))
    assert len([*drawing.lines_of(text), *drawing.finish()]) == 3
    assert drawing.left_out == 6


@pytest.mark.parametrize("inner", ["batches", "Training batches on cpu"])
def test_the_bar_of_the_epochs_goes_on_behind_that_of_the_batches(inner: str, tmp_path: Path) -> None:
    losses = [0.9, 0.7, 0.7, 0.5, 0.4]
    text = "\repochs:   0%|          | 0/5 [00:00<?, ?epoch/s]"
    for k, loss in enumerate(losses):
        text += f"\n\r{inner}:   0%|          | 0/7 [00:00<?, ?batch/s]\x1b[A\n\r{' ' * 60}\x1b[A"
        text += f"\repochs:   0%|          | {k}/5 [00:00<00:04, 2.2epoch/s, loss={loss}]"
        text += f"\repochs:   0%|          | {k + 1}/5 [00:00<00:04, 2.2epoch/s, loss={loss}]"
    (tmp_path / "nested.log").write_text(text + "\n", encoding="utf-8", newline="")
    (run,) = open_log(tmp_path / "nested.log")
    assert list(run.table.series("loss").values) == losses
