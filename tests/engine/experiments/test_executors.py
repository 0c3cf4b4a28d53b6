"""Forks that are lost are run again, none is counted twice, and a cancel keeps what had finished."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from engine.experiments.executors import Failure, Forks, ForksLost, InThread, LocalProcesses
from tests.engine.experiments.work import Done, Errand, Load, add_up, run_errand

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def processes():
    with LocalProcesses(2) as backend:
        yield backend


def errands(folder: Path, count: int, **special: Errand) -> list[Errand]:
    return [special.get(f"e{i}", Errand(f"e{i}", str(folder))) for i in range(count)]


def test_every_job_gives_one_result(tmp_path):
    with InThread() as backend:
        ids = [done.id for done in Forks(backend).results(run_errand, errands(tmp_path, 5))]
    assert sorted(ids) == [f"e{i}" for i in range(5)]


def test_what_a_job_raises_is_its_own_result(tmp_path):
    jobs = errands(tmp_path, 3, e1=Errand("e1", str(tmp_path), raises=True))
    with InThread() as backend:
        results = {result.id: result for result in Forks(backend).results(run_errand, jobs)}
    assert results["e1"] == Failure("e1", "ValueError: out of milk")
    assert len(results) == 3


def test_a_killed_worker_loses_no_job_and_counts_none_twice(tmp_path, processes):
    jobs = errands(tmp_path, 6, e2=Errand("e2", str(tmp_path), dies_once=True))
    ids = [done.id for done in Forks(processes).results(run_errand, jobs)]
    assert sorted(ids) == [f"e{i}" for i in range(6)]
    assert (tmp_path / "e2").stat().st_size == 2


def test_a_pool_that_closes_as_a_job_is_handed_over_is_made_anew(tmp_path, processes, monkeypatch):
    """CPython 3.11: a pool with a dead process closes its pipes before it says that it is broken."""
    submit, refused = ProcessPoolExecutor.submit, []

    def closing(self, *call):
        if not refused:
            refused.append(self)
            raise OSError("handle is closed")
        return submit(self, *call)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", closing)
    ids = [done.id for done in Forks(processes).results(run_errand, errands(tmp_path, 6))]
    assert sorted(ids) == [f"e{i}" for i in range(6)] and refused


def test_an_error_of_the_system_as_a_process_starts_is_not_taken_for_a_broken_pool(tmp_path, processes, monkeypatch):
    def full(self, *call):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", full)
    with pytest.raises(OSError, match="unavailable"):
        list(Forks(processes).results(run_errand, errands(tmp_path, 1)))


def test_tensors_cross_without_handles_that_a_killed_worker_could_hold(processes, monkeypatch):
    import torch.multiprocessing  # makes a queue share the memory of tensors

    def share(_fd: int) -> None:
        raise OSError("a handle was shared")

    monkeypatch.setattr("multiprocessing.resource_sharer.DupFd", share)
    job = Load("sum", torch.arange(5.0))
    assert list(Forks(processes).results(add_up, [job])) == [Done("sum", 10.0)]


def test_a_job_that_always_kills_its_worker_ends_with_an_error(tmp_path, processes):
    with pytest.raises(ForksLost):
        list(Forks(processes).results(run_errand, [Errand("bad", str(tmp_path), always_dies=True)]))


def test_a_cancel_ends_within_half_a_second_and_keeps_what_finished(tmp_path, processes):
    quick = [Errand(f"q{i}", str(tmp_path)) for i in range(2)]
    slow = [Errand(f"s{i}", str(tmp_path), seconds=60) for i in range(4)]
    cancel = Event()
    ids, cancelled_at = [], 0.0
    for done in Forks(processes, cancel.is_set).results(run_errand, [*quick, *slow]):
        ids.append(done.id)
        if len(ids) == 2:
            cancel.set()
            cancelled_at = time.monotonic()
    assert sorted(ids) == ["q0", "q1"]
    assert time.monotonic() - cancelled_at < 0.5


def test_a_cancel_does_not_wait_for_work_that_looks_at_no_signal(tmp_path, processes):
    deaf = [Errand(f"d{i}", str(tmp_path), seconds=60, is_deaf=True) for i in range(4)]
    cancel = Event()
    cancelled_at = 0.0
    jobs = [Errand("quick", str(tmp_path)), *deaf]
    for _done in Forks(processes, cancel.is_set).results(run_errand, jobs):
        cancel.set()
        cancelled_at = time.monotonic()
    processes.close()
    assert time.monotonic() - cancelled_at < 5.0  # half a second on an idle machine


def test_closing_leaves_no_process_behind(tmp_path):
    """Asked of the system: multiprocessing's own list may lag, its pool's thread waits for the same processes."""
    with LocalProcesses(2) as backend:
        list(Forks(backend).results(run_errand, errands(tmp_path, 1)))
        workers = backend.process_ids
        assert all(is_there(worker) for worker in workers)
    assert workers
    assert not any(is_there(worker) for worker in workers)


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


ALONE = """
import multiprocessing, os, sys
from engine.experiments.executors import LocalProcesses
from tests.engine.experiments.test_executors import {work}

sys.modules.update(dict.fromkeys({loaded}))
with LocalProcesses(1) as backend:
    backend.warm()
    sys.known_before_the_fork = True
    print(backend.submit({work}, None).result())
"""


def _knows(_job: object, _is_stopped: object) -> bool:
    return hasattr(sys, "known_before_the_fork")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is forked")
@pytest.mark.parametrize(("loaded", "is_forked"), [([], True), (["PySide6"], False)])
def test_workers_find_what_was_imported_unless_there_is_a_window(loaded: list[str], is_forked: bool) -> None:
    code = ALONE.format(work=_knows.__name__, loaded=loaded)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == [str(is_forked)], done.stderr
