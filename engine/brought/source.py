"""Where a brought training comes from: a file, or a command that is run again."""

from __future__ import annotations

import hashlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.run import Value

IsStopped = Callable[[], bool]


@dataclass(frozen=True)
class Described:
    """What is known of a training before its first step.

    Attributes
    ----------
    settings : mapping
        Of the first optimizer, the loader and the loop, under the program's keys.
    declared : mapping
        The knobs of ``build``: default, type and help of each.
    samples : int
        In the training data; 0 if the data do not say.
    total_steps : int or None
    looks : bool
        Whether batches are held back for looking at progress.
    """

    settings: Mapping[str, Value]
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    samples: int = 0
    total_steps: int | None = None
    looks: bool = False


class Worker(ABC):
    """A process, or a row of them, that does jobs for one training; used by one thread."""

    @abstractmethod
    def describe(self, seed: int, knobs: Mapping[str, Value]) -> Described:
        """Build the training and say what is known of it."""

    @abstractmethod
    def answers(self, job: Mapping[str, Any], is_stopped: IsStopped = lambda: False) -> Iterator[dict[str, Any]]:
        """Do a job and yield records; the last one has ``done``, unless it was stopped.

        Raises
        ------
        BroughtError
            If the person's code fails, hangs or ends.
        """

    @abstractmethod
    def close(self) -> None:
        """End its processes."""


class Source(ABC):
    """A training that can be run again; a small frozen value that other processes get."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Its name for people."""

    @property
    def label(self) -> str:
        """What is run, for the question before it."""
        return self.name

    @property
    def can_restore(self) -> bool:
        """Whether it can start from a state; otherwise every fork runs from the first step."""
        return False


@dataclass(frozen=True)
class Place:
    """A state of a brought training in a file; None for a run that can only be repeated from its start."""

    step: int
    path: Path | None = None

    @property
    def size_bytes(self) -> int:
        return 0 if self.path is None else self.path.stat().st_size


@dataclass(frozen=True)
class Brought:
    """What a station needs to know of a brought training.

    Attributes
    ----------
    knobs : mapping
        Arguments of ``build``.
    place : Place or None
        None for the first step.
    """

    source: Source
    training: Described
    knobs: Mapping[str, Value] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True)
class BroughtFile(Source):
    """A Python file with a function ``build``, and the interpreter that runs it.

    Attributes
    ----------
    sha256 : str
        Of the file when it was chosen; a file that has changed since is not run.
    """

    path: Path
    python: str
    sha256: str

    @classmethod
    def chosen(cls, path: str | Path, python: str | None = None) -> BroughtFile:
        """The file as it is now; naming or confirming it is the consent to run it.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        found = Path(path).resolve()
        return cls(found, python or sys.executable, hashlib.sha256(found.read_bytes()).hexdigest())

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def label(self) -> str:
        return f"{self.python} {self.path}"

    @property
    def can_restore(self) -> bool:
        return True
