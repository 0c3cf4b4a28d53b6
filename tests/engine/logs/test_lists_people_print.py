"""Lists of losses as Python, NumPy and PyTorch print them, over lines, below their names and one an epoch."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.logs import open_log

TRAINED = [round(3 * 0.9**i, 4) for i in range(12)]
HELD_OUT = [round(3.1 * 0.9**i, 4) for i in range(12)]


def numpy_like(values: list[float]) -> str:
    return "[" + "\n ".join(" ".join(f"{v:.8f}" for v in values[i : i + 5]) for i in range(0, len(values), 5)) + "]"


def spread(name: str, values: list[float]) -> str:
    rows = [", ".join(map(str, values[i : i + 4])) for i in range(0, len(values), 4)]
    return f"{name} = [" + ",\n    ".join(rows) + "]"


def tensors(values: list[float], behind: str) -> str:
    return "[" + ", ".join(f"tensor({v}{behind})" for v in values) + "]\n"


@pytest.mark.parametrize(
    "text",
    [
        f"train_losses:\n{numpy_like(TRAINED)}\nvalid_losses:\n{numpy_like(HELD_OUT)}\n",
        f"train_losses: {numpy_like(TRAINED)}\nvalid_losses: {numpy_like(HELD_OUT)}\n",
        f"{spread('train_loss', TRAINED)}\n{spread('val_loss', HELD_OUT)}\n",
        f"train loss: {TRAINED}\nval loss: {HELD_OUT}\n",
    ],
)
def test_two_lists_are_two_series(tmp_path: Path, text: str) -> None:
    path = tmp_path / "losses.txt"
    path.write_text(text, encoding="utf-8")
    (run,) = open_log(path)
    assert {s.role.value: list(run.table.series(s.name).values) for s in run.series} == {
        "training": TRAINED,
        "validation": HELD_OUT,
    }


@pytest.mark.parametrize(
    "text",
    [
        *(
            tensors(TRAINED, end)
            for end in ("", ", grad_fn=<MseLossBackward0>", ", device='cuda:0', dtype=torch.float64")
        ),
        "".join(f"Epoch {e + 1} losses: {TRAINED[4 * e : 4 * e + 4]}\n" for e in range(3)),
        "".join(f"epoch_{e} loss: {TRAINED[3 * e : 3 * e + 3]}\n" for e in range(4)),
    ],
)
def test_one_course_is_one_series(tmp_path: Path, text: str) -> None:
    path = tmp_path / "losses.txt"
    path.write_text(text, encoding="utf-8")
    (run,) = open_log(path)
    assert [list(run.table.series(s.name).values) for s in run.series] == [TRAINED]
