"""Long logs of a few forms are read at once, with the same result as line by line."""

from __future__ import annotations

import numpy as np
import pytest

from engine.logs.line_forms import read_forms
from engine.logs.text_rows import read_text

TIME = "2024-05-01 10:{m:02d}:{s:02d},123"
TRAINING = {
    "keys": "step={i} loss={l} lr={r} grad_norm={g}",
    "words": "Epoch {e}, step {i}: loss {l}, accuracy {a}",
    "brackets": "[{i}] train loss: {l} | val loss: {g} | tokens/s 1200",
    "padded": "iteration {i:8d} | lm loss: {l} | learning rate: {r}",
    "logging": TIME + " - INFO - train.py:88 - step {i}: loss={l} lr={r}",
    "glog": "I0501 10:{m:02d}:{s:02d}.123456 1234 solver.cpp:218] Iteration {i}, loss = {l}",
    "clock": "[10:{m:02d}:{s:02d}] epoch {e} step {i} loss {l} (eta 0:12:{s:02d})",
    "dictionary": "{{'loss': {l}, 'grad_norm': {g}, 'learning_rate': {r}, 'epoch': {f}}}",
    "of": "Epoch {e} step {i}/100000 loss {l}",
}
BESIDE = {
    "nothing": {},
    "evaluations": {19: "eval step {i}: val_loss={g}"},
    "evaluations with time": {19: TIME + " INFO eval step {i} val_loss={g} val_acc=0.{a}"},
    "evaluations of an epoch": {99: "epoch {e}: val_loss={g}"},
    "checkpoints": {49: "saved a checkpoint to /tmp/run/ckpt-{i}.pt"},
    "both": {19: "valid loss {g}", 49: TIME + " INFO saving ckpt-{i}", 77: "", 78: "----------"},
}
# What a line says of others: these must be left to the reader that goes line by line.
TOGETHER = (
    "Epoch {e}/9",
    "Validating...",
    "loss:",
    "| loss | 0.5 |",
    "step=7 loss=1,000 lr=1.0 grad_norm=2",
    "best iteration is:",
    "throughput 12.5 samples",
)


def lines(form: str, rows: int, beside: dict[int, str] | None = None) -> list[str]:
    draw = np.random.default_rng(0)
    found = []
    for i in range(rows):
        numbers = {
            "i": i,
            "e": i // 100,
            "f": f"{i / 100:.2f}",
            "l": "nan" if i % 997 == 5 else f"{3 / (1 + i / 50):.5f}",
            "r": "1.000e-03" if i % 2 else "0.001",
            "g": f"{draw.random():.4f}",
            "a": f"{i % 100}",
            "m": i // 60 % 60,
            "s": i % 60,
        }
        found.append(form.format(**numbers))
        found += [other.format(**numbers) for every, other in (beside or {}).items() if i % 100 == every]
    return found


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("form", TRAINING)
def test_it_is_the_same_as_line_by_line(form: str, beside: str) -> None:
    text = "\n".join(lines(TRAINING[form], 2000, BESIDE[beside])) + "\n"
    found, wanted = read_forms(text), read_text(text)
    if found is None:
        pytest.skip("left to the other reader")
    assert (found.losses, found.warnings) == (wanted.losses, wanted.warnings)
    assert list(found.columns) == list(wanted.columns)
    for name in wanted.columns:
        np.testing.assert_equal(found.cells(name).rows, wanted.cells(name).rows)
        np.testing.assert_equal(found.cells(name).values, wanted.cells(name).values)


@pytest.mark.parametrize("form", ["keys", "logging", "glog", "clock", "dictionary", "padded"])
def test_logs_with_evaluations_and_checkpoints_are_read_at_once(form: str) -> None:
    assert read_forms("\n".join(lines(TRAINING[form], 2000, BESIDE["checkpoints"]))) is not None
    assert read_forms("\n".join(lines(TRAINING[form], 2000, BESIDE["evaluations"]))) is not None


@pytest.mark.parametrize("at", [3, 1500])
@pytest.mark.parametrize("odd", TOGETHER)
def test_a_line_that_depends_on_others_leaves_all_to_the_other_reader(odd: str, at: int) -> None:
    rows = lines(TRAINING["keys"], 2000)
    rows[at] = odd.format(e=at // 100)
    assert read_forms("\n".join(rows) + "\n") is None


def test_names_that_differ_in_a_digit_are_not_mixed() -> None:
    text = "".join(f"step={i} loss_{1 + i % 2}=1.{i}\n" for i in range(2000))
    assert read_forms(text) is None


def test_the_most_lines_of_a_row_are_one_row() -> None:
    rows = [f"step {i} train loss {9 / (i + 1):.4f}\nstep {i} val loss {8 / (i + 1):.4f}" for i in range(1000)]
    found, wanted = read_forms("\n".join(rows)), read_text("\n".join(rows))
    assert found is not None
    assert found.rows == wanted.rows == 1000
