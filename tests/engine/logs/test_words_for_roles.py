"""Training and validation are told apart in many languages, spellings and places of the word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.run import Run
from engine.series import Role, pair

LANGUAGES = {
    "de": ("Epoche", "Trainingsverlust", "Validierungsverlust"),
    "de, bare": ("Epoche", "Verlust", "Validierungsverlust"),
    "fr": ("Époque", "perte d'entraînement", "perte de validation"),
    "es": ("Época", "pérdida de entrenamiento", "pérdida de validación"),
    "it": ("Epoca", "perdita di addestramento", "perdita di validazione"),
    "pt": ("Época", "perda de treino", "perda de validação"),
    "ru": ("Эпоха", "потери на обучении", "потери на валидации"),
    "ja": ("エポック", "訓練損失", "検証損失"),
    "zh": ("轮次", "训练损失", "验证损失"),
    "zh, mixed": ("epoch", "训练集loss", "测试集loss"),
    "zh, mixed and validated": ("epoch", "训练loss", "验证loss"),
    "ko": ("에포크", "훈련 손실", "검증 손실"),
    "joined": ("epoch", "trainloss", "valloss"),
}
SENTENCES = {
    "one line": "{epoch} {e}/9: {a}: {x:.4f}, {b}: {y:.4f}\n",
    "epoch above": "2024-03-01 12:00:11,123 - INFO - {epoch} {e}/9\n - {a}: {x:.4f}\n - {b}: {y:.4f}\n",
    "windows": "[{epoch} {e}] {a} = {x:.4f} | {b} = {y:.4f}\r\n",
}
SHARED = {
    "LOSS train {x} valid {y}": ("LOSS train", "LOSS valid"),
    "loss: train {x}, val {y}": ("loss train", "loss val"),
    "train loss {x} | dev {y} | lr 0.1": ("train loss", "dev loss"),
    "loss (train/val): {x}/{y}": ("train loss", "val loss"),
    "train/val loss: {x} / {y}": ("train loss", "val loss"),
}


def course(seed: int) -> tuple[list[float], list[float]]:
    draw = np.random.default_rng(seed)
    fall = 3 * np.exp(-np.arange(8) / 3)
    return tuple([round(float(v), 4) for v in fall * draw.uniform(0.9, 1.1, 8)] for _ in range(2))  # type: ignore[return-value]


def read(path: Path, text: str) -> Run:
    path.write_text(text, encoding="utf-8", newline="")
    (run,) = open_log(path)
    return run


def check(run: Run, training: list[float], held_out: list[float], first: int = 1) -> None:
    by_role = {s.role: s for s in run.series}
    assert len(run.series) == len(by_role) == 2, run.series
    for role, values in ((Role.TRAINING, training), (Role.VALIDATION, held_out)):
        cells = run.table.series(by_role[role].name)
        assert cells.values.tolist() == values
        assert [run.x_at(int(row)) for row in cells.rows] == list(range(first, first + len(values)))
    assert by_role[Role.VALIDATION].partner == by_role[Role.TRAINING].name


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_in_a_printed_log(language: str, sentence: str, tmp_path: Path) -> None:
    (epoch, a, b), (training, held_out) = LANGUAGES[language], course(1)
    numbers = enumerate(zip(training, held_out, strict=True), 1)
    text = "".join(SENTENCES[sentence].format(epoch=epoch, a=a, b=b, e=e, x=x, y=y) for e, (x, y) in numbers)
    check(read(tmp_path / "train.log", text), training, held_out)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_above_a_table(language: str, tmp_path: Path) -> None:
    (epoch, a, b), (training, held_out) = LANGUAGES[language], course(2)
    rows = [f"{e};{x};{y}" for e, (x, y) in enumerate(zip(training, held_out, strict=True), 1)]
    check(read(tmp_path / "a.csv", "\n".join([f"{epoch};{a};{b}", *rows]) + "\n"), training, held_out)


@pytest.mark.parametrize("form", SHARED)
def test_a_name_said_once_is_that_of_both_roles(form: str, tmp_path: Path) -> None:
    training, held_out = course(3)
    numbers = enumerate(zip(training, held_out, strict=True))
    run = read(tmp_path / "a.log", "".join(f"EPOCH {e}: {form.format(x=x, y=y)}\n" for e, (x, y) in numbers))
    assert tuple(s.name for s in run.series) == SHARED[form]
    check(run, training, held_out, first=0)


def test_words_that_only_begin_like_those_of_roles() -> None:
    names = ("valuation_loss", "tested_loss", "学习率损失", "values loss", "devised loss")
    assert [s.role for s in pair(names)] == [Role.TRAINING] * len(names)


@pytest.mark.parametrize("column", ["phase", "split", "mode", "set"])
@pytest.mark.parametrize(("train", "held_out"), [("train", "val"), ("Training", "Validation"), ("训练", "验证")])
def test_a_column_says_the_phase_of_each_row(column: str, train: str, held_out: str, tmp_path: Path) -> None:
    a, b = course(4)
    rows = [
        f"{e},{p},{v}" for e, pairs in enumerate(zip(a, b, strict=True), 1) for p, v in zip((train, held_out), pairs)
    ]
    check(read(tmp_path / "a.csv", "\n".join([f"epoch,{column},loss", *rows]) + "\n"), a, b)


@pytest.mark.parametrize("line", [">>> evaluating on validation set", "Validating...", "Evaluation on the test set"])
def test_an_announced_evaluation_ends_with_the_next_epoch(line: str, tmp_path: Path) -> None:
    a, b = course(6)
    numbers = enumerate(zip(a, b, strict=True), 1)
    check(
        read(tmp_path / "a.log", "".join(f"epoch {e}: loss={x}\n{line}\n>>> loss={y}\n" for e, (x, y) in numbers)), a, b
    )


@pytest.mark.parametrize("lines", ["***** Running Evaluation *****", "Validating...", "Evaluation started"])
def test_training_goes_on_after_an_evaluation_that_names_its_own(lines: str, tmp_path: Path) -> None:
    a, b = course(5)
    text = "".join(
        f"{{'loss': {x}, 'learning_rate': 5e-05, 'epoch': {e}.0}}\n{lines}\n{{'eval_loss': {y}, 'epoch': {e}.0}}\n"
        for e, (x, y) in enumerate(zip(a, b, strict=True), 1)
    )
    check(read(tmp_path / "a.log", text), a, b)


INITIALS = [("T loss", "V loss"), ("t_loss", "v_loss"), ("loss", "V loss"), ("tloss", "vloss"), ("L_train", "L_val")]


@pytest.mark.parametrize("names", INITIALS)
@pytest.mark.parametrize("form", ["Epoch {i}/20 | {a}: {x:.4f} | {b}: {y:.4f}", "epoch={i} {a}={x:.4f} {b}={y:.4f}"])
def test_initials_tell_training_from_validation(tmp_path: Path, names: tuple[str, str], form: str) -> None:
    a, b = names
    lines = (form.format(i=i, a=a, b=b, x=2 / i, y=3 / i) for i in range(1, 20))
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = open_log(tmp_path / "a.log")
    assert [(s.name, s.role, s.partner) for s in run.series] == [
        (a, Role.TRAINING, None),
        (b, Role.VALIDATION, a),
    ]


@pytest.mark.parametrize("others", [["pi_loss"], ["policy_loss", "loss"], ["q_loss", "loss"], ["loss"]])
def test_the_loss_of_a_value_function_is_no_validation(others: list[str]) -> None:
    assert [s.role for s in pair([*others, "v_loss"])] == [Role.TRAINING] * (len(others) + 1)
