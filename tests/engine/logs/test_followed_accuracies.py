"""An accuracy of a log that is followed has the unit that it would have if the log were opened anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.logs import open_log
from engine.logs.following import Follower
from engine.run import Run

Rows = Sequence[tuple[int, float | None]]  # steps with their accuracies


def table(rows: Rows, is_first: bool) -> str:
    head = "step,loss,acc\n" if is_first else ""
    return head + "".join(f"{step},{1 / (step + 1)},{'' if acc is None else acc}\n" for step, acc in rows)


def json_lines(rows: Rows, _is_first: bool) -> str:
    found = ({"step": step, "loss": 1 / (step + 1), "accuracy": acc} for step, acc in rows)
    return "".join(json.dumps({k: v for k, v in row.items() if v is not None}) + "\n" for row in found)


def printed(rows: Rows, _is_first: bool) -> str:
    return "".join(
        f"step {step} - loss: {1 / (step + 1):.6f}" + (f" - val_accuracy: {acc}\n" if acc is not None else "\n")
        for step, acc in rows
    )


def watched(rows: Rows, is_first: bool) -> str:
    head = json.dumps({"overshoot": 1, "name": "mine", "optimizers": []}) + "\n" if is_first else ""
    columns: dict[str, object] = {"step": [s + 1 for s, _acc in rows], "loss": [1 / (s + 1) for s, _acc in rows]}
    there = [at for at, (_step, acc) in enumerate(rows) if acc is not None]
    values = [acc for _step, acc in rows if acc is not None]
    columns |= {"acc": values if len(there) == len(rows) else [there, values]} if there else {}
    return head + json.dumps({"rows": columns}) + "\n"


FORMS: dict[str, Callable[[Rows, bool], str]] = {
    "table": table,
    "json lines": json_lines,
    "printed": printed,
    "watched": watched,
}


def told(run: Run) -> dict[str, tuple[list[int], list[float]]]:
    found = {name: run.table.series(name) for name in run.table.columns if name.endswith("accuracy")}
    return {name: (series.rows.tolist(), series.values.tolist()) for name, series in found.items()}


def follow(folder: Path, form: str, portions: Sequence[Sequence[float | None]]) -> list[Run]:
    """Follow a log portion by portion, compare it with a new reading after each, and return the followed runs."""
    path, seen, step = folder / ("run.jsonl" if form == "watched" else "growing.log"), [], 0
    path.unlink(missing_ok=True)
    follower = None
    for portion in portions:
        rows = [(step + at, acc) for at, acc in enumerate(portion)]
        step += len(rows)
        with path.open("a") as stream:
            stream.write(FORMS[form](rows, follower is None))
        if follower is None:
            follower = Follower(path)
        else:
            assert follower.poll()
        (fresh,) = open_log(path)
        (run,) = follower.runs
        assert told(run) == told(fresh)
        assert run.in_percent == fresh.in_percent
        np.testing.assert_array_equal(run.table.values("loss"), fresh.table.values("loss"))
        assert follower.generation == 0
        seen.append(run)
    return seen


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("portions", "is_read_again"),
    [
        (((0.2, 0.9, 1.1), (4.0, 9.0), (0.8, 12.0)), True),
        (((0.2, 0.3, 0.5), (0.6, 0.7)), False),
        (((50.0, 60.0), (0.5, 0.9), (70.0,)), False),
        (((0.1, 0.2), (30.0,), (350.0,), (20.0,)), True),
        (((None, None), (1.0, 0.5), (40.0, None), (0.5,)), True),
        (((None, None), (40.0, 0.5), (0.7,)), False),
    ],
    ids=["low percentages", "fractions", "percentages that fall", "no percentages after all", "late", "late and high"],
)
def test_the_unit_is_that_of_a_new_reading(
    form: str, portions: tuple[tuple[float, ...], ...], is_read_again: bool, tmp_path: Path
) -> None:
    seen = follow(tmp_path, form, portions)
    assert (len(set(map(id, seen))) > 1) is is_read_again


ACCURACIES = st.one_of(st.none(), st.floats(0, 1.5), st.floats(0, 100), st.sampled_from([0.0, 1.5, 100.0, 1000.0]))
PORTIONS = st.lists(st.lists(ACCURACIES.map(lambda x: x if x is None else round(x, 3)), min_size=2), min_size=2)


@pytest.mark.parametrize("form", ["table", "watched"])
@given(portions=PORTIONS)
def test_however_the_rows_arrive_the_accuracies_are_those_of_a_new_reading(
    form: str, portions: list[list[float | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    follow(tmp_path_factory.mktemp("log"), form, portions)


def test_a_document_that_is_written_anew_has_the_unit_of_a_new_reading(tmp_path: Path) -> None:
    path, rows = tmp_path / "history.json", [{"step": 1, "loss": 1.0, "accuracy": 0.4}]
    follower = None
    for accuracy in (0.9, 1.4, 20.0, 0.7):
        rows.append({"step": len(rows) + 1, "loss": 1 / len(rows), "accuracy": accuracy})
        path.write_text(json.dumps(rows))
        if follower is None:
            follower = Follower(path)
        else:
            assert follower.poll()
        assert told(follower.runs[0]) == told(open_log(path)[0])
    assert follower is not None and follower.generation == 0
