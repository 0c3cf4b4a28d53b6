"""A log of several trainings, as cross-validation prints them, is read as so many runs."""

from __future__ import annotations

import random
from itertools import chain
from pathlib import Path

import pytest

from engine.logs import open_log
from engine.run import Run
from engine.series import Role
from tests.engine.logs.test_consoles_people_keep import points

EPOCHS = 6
Course = list[tuple[float, float]]

HEADS = (
    "Fold {k}",
    "Fold: {k}/3",
    "FOLD #{k} of 3",
    "===== Run {k}/3 =====",
    "--- Trial {k} ---",
    "[Split {k}]",
    "Training fold {k}...",
    "\n*** Starting run {k} ***\n",
)
ROWS = (
    "Epoch {e}/6 - loss: {a} - val_loss: {b}",
    "epoch={e} train_loss={a} val_loss={b}",
    "Epoch [{e}/6], Train Loss: {a}, Val Loss: {b}",
    "epoch {e} | train loss {a} | valid loss {b} | lr 0.001",
)
LABELS = ("fold {k} ", "Fold {k}/3 | ", "[fold {k}] ", "2026-01-02 10:00:00 INFO Fold: {k}, ", "FOLD={k} ")


def courses(seed: int) -> list[Course]:
    draw = random.Random(seed)

    def course() -> Course:
        return [(round(2 / (i + 1) + draw.random(), 4), round(2 / (i + 1) + draw.random(), 4)) for i in range(EPOCHS)]

    return [course() for _fold in range(3)]


def lines_of(course: Course, row: str) -> list[str]:
    return [row.format(e=e, a=a, b=b) for e, (a, b) in enumerate(course, 1)]


def told(run: Run) -> tuple[list[float], list[float], list[float]]:
    at, losses = points(run, Role.TRAINING)
    return at, losses, points(run, Role.VALIDATION)[1]


def expected(course: Course) -> tuple[list[float], list[float], list[float]]:
    a, b = zip(*course)
    return [float(e) for e in range(1, EPOCHS + 1)], list(a), list(b)


def read(tmp_path: Path, lines: list[str]) -> list[Run]:
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    return open_log(tmp_path / "train.log")


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("head", HEADS)
def test_a_head_begins_a_training(head: str, row: str, tmp_path: Path) -> None:
    given = courses(1)
    parts = ([head.format(k=k), *lines_of(course, row)] for k, course in enumerate(given, 1))
    runs = read(tmp_path, ["device: cpu", *chain.from_iterable(parts), "All done"])
    assert [told(run) for run in runs] == [expected(course) for course in given]
    assert [run.name[-1] for run in runs] == ["1", "2", "3"]


@pytest.mark.parametrize("is_in_turn", [False, True])
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("label", LABELS)
def test_a_label_in_each_line_tells_trainings_apart(label: str, row: str, is_in_turn: bool, tmp_path: Path) -> None:
    given = courses(2)
    parts = [[label.format(k=k) + line for line in lines_of(course, row)] for k, course in enumerate(given, 1)]
    lines = list(chain.from_iterable(zip(*parts) if is_in_turn else parts))
    assert [told(run) for run in read(tmp_path, lines)] == [expected(course) for course in given]


@pytest.mark.parametrize(
    "lines",
    [
        [f"fold {k} val_loss {1 / k:.4f}" for k in range(1, 11)],  # a result each
        ["Run 4", *(f"epoch {e} loss {1 / e:.4f}" for e in range(1, 9))],
        list(chain.from_iterable((f"Run {e % 2}", f"epoch {e} loss {1 / e:.4f}") for e in range(1, 9))),
        [
            *chain.from_iterable(
                (f"Fold {k}/2", *lines_of(course, ROWS[1])) for k in (1, 2) * 3 for course in courses(k)[:1]
            )
        ],
        [
            *chain.from_iterable(
                (f"10:0{k}:07 Fold {k}/5", *lines_of(course, ROWS[1])) for k in (1, 2) * 3 for course in courses(k)[:1]
            )
        ],
        [f"the trial run of epoch {e} has loss {1 / e:.4f}" for e in range(1, 9)],
        [f"scaffold {e} loss {1 / e:.4f}" for e in range(1, 9)],
    ],
)
def test_what_is_one_course_stays_one_run(lines: list[str], tmp_path: Path) -> None:
    (run,) = read(tmp_path, lines)
    assert max(run.table.count(series.name) for series in run.series) >= 8
