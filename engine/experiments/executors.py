"""Executors of forks: any `concurrent.futures.Executor`; no fork is lost or counted twice if a worker dies."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from functools import cached_property
from threading import Event as ThreadEvent
from typing import Any, Protocol

from engine.i18n import _

POLL_SECONDS = 0.05
REBUILDS = 3
GIVE_UP_SECONDS = 0.35  # with one poll, less than the half second that a cancel may take
END_SECONDS = 0.1  # for a worker to end by itself

IsStopped = Callable[[], bool]
Work = Callable[[Any, IsStopped], Any]


class ForksLost(RuntimeError):
    """Workers keep dying before they finish anything; the text is meant for the user."""


class Job(Protocol):
    """Anything with an id that is unique within one `results`."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Failure:
    """A fork that raised; the others are not affected."""

    id: str
    text: str


class Backend(ABC):
    """Provides an executor, and a stop signal for its workers to poll, since a running future cannot be cancelled."""

    workers: int = 1

    @abstractmethod
    def submit(self, work: Work, job: Job) -> Future:
        """Submit ``work(job, is_stopped)``."""

    @abstractmethod
    def stop(self) -> None:
        """Signal all running work to stop."""

    def rebuild(self) -> None:  # noqa: B027 (most backends outlive a worker)
        """Create a new executor after a worker's death broke the old one."""

    @abstractmethod
    def close(self) -> None:
        """End all threads and processes."""

    def __enter__(self) -> Backend:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class InThread(Backend):
    """Threads of this process, by default one, for tests and for forks that are shorter than the start of a process."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._stopped = ThreadEvent()
        self._executor: Executor = ThreadPoolExecutor(workers)

    def submit(self, work: Work, job: Job) -> Future:
        return self._executor.submit(work, job, self._stopped.is_set)

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        self.stop()
        self._executor.shutdown(wait=True, cancel_futures=True)


_signal: Any = None


def _init_worker(stopped: Any) -> None:
    global _signal
    _signal = stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole process group; only the parent handles it


def _is_stopped() -> bool:
    return _signal is not None and bool(_signal.value)


def _warm_up() -> None:
    import engine.training.session  # noqa: F401


def _is_alone() -> bool:
    """Whether a fork of this process would be sound: there is no other thread, and no Qt."""
    has_qt = any(name in sys.modules for name in ("PySide6", "shiboken6"))
    return sys.platform == "linux" and threading.active_count() == 1 and not has_qt


def _in_worker(work: Work, packed: bytes) -> Any:
    return work(pickle.loads(packed), _is_stopped)


class LocalProcesses(Backend):
    """Processes on this machine; a training session sets torch to one thread.

    Forked where this process has one thread and no Qt, such as on the command line, so that what it has imported is
    there. Else spawned, since a fork of a process with Qt and torch threads may inherit locked locks. A job crosses as
    bytes: torch would share the memory of its tensors, and a worker killed while it asks for them leaves an exception
    in a thread of this process.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = (
            workers or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        # Without a lock, which a killed worker might hold.
        self._stopped = multiprocessing.get_context("spawn").RawValue("b", 0)

    @cached_property
    def _executor(self) -> ProcessPoolExecutor:
        """Made when it is first needed: then what the forks need is imported."""
        context = multiprocessing.get_context("fork" if _is_alone() else "spawn")
        return ProcessPoolExecutor(self.workers, context, initializer=_init_worker, initargs=(self._stopped,))

    def submit(self, work: Work, job: Job) -> Future:
        try:
            return self._executor.submit(_in_worker, work, pickle.dumps(job))
        except OSError as error:
            if error.errno is not None:
                raise
            # A pool one of whose processes died closes its pipes before it says that it is broken (CPython 3.11).
            raise BrokenExecutor(str(error)) from error

    def stop(self) -> None:
        self._stopped.value = 1

    def warm(self) -> None:
        """Start the workers and let them import torch in the background, unless they will be forked with it."""
        if _is_alone():
            return
        for _worker in range(self.workers):
            self._executor.submit(_warm_up)

    def rebuild(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        del self._executor

    def close(self) -> None:
        """End the workers, by force if necessary: one that imports torch does not poll the signal."""
        self.stop()
        workers = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + END_SECONDS
        for worker in workers:
            worker.join(max(0.0, until - time.monotonic()))
        for worker in workers:
            if worker.is_alive():
                worker.kill()
        for worker in workers:
            worker.join()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Process ids of the workers started so far."""
        return tuple(self._executor._processes or ())


class Forks:
    """Runs jobs on a backend, a few ahead of the results, and yields each result once.

    Parameters
    ----------
    is_cancelled : callable
        Polled every twentieth of a second; once true, running work is stopped, and results finished by then are
        still yielded.
    """

    def __init__(self, backend: Backend, is_cancelled: IsStopped = lambda: False) -> None:
        self._backend = backend
        self._is_cancelled = is_cancelled
        self._deaths = 0

    def results(
        self,
        work: Work,
        jobs: Iterable[Job],
    ) -> Iterator[Any]:
        """Yield results and `Failure` records as they arrive, and nothing for stopped jobs.

        Raises
        ------
        ForksLost
            If the pool broke several times in a row and nothing finished in between.
        """
        waiting = deque(jobs)
        running: dict[Future, Job] = {}
        seen: set[str] = set()
        while (waiting or running) and not self._is_cancelled():
            broken = not self._fill(work, waiting, running)
            for future in wait(running, POLL_SECONDS, FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    result = self._outcome(future, job)
                except (BrokenExecutor, CancelledError):
                    waiting.appendleft(job)
                    broken = True
                    continue
                if result is not None and job.id not in seen:
                    seen.add(job.id)
                    self._deaths = 0
                    yield result
            if broken:
                self._recover(waiting, running)
        if running:
            yield from self._stopped(running, seen)

    def _fill(self, work: Work, waiting: deque[Job], running: dict[Future, Job]) -> bool:
        """Keep each worker busy with one job ahead, and return whether the pool accepted them."""
        while waiting and len(running) <= self._backend.workers:
            try:
                future = self._backend.submit(work, waiting[0])
            except BrokenExecutor:
                return False
            running[future] = waiting.popleft()
        return True

    @staticmethod
    def _outcome(future: Future, job: Job) -> Any:
        try:
            return future.result()
        except (BrokenExecutor, CancelledError):
            raise
        except Exception as error:  # an error in one fork must not affect the others
            return Failure(job.id, f"{type(error).__name__}: {error}")

    def _recover(self, waiting: deque[Job], running: dict[Future, Job]) -> None:
        """Run the jobs of a broken pool again, since its futures are lost."""
        self._deaths += 1
        if self._deaths > REBUILDS:
            raise ForksLost(_("worker processes died {n} times in a row").format(n=self._deaths))
        waiting.extendleft(running.values())
        running.clear()
        self._backend.rebuild()

    def _stopped(self, running: dict[Future, Job], seen: set[str]) -> Iterator[Any]:
        self._backend.stop()
        for future in running:
            future.cancel()
        for future in wait(running, GIVE_UP_SECONDS).done:
            job = running[future]
            try:
                result = self._outcome(future, job)
            except (BrokenExecutor, CancelledError):
                continue
            if result is not None and job.id not in seen:
                yield result
