"""The same code on a real Dask scheduler with two worker processes, one of which is killed midway."""

from __future__ import annotations

from threading import Event

import pytest

from engine.experiments.cluster import ClusterError, DaskCluster
from engine.experiments.executors import Forks
from tests.engine.experiments.work import Errand, run_errand

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
    with pytest.raises(ClusterError, match="no Dask scheduler answers"):
        DaskCluster("tcp://127.0.0.1:1", timeout_seconds=0.5)
