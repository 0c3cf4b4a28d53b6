"""A fork shows its curve while it trains, and a proof is the same with and without that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.experiments import proof
from engine.experiments.executors import InThread
from engine.experiments.forks import run_fork
from engine.experiments.records import Forked
from engine.experiments.reference import record
from engine.experiments.traces import Trace, growing, trace_path
from engine.table import MetricTable


def table_of(losses: list[float]) -> MetricTable:
    table = MetricTable(("step", "loss"))
    table.extend({"step": np.arange(1.0, len(losses) + 1), "loss": np.array(losses)})
    return table


def test_rows_are_appended_once_and_the_file_goes_at_the_end(tmp_path: Path) -> None:
    trace = Trace(trace_path(tmp_path, "lr/3"), "lr/3", "lr")
    table = table_of([3.0, 2.0])
    trace.write(table, 0)
    trace.write(table, 0)
    table.extend({"step": np.array([3.0]), "loss": np.array([np.nan])})
    trace.write(table, 0)
    (found,) = growing(tmp_path)
    assert (found.id, found.factor, found.steps.tolist()) == ("lr/3", "lr", [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(found.losses, [3.0, 2.0, np.nan])
    trace.close()
    assert list(growing(tmp_path)) == []


def test_half_a_row_is_left_for_the_next_look(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\nlr\n" + np.array([1.0, 2.0, 3.0]).tobytes())
    (tmp_path / "b").write_bytes(b"b\n")
    (found,) = growing(tmp_path)
    assert (found.steps.tolist(), found.losses.tolist()) == ([1.0], [2.0])


def test_without_a_folder_or_after_it_is_gone_nothing_is_written(tmp_path: Path) -> None:
    Trace("", "a", "lr").write(table_of([1.0]), 0)
    folder = tmp_path / "gone"
    folder.mkdir()
    trace = Trace(trace_path(folder, "a"), "a", "lr")
    (folder / "a").unlink()
    folder.rmdir()
    trace.write(table_of([1.0]), 0)
    trace.close()
    assert list(tmp_path.iterdir()) == []


def test_forks_are_seen_while_they_train_and_end_as_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def watched(job, is_stopped):
        def look() -> bool:
            seen.extend(len(fork.steps) for fork in growing(tmp_path))
            return is_stopped()

        return run_fork(job, look)

    course = record("explosion", 2, {"lr": 1e-4}, {200: {"lr": 1e-3}})
    while True:
        try:
            next(course)
        except StopIteration as end:
            reference = end.value
            break
    monkeypatch.setattr(proof, "run_fork", watched)
    forks = []
    for traces in (tmp_path, None):
        with InThread() as backend:
            course = proof.prove(reference, 2, ["lr"], backend=backend, traces=traces)
            found = [record for record in course if isinstance(record, Forked)]
        forks.append([(fork.id, fork.is_clean, fork.losses.tobytes()) for fork in found])
    assert forks[0] == forks[1] and forks[0]
    assert max(seen) > 1
    assert list(growing(tmp_path)) == []
