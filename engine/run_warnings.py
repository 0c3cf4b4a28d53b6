"""Warnings about how a run was read or how it ended: plain values, worded only when shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from engine.i18n import N_, _, ngettext
from engine.values import dataclass

LISTED_LINES = 5
NOT_FINITE_TEXT = N_("Ended early: the loss was not finite for 20 steps in a row")


class WarningKind(StrEnum):
    """Kinds of warnings; the values are part of ``diagnose --json`` and of library files."""

    SKIPPED_LINES = "skipped_lines"
    NO_OBJECTS = "no_objects"
    NOT_FINITE = "not_finite"
    UNKNOWN_EVENTS = "unknown_events"
    """A library file has events of kinds that no file of the program declares any more."""

    GUESSED_COLUMN = "guessed_column"
    """The only column of numbers beside x was taken for the loss, although its name does not say so."""

    LEFT_OUT = "left_out"
    """A folder has more logs than are read at once."""
    DAMAGED_RECORDS = "damaged_records"
    VOID_NUMBERS = "void_numbers"
    """Numbers that the log itself declares void, because the training was resumed from an earlier step."""

    GUESSED_ROLE = "guessed_role"
    """A column was taken for the training, although its name does not say so."""

    CUT_TABLE = "cut_table"
    """A table was shown with its middle left out."""

    REDRAWS = "redraws"
    """Draws of a progress bar that show no loss of their own."""

    REPEATED_LINES = "repeated_lines"
    """Lines that say the result of an earlier step again, as boosting libraries do when they stop."""

    RESTORED_LINES = "restored_lines"
    """Lines that say the loss of a checkpoint from which the training goes on."""

    REPEATED_ROWS = "repeated_rows"
    """Rows that say the one before again, its step included."""

    MORE_RUNS = "more_runs"
    """A file has more runs than are read at once."""

    ROLE_BY_LINES = "role_by_lines"
    """Values that were taken for those of an evaluation only because a line before them announces one."""

    DECIMAL_COMMAS = "decimal_commas"
    """Commas that could separate thousands were read as those of decimals, or the other way round in one file."""

    FIRST_ROW_APART = "first_row_apart"
    """The first row is of a single mini-batch, while the later ones are sums over many."""

    SHORT_ROWS = "short_rows"
    """Rows with fewer cells than the header, of which those at the end are missing."""

    UNSURE_ROWS = "unsure_rows"
    """Rows with fewer cells than the header, of which it is not known which are missing."""

    JOINED_LINES = "joined_lines"
    """Lines that a terminal or an editor had cut at its width."""

    WRITTEN = "written"
    """A sentence from a library file without further information."""


# Each is worded when it is shown, in the language of then and for its number.
_TEXTS: Mapping[WarningKind, Callable[[int], str]] = {
    WarningKind.NOT_FINITE: lambda _n: _(NOT_FINITE_TEXT),
    WarningKind.SKIPPED_LINES: lambda n: ngettext(
        "{count} line without data was skipped: {lines}",
        "{count} lines without data were skipped: {lines}",
        n,
    ),
    WarningKind.NO_OBJECTS: lambda n: ngettext(
        "{count} line is not a JSON object: {lines}",
        "{count} lines are not JSON objects: {lines}",
        n,
    ),
    WarningKind.UNKNOWN_EVENTS: lambda n: ngettext(
        "{count} event was left out, because this version does not know its kind: {names}",
        "{count} events were left out, because this version does not know their kinds: {names}",
        n,
    ),
    WarningKind.GUESSED_COLUMN: lambda n: ngettext(
        "No column is named as a loss; the only other one was taken: {names}",
        "No column is named as a loss; the remaining {count} were taken: {names}",
        n,
    ),
    WarningKind.LEFT_OUT: lambda n: ngettext(
        "{count} more log of the folder was not read",
        "{count} more logs of the folder were not read",
        n,
    ),
    WarningKind.DAMAGED_RECORDS: lambda n: ngettext(
        "{count} damaged record was skipped",
        "{count} damaged records were skipped",
        n,
    ),
    WarningKind.VOID_NUMBERS: lambda n: ngettext(
        "{count} number was left out, because the training was resumed from an earlier step",
        "{count} numbers were left out, because the training was resumed from an earlier step",
        n,
    ),
    WarningKind.GUESSED_ROLE: lambda n: ngettext(
        "No set is named as the training; the first was taken for it: {names}",
        "No set is named as the training; the first was taken for it: {names}",
        n,
    ),
    WarningKind.CUT_TABLE: lambda n: ngettext(
        "The table is shown with a part of its rows left out; they are missing",
        "The table is shown with parts of its rows left out; they are missing",
        n,
    ),
    WarningKind.REDRAWS: lambda n: ngettext(
        "{count} redraw of a progress bar was left out",
        "{count} redraws of progress bars were left out",
        n,
    ),
    WarningKind.REPEATED_LINES: lambda n: ngettext(
        "{count} line that repeats the best iteration was left out: {lines}",
        "{count} lines that repeat the best iteration were left out: {lines}",
        n,
    ),
    WarningKind.RESTORED_LINES: lambda n: ngettext(
        "{count} line about a restored checkpoint was left out: {lines}",
        "{count} lines about restored checkpoints were left out: {lines}",
        n,
    ),
    WarningKind.REPEATED_ROWS: lambda n: ngettext(
        "{count} row that repeats the one before was left out",
        "{count} rows that repeat the ones before were left out",
        n,
    ),
    WarningKind.MORE_RUNS: lambda n: ngettext(
        "{count} more run of the file was not read",
        "{count} more runs of the file were not read",
        n,
    ),
    WarningKind.ROLE_BY_LINES: lambda n: ngettext(
        "{count} line was taken for an evaluation because of the lines before it: {lines}",
        "{count} lines were taken for an evaluation because of the lines before them: {lines}",
        n,
    ),
    WarningKind.SHORT_ROWS: lambda n: ngettext(
        "{count} row has fewer cells than the header; those at its end are missing: {lines}",
        "{count} rows have fewer cells than the header; those at their ends are missing: {lines}",
        n,
    ),
    WarningKind.UNSURE_ROWS: lambda n: ngettext(
        "{count} row with fewer cells than the header was left out, as it does not say which are missing: {lines}",
        "{count} rows with fewer cells than the header were left out, as they do not say which are missing: {lines}",
        n,
    ),
    WarningKind.JOINED_LINES: lambda n: ngettext(
        "{count} line that was cut at the width of a window was joined again",
        "{count} lines that were cut at the width of a window were joined again",
        n,
    ),
    WarningKind.FIRST_ROW_APART: lambda n: ngettext(
        "The later rows are sums over {count} step and the first is of one alone; the first is not judged",
        "The later rows are sums over {count} steps and the first is of one alone; the first is not judged",
        n,
    ),
}


@dataclass(frozen=True)
class RunWarning:
    """One warning.

    Attributes
    ----------
    what : WarningKind
    count : int
        Number of lines or other things concerned.
    lines : tuple of int
        The first of those lines, counted from 1; empty where it is not about lines.
    sentence : str
        The text of `WRITTEN`.
    names : tuple of str
        What it is about, as the file names it: the kinds of `UNKNOWN_EVENTS`, the column of `GUESSED_COLUMN`.
    """

    what: WarningKind
    count: int = 1
    lines: tuple[int, ...] = ()
    sentence: str = ""
    names: tuple[str, ...] = ()

    @property
    def line(self) -> int | None:
        """The first line concerned."""
        return self.lines[0] if self.lines else None

    @property
    def text(self) -> str:
        """The warning as a sentence in the current language."""
        if self.what is WarningKind.WRITTEN:
            return self.sentence
        text = self._of_commas() if self.what is WarningKind.DECIMAL_COMMAS else _TEXTS[self.what](self.count)
        return text.format(count=self.count, lines=self._listed(), names=", ".join(self.names))

    def _of_commas(self) -> str:
        if self.names:
            return _("Commas were read as decimal signs, but as those of thousands in these columns: {names}")
        return _("Commas were read as decimal signs")

    def _listed(self) -> str:
        listed = ", ".join(map(str, self.lines[:LISTED_LINES]))
        return f"{listed}, …" if self.count > len(self.lines[:LISTED_LINES]) else listed

    @classmethod
    def about_lines(cls, what: WarningKind, lines: Sequence[int], count: int | None = None) -> RunWarning:
        """A warning about lines, of which the first are kept; `count` where there are more than those given.

        Examples
        --------
        >>> RunWarning.about_lines(WarningKind.SKIPPED_LINES, range(3, 10)).text
        '7 lines without data were skipped: 3, 4, 5, 6, 7, …'
        """
        return cls(what, len(lines) if count is None else count, tuple(lines[:LISTED_LINES]))


def warning_record(warning: RunWarning) -> dict[str, Any]:
    """The JSON record of a warning."""
    return {"what": warning.what.value, "line": warning.line, "count": warning.count, "text": warning.text}


def to_plain(warning: RunWarning) -> dict[str, Any]:
    """Convert a warning to plain values for JSON."""
    kept = {"what": warning.what.value, "count": warning.count, "lines": list(warning.lines)}
    kept |= {"sentence": warning.sentence} if warning.sentence else {}
    return kept | ({"names": list(warning.names)} if warning.names else {})


def from_plain(kept: Mapping[str, Any], sentence: str = "") -> RunWarning:
    """The warning again; the sentence that was written with it where this version does not know what it is about."""
    if kept["what"] not in list(WarningKind):
        return RunWarning(WarningKind.WRITTEN, sentence=sentence)
    lines, names = tuple(kept["lines"]), tuple(kept.get("names", ()))
    return RunWarning(WarningKind(kept["what"]), kept["count"], lines, kept.get("sentence", ""), names)
