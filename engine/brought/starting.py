"""Starts the worker of a source."""

from __future__ import annotations

from engine.brought.command import Rerun, Rerunning
from engine.brought.interpreter import Interpreter
from engine.brought.source import BroughtFile, Source, Worker


def start(source: Source) -> Worker:
    """Start a worker.

    Raises
    ------
    BroughtError
        If the person's interpreter does not start, or their file cannot be imported.
    """
    if isinstance(source, BroughtFile):
        return Interpreter(source)
    assert isinstance(source, Rerun)
    return Rerunning(source)
