"""What reading a log can fail with."""

from __future__ import annotations


class LogError(Exception):
    """A log cannot be read; the text says what is wrong, where, and what was expected, for the person at the screen."""


class Cancelled(Exception):
    """The person called reading off; nothing is wrong with the file."""
