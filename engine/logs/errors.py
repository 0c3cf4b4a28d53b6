"""Exceptions of reading logs."""

from __future__ import annotations


class LogError(Exception):
    """A log cannot be read; the text tells the user what is wrong, where, and what was expected."""


class Cancelled(Exception):
    """Reading was cancelled by the user."""
