"""The same code on a real Dask scheduler with two worker processes, one of which is killed midway."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

import overshoot
from engine.experiments.cluster import ClusterError, DaskCluster
from engine.experiments.executors import Failure, Forks
from main import main
from tests.engine.experiments.work import Errand, run_errand
from tests.engine.test_brought import RISING

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def address():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def test_a_killed_worker_loses_no_fork_and_counts_none_twice(address, tmp_path):
    jobs = [Errand(f"e{i}", str(tmp_path), dies_once=i == 2, seconds=0.05) for i in range(8)]
    with DaskCluster(address) as backend:
        ids = [done.id for done in Forks(backend).results(run_errand, jobs)]
    assert sorted(ids) == [f"e{i}" for i in range(8)]
    assert (tmp_path / "e2").stat().st_size >= 2


def test_a_brought_training_is_proved_on_a_cluster(address, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("OVERSHOOT_HOME", str(tmp_path / "home"))
    file = tmp_path / "mine.py"
    file.write_text(RISING)
    words = ["prove", str(file), "--set", "lr=1.0@100", "--factors", "lr", "--forks", "6", "--json"]
    assert main([*words, "--scheduler", address]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (record["control"], record["claim"], record["top"]) == ("reproduced", "experiment", "lr")
    assert list((tmp_path / "home" / "states").iterdir()) == []  # what the forks started from is gone


def test_a_cancel_reaches_the_workers(address, tmp_path):
    jobs = [Errand("quick", str(tmp_path)), *(Errand(f"s{i}", str(tmp_path), seconds=60) for i in range(3))]
    cancel = Event()
    ids = []
    with DaskCluster(address) as backend:
        for done in Forks(backend, cancel.is_set).results(run_errand, jobs):
            ids.append(done.id)
            cancel.set()
    assert ids == ["quick"]


def test_no_scheduler_is_said_in_words():
    with pytest.raises(ClusterError, match="no Dask scheduler responds"):
        DaskCluster("tcp://127.0.0.1:1", timeout_seconds=0.5)


# A scheduler, or a worker of the one whose address is given, in a process that has the folder in place of our tree.
ELSEWHERE = """
import asyncio
import sys
from pathlib import Path

folder, *address = sys.argv[1:]
sys.path[:] = [folder, *(path for path in sys.path if not (Path(path) / "engine").exists())]
from distributed import Scheduler, Worker


async def serve():
    kind = Worker(*address, nthreads=1) if address else Scheduler(host="127.0.0.1", port=0)
    async with kind as server:
        print(server.address, flush=True)
        await server.finished()


asyncio.run(serve())
"""


@contextmanager
def elsewhere(folder: Path, *address: str) -> Iterator[str]:
    """The address of such a process while it runs."""
    call = [sys.executable, "-c", ELSEWHERE, str(folder), *address]
    with subprocess.Popen(call, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that has the program as the wheel installs it, beside somebody's own ``engine.py``."""
    folder = tmp_path / "installed"
    tree = overshoot.program_folder()
    shutil.copytree(tree / "overshoot", folder / "overshoot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(tree / "engine", folder / "overshoot" / "_program" / "engine")
    shutil.copytree(tree / "resources", folder / "overshoot" / "_program" / "resources")
    (folder / "engine.py").write_text("raise RuntimeError('the decoy was imported')")
    return folder


def test_machines_with_the_installed_program_find_it_and_so_does_a_worker_that_comes_late(installed):
    def place(job, is_stopped):
        """Travels by value, since tests are not installed; the job's class travels by name."""
        return list(__import__(type(job).__module__).__path__)

    expected = [str(installed / "overshoot" / "_program" / "engine")]
    with elsewhere(installed) as address, elsewhere(installed, address), DaskCluster(address) as backend:
        assert backend.submit(place, Failure("first", "")).result(timeout=30) == expected
        with distributed.Client(address) as client:
            client.retire_workers()
        with elsewhere(installed, address):
            assert backend.submit(place, Failure("late", "")).result(timeout=30) == expected


def test_machines_without_the_program_are_said_in_words(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    with elsewhere(folder) as address, pytest.raises(ClusterError, match="does not have the program"):
        DaskCluster(address)
