"""Long logs of one form are read at once, with the same result as line by line."""

from __future__ import annotations

import numpy as np
import pytest

from engine.logs import uniform_lines
from engine.logs.text_rows import read_text
from engine.logs.uniform_lines import read_uniform

FORMS = (
    "step={i} loss={l} lr={r} grad_norm={g}",
    "Epoch {e}, step {i}: loss {l}, accuracy {a}",
    "[{i}] train loss: {l} | val loss: {g} | tokens/s 1200",
    "iteration {i:8d} | lm loss: {l} | learning rate: {r}",
)


def lines(form: str, rows: int) -> list[str]:
    draw = np.random.default_rng(0)
    return [
        form.format(
            i=i,
            e=i // 100,
            l="nan" if i % 997 == 5 else f"{3 / (1 + i / 50):.5f}",
            r="1.000e-03",
            g=f"{draw.random():.4f}",
            a=f"{i % 100}",
        )
        for i in range(rows)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_it_is_the_same_as_line_by_line(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniform_lines, "LEAST_BYTES", 1000)
    text = "\n".join(lines(form, 2000)) + "\n"
    found, wanted = read_uniform(text), read_text(text)
    assert found is not None
    assert found.losses == wanted.losses
    assert list(found.columns) == list(wanted.columns)
    for name in wanted.columns:
        np.testing.assert_equal(found.cells(name).values, wanted.cells(name).values)


@pytest.mark.parametrize("odd", ["saved a checkpoint", "step=7 loss=0.5", "", "step=1 loss=1,000 lr=1.0 grad_norm=2"])
def test_a_line_of_another_form_is_left_to_the_other_reader(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniform_lines, "LEAST_BYTES", 1000)
    rows = lines(FORMS[0], 2000)
    rows[1500] = odd
    assert read_uniform("\n".join(rows) + "\n") is None


def test_numbers_that_part_later_are_never_confused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniform_lines, "LEAST_BYTES", 1000)
    text = "".join(f"step={i} loss=1.0 aux_loss={1.0 if i < 900 else 2.0}\n" for i in range(2000))
    assert read_uniform(text) is None
