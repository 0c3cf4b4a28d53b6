"""What was guessed or left out while the lines of a printed log were read, with the numbers of the lines."""

from __future__ import annotations

from collections import defaultdict

from engine.run_warnings import LISTED_LINES, RunWarning, WarningKind


class LineNotes:
    """Takes notes of single lines, and makes one warning of all of a kind.

    Attributes
    ----------
    line : int
        Number of the line that is being read, from 1.
    """

    def __init__(self) -> None:
        self.line = 0
        self._lines: dict[WarningKind, list[int]] = defaultdict(list)
        self._counts: dict[WarningKind, int] = defaultdict(int)

    def repeats(self) -> None:
        """The line says again what an earlier one said."""
        self._note(WarningKind.REPEATED_LINES)

    def restores(self) -> None:
        """The line says the loss of a checkpoint that training goes on from."""
        self._note(WarningKind.RESTORED_LINES)

    def skips(self) -> None:
        """The line cannot be read."""
        self._note(WarningKind.SKIPPED_LINES)

    def takes_role(self) -> None:
        """The line does not say what it was measured on; lines before it do."""
        self._note(WarningKind.ROLE_BY_LINES)

    def repeats_row(self) -> None:
        """A row is the same as the one before."""
        self._counts[WarningKind.REPEATED_ROWS] += 1

    def _note(self, what: WarningKind) -> None:
        self._counts[what] += 1
        if self._counts[what] <= LISTED_LINES:
            self._lines[what].append(self.line)

    def warnings(self) -> list[RunWarning]:
        """One warning of each kind that was noted."""
        return [RunWarning.about_lines(what, self._lines[what], count) for what, count in self._counts.items()]
