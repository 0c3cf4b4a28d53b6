"""What a thread beside the window is given to do."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from gui.shell.errors import write

Tell = Callable[[object], None]


class Cancelled(Exception):
    """Raised by work that was called off."""


def failure(error: Exception, *expected: type[Exception]) -> str:
    """What a person reads of an error: its own words where it was expected; any other goes into the log, too."""
    if isinstance(error, expected):
        return str(error)
    write("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}"


@dataclass(eq=False)
class Task:
    """Something to do in a thread; the window writes all but `share`.

    Attributes
    ----------
    share : float
        How much is done, 0 to 1: the window looks at it at its own pace.
    is_over : bool
        The window has heard how it ended.
    is_closing : bool
        The window closes: nobody will look at what is found.
    """

    share: float = field(default=0.0, init=False)
    is_cancelled: bool = field(default=False, init=False)
    is_over: bool = field(default=False, init=False)
    is_closing: bool = field(default=False, init=False)

    def cancel(self) -> None:
        """Call it off, now or before it begins."""
        self.is_cancelled = True

    def progress(self, share: float) -> bool:
        """Say from the thread how much is done; whether it is to go on."""
        self.share = share
        return not self.is_cancelled

    def work(self, tell: Tell) -> object:
        """Do it, in the thread, and return what was found; `tell` passes on what was found on the way.

        Raises
        ------
        Cancelled
            If it was called off and there is nothing to show for it.
        """
        raise NotImplementedError

    def why(self, error: Exception) -> str:
        """What a person reads when `work` has raised this; asked in the thread."""
        return failure(error)
