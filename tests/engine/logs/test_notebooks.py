"""Notebooks are read as their author saw them: outputs only, each training a run named by its cell."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.logs import LogError, open_log
from engine.run import Run

LOSSES = [2.0, 1.5, 1.25, 1.0, 0.75, 0.5]
VALIDATION = [2.25, 1.75, 1.5, 1.25, 1.5, 1.75]


def stream(*texts: str, name: str = "stdout") -> list[dict[str, Any]]:
    """One output for each text, as a library that flushes leaves them."""
    return [{"output_type": "stream", "name": name, "text": text.splitlines(True)} for text in texts]


def shown(**data: str) -> dict[str, Any]:
    kinds = {"html": "text/html", "plain": "text/plain"}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[key]: text for key, text in data.items()}}


def cell(*outputs: dict[str, Any], source: str = "train()", count: int | None = None) -> dict[str, Any]:
    return {"cell_type": "code", "source": [source], "outputs": list(outputs), "execution_count": count, "metadata": {}}


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def opened(folder: Path, text: str) -> list[Run]:
    (folder / "a.ipynb").write_text(text, encoding="utf-8")
    return open_log(folder / "a.ipynb")


def html_table(rows: list[tuple[Any, ...]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    head = "".join(f"<th>{name}</th>" for name in rows[0])
    return f'<div><table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p></div>'


PRINTED = "".join(f"Epoch {i}, loss: {a}, val_loss: {b}\n" for i, (a, b) in enumerate(zip(LOSSES, VALIDATION), 1))


def values(run: Run, name: str) -> list[float]:
    return run.table.values(name).tolist()


def test_the_trainers_table(tmp_path: Path) -> None:
    """A step without a training loss says so, and a value that is not a number is one that was logged."""
    rows = [("Step", "Training Loss", "Validation Loss"), (10, "No log", 2.0), (20, 1.5, "nan"), (30, 1.0, 0.5)]
    (run,) = opened(tmp_path, notebook(cell(shown(html=html_table(rows), plain="<IPython.core.display.HTML object>"))))
    assert [(s.name, s.partner) for s in run.series] == [("Training Loss", None), ("Validation Loss", "Training Loss")]
    assert run.names.get("step") == "Step"
    assert values(run, "Training Loss") == [1.5, 1.0]
    assert str(values(run, "Validation Loss")) == "[2.0, nan, 0.5]"


def test_only_outputs_are_measurements(tmp_path: Path) -> None:
    text = {"cell_type": "markdown", "source": PRINTED, "metadata": {}}
    code = cell(*stream("done\n"), source=f'text = """{PRINTED}"""')
    with pytest.raises(LogError):
        opened(tmp_path, notebook(text, code))
    (run,) = opened(tmp_path, notebook(text, code, cell(*stream("Epoch 1 loss: 3.0\nEpoch 2 loss: 2.0\n"))))
    assert values(run, "loss") == [3.0, 2.0]


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, len(PRINTED)), max_size=30))
def test_a_stream_may_be_cut_anywhere(cuts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    ends = sorted({0, len(PRINTED), *cuts})
    pieces = [PRINTED[a:b] for a, b in pairwise(ends)]
    (run,) = opened(tmp_path_factory.mktemp("cut"), notebook(cell(*stream(*pieces))))
    assert (values(run, "loss"), values(run, "val_loss")) == (LOSSES, VALIDATION)


def test_two_streams_do_not_run_into_each_other(tmp_path: Path) -> None:
    outputs: list[dict[str, Any]] = []
    for i, loss in enumerate(LOSSES):
        outputs += stream(f"\r{i}/6 [00:0{i}<00:06]", name="stderr") + stream(f"epoch {i} loss {loss}\n")
    (run,) = opened(tmp_path, notebook(cell(*outputs)))
    assert values(run, "loss") == LOSSES


FRAME = [("", "loss", "val_loss"), *((i, a, b) for i, (a, b) in enumerate(zip(LOSSES, VALIDATION)))]
HISTORY = {"loss": LOSSES, "val_loss": VALIDATION}
OF_NUMPY = "{" + ", ".join(f"'{k}': [{', '.join(f'np.float32({v})' for v in vs)}]" for k, vs in HISTORY.items()) + "}"
AS_TEXT = "       loss  val_loss\n" + "".join(f"{i}  {a:f}  {b:f}\n" for i, a, b in FRAME[1:])
WAYS = {
    "printed": stream(PRINTED),
    "data frame": [shown(html=html_table(FRAME), plain=AS_TEXT)],
    "data frame as text": [shown(plain=AS_TEXT)],
    "dictionary": [shown(plain=repr(HISTORY))],
    "dictionary of numpy": [shown(plain=OF_NUMPY)],
    "printed dictionary": stream(repr(HISTORY) + "\n"),
    "records": [shown(plain=repr([{"loss": a, "val_loss": b} for a, b in zip(LOSSES, VALIDATION)]))],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_ways_to_show_a_history(way: str, tmp_path: Path) -> None:
    (run,) = opened(tmp_path, notebook(cell(*WAYS[way])))
    assert [(s.name, s.partner) for s in run.series] == [("loss", None), ("val_loss", "loss")]
    assert (values(run, "loss"), values(run, "val_loss")) == (LOSSES, VALIDATION)


def test_a_history_shown_after_its_training_is_no_further_run(tmp_path: Path) -> None:
    runs = opened(tmp_path, notebook(cell(*WAYS["printed"]), cell(*WAYS["data frame"]), cell(*WAYS["dictionary"])))
    assert len(runs) == 1


def test_several_trainings_are_several_runs_named_by_their_cells(tmp_path: Path) -> None:
    higher = PRINTED.replace("loss: ", "loss: 1")
    cells = [
        cell(*stream("imports\n"), count=1),
        cell(*stream(PRINTED), count=4),
        cell(*stream(higher), count=7),
        cell(shown(html=html_table([("epoch", "train_loss", "time"), (0, 9.0, "00:01"), (1, 8.0, "00:01")])), count=9),
    ]
    runs = opened(tmp_path, notebook(*cells))
    assert [run.name for run in runs] == ["a.ipynb: cell 4", "a.ipynb: cell 7", "a.ipynb: cell 9"]
    assert [values(run, run.series[0].name)[0] for run in runs] == [2.0, 12.0, 9.0]


def test_a_long_frame_keeps_its_places(tmp_path: Path) -> None:
    rows = [("", "loss"), (0, 2.0), (1, 1.5), ("...", "..."), (98, 0.5), (99, 0.25)]
    (run,) = opened(tmp_path, notebook(cell(shown(html=html_table(rows)))))
    assert [run.x_at(row) for row in range(4)] == [0, 1, 98, 99]
    assert [w.what.value for w in run.warnings] == ["cut_table"]


def test_notebooks_of_version_3(tmp_path: Path) -> None:
    outputs = [{"output_type": "stream", "stream": "stdout", "text": PRINTED}]
    cells = [{"cell_type": "code", "input": "loss = 3", "prompt_number": 2, "outputs": outputs}]
    (run,) = opened(tmp_path, json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}}))
    assert values(run, "loss") == LOSSES


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_kaggle_logs_are_read_as_printed(size: int, tmp_path: Path) -> None:
    pieces = [PRINTED[i : i + size] for i in range(0, len(PRINTED), size)]
    records = [{"stream_name": "stdout", "time": 1.5 * i, "data": piece} for i, piece in enumerate(pieces)]
    records.insert(0, {"stream_name": "stderr", "time": 0.1, "data": "warning: no GPU"})
    (tmp_path / "log.json").write_text("[" + "\n,".join(map(json.dumps, records)) + "]")
    (run,) = open_log(tmp_path / "log.json")
    assert run.origin.format == "kaggle_log"
    assert (values(run, "loss"), values(run, "val_loss")) == (LOSSES, VALIDATION)
