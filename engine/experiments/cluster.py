"""Forks on a Dask cluster (optional extra ``cluster``): the same code, given the address of a scheduler."""

from __future__ import annotations

import uuid
from concurrent.futures import Future
from typing import Any

from engine.experiments.executors import Backend, Job, Work
from engine.i18n import _
from overshoot import reach_program


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text is meant for the user."""


def _on_worker(work: Work, job: Job, signal: str) -> Any:
    """Run work in a Dask worker, with an event of the scheduler as its stop signal."""
    from distributed import Event

    return work(job, Event(signal).is_set)


def _reach_program_everywhere(client: Any) -> None:
    """Let the scheduler and every worker, those still to come included, import ``engine``, which they unpickle by name.

    Raises
    ------
    ClusterError
        If the package is not installed there.
    """
    from distributed import WorkerPlugin

    class ReachProgram(WorkerPlugin):
        """A class made in a function is pickled by value: a worker cannot import this module yet."""

        name = "overshoot"

        def setup(self, worker: Any) -> None:
            reach_program()

    try:
        client.run_on_scheduler(reach_program)
        client.register_plugin(ReachProgram())
    except (ImportError, AttributeError) as error:  # the second where another package has this name
        text = _("the cluster does not have the program ({reason}); install overshoot-desk[app,cluster] there")
        raise ClusterError(text.format(reason=error)) from error


class DaskCluster(Backend):
    """`distributed`'s own `concurrent.futures` executor.

    A task whose worker died is run again by the scheduler on another one, and a future gives one result, so nothing
    is counted twice.

    Raises
    ------
    ClusterError
        If the extra is not installed, no scheduler answers at the address, or its machines do not have the program.
    """

    def __init__(self, address: str, timeout_seconds: float = 10.0) -> None:
        try:
            from distributed import Client, Event
        except ImportError as error:
            raise ClusterError(_("a cluster needs the package distributed: pip install distributed")) from error
        try:
            self._client = Client(address, timeout=timeout_seconds)
        except (OSError, ValueError) as error:
            raise ClusterError(_("no Dask scheduler responds at {address}").format(address=address)) from error
        try:
            _reach_program_everywhere(self._client)
        except ClusterError:
            self._client.close()
            raise
        self._name = f"overshoot-{uuid.uuid4().hex}"
        self._event = Event(self._name, client=self._client)
        self._executor = self._client.get_executor(pure=False, retries=2)

    @property
    def workers(self) -> int:  # type: ignore[override]
        """Current number of threads of the cluster; at least one, so that work waits for workers to join."""
        return max(1, sum(self._client.nthreads().values()))

    def submit(self, work: Work, job: Job) -> Future:
        return self._executor.submit(_on_worker, work, job, self._name)

    def stop(self) -> None:
        self._event.set()

    def close(self) -> None:
        self.stop()
        self._executor.shutdown(wait=False)
        self._client.close()
