"""Exceptions of reading logs."""

from __future__ import annotations


class LogError(Exception):
    """A log cannot be read; the text tells the user what is wrong, where, and what was expected."""


class NoLossError(LogError):
    """A log was read and has no recognised loss; `columns` are its columns of numbers that one could be chosen from."""

    def __init__(self, text: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.columns = columns


class Cancelled(Exception):
    """Reading was cancelled by the user."""
