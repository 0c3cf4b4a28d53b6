"""Lines that name only the data of their losses, in generated variants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, open_log
from engine.run_warnings import WarningKind
from engine.series import Role

LINES = {
    "comma": "step {x}: train {a}, val {b}",
    "bars": "step {x} | train: {a} | val: {b}",
    "equals": "iter {x}/9000 train={a} valid={b}",
    "brackets": "[INFO] Epoch [{x}/90] - Train: {a} Test: {b}",
    "validation first": "epoch {x}: val {b}, train {a}",
    "more behind": "step {x}: train {a}, val {b}, lr 1.0e-03, 12.5ms",
}


@pytest.mark.parametrize("around", ["", "device: cuda\nnumber of parameters: 10.65M\n\n"])
@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("seed", range(3))
def test_the_bare_names_of_the_data_are_losses(tmp_path: Path, kind: str, around: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, every = int(rng.integers(3, 30)), int(rng.integers(1, 300))
    shown = [[f"{v:.4f}" for v in (3 + s) * np.exp(-np.arange(n) / n) + 0.1 * rng.random(n)] for s in (0, 1)]
    shown[1][-1] = "nan"
    lines = [LINES[kind].format(x=i * every, a=a, b=b) for i, (a, b) in enumerate(zip(*shown, strict=True))]
    (tmp_path / "a.log").write_text(around + "\n".join(lines) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    trained, tested = sorted(run.series, key=lambda s: s.role is Role.VALIDATION)
    assert (trained.name.lower(), trained.role, tested.role, tested.partner) == (
        *("train", Role.TRAINING, Role.VALIDATION),
        trained.name,
    )
    for series, values in ((trained, shown[0]), (tested, shown[1])):
        np.testing.assert_equal(run.table.values(series.name), np.array(values, float))
        assert [run.x_at(int(row)) for row in run.table.series(series.name).rows] == [i * every for i in range(n)]
    (guess,) = (w for w in run.warnings if w.what is WarningKind.GUESSED_COLUMN)
    assert set(guess.names) == {trained.name, tested.name}


def test_what_is_named_otherwise_is_no_loss(tmp_path: Path) -> None:
    for line in (
        "epoch {x} accuracy: train 0.{x}1, val 0.{x}0",
        "epoch {x}: train 9{x}.1%, val 8{x}.2%",
    ):
        (tmp_path / "a.log").write_text("".join(line.format(x=x) + "\n" for x in range(1, 9)))
        with pytest.raises(LogError):
            open_log(tmp_path / "a.log")


def test_beside_a_loss_the_bare_names_are_none(tmp_path: Path) -> None:
    lines = [f"epoch {x}: loss 0.{90 - x}\nepoch {x}: train 0.{x}1, val 0.{x}0" for x in range(1, 9)]
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    (run,) = open_log(tmp_path / "a.log")
    assert [s.name for s in run.series] == ["loss"]
