"""What can go wrong in a person's own code."""

from __future__ import annotations


class BroughtError(Exception):
    """A brought training failed, or cannot be brought; the text is meant for the user.

    Attributes
    ----------
    traceback : str
        That of the person's code, without the program's own frames; empty if there is none.
    line : int or None
        The last line of their file in it.
    """

    def __init__(self, text: str, traceback: str = "", line: int | None = None) -> None:
        super().__init__(text)
        self.traceback, self.line = traceback, line

    @property
    def whole_text(self) -> str:
        """The text, and below it the traceback."""
        return f"{self}\n{self.traceback}" if self.traceback else str(self)


class Hung(BroughtError):
    """No sign of life for too long; the process was ended."""
