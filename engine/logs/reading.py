"""Opens a log: chooses the format by content, reads it and assembles its runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.i18n import _
from engine.logs.asking import best_first
from engine.logs.assembling import assemble
from engine.logs.base import LogFormat, all_formats
from engine.logs.candidates import candidates
from engine.logs.errors import LogError, NoLossError
from engine.logs.naming import named
from engine.logs.options import ReadOptions
from engine.logs.settings.telling import tell_settings
from engine.logs.source import Progress, Source
from engine.run import Origin, OriginKind, Run

LEAST_MATCH = 0.05
# The content says what it is; another format would take what surrounds the measurements for a log.
SURE_MATCH = 0.97


def open_log(path: str | Path, options: ReadOptions | None = None, progress: Progress | None = None) -> list[Run]:
    """Read the runs of a log: a file, a compressed file, a folder or an address.

    Parameters
    ----------
    options : ReadOptions, optional
        The user's choices; the rest is detected from the content.
    progress : callable, optional
        Called with the share read (0 to 1); returns False to cancel.

    Raises
    ------
    LogError
        If it cannot be read or has no recognised loss column; the text tells what was expected.
    Cancelled
        If `progress` returned False.
    """
    options = options or ReadOptions()
    source = Source(path, is_wanted=lambda: progress is None or progress(0.0))
    first: LogError | None = None
    for chosen in fitting_formats(source, options):
        try:
            return runs_of(source, chosen, options, progress)
        except LogError as error:
            # The start of a file may suggest the wrong format; what has numbers is closer to it than what has none.
            first = error if first is None or _says_more(error, first) else first
    raise first or unknown(source)


def _says_more(error: LogError, than: LogError) -> bool:
    return isinstance(error, NoLossError) and bool(error.columns) and not isinstance(than, NoLossError)


def runs_of(source: Source, chosen: LogFormat, options: ReadOptions, progress: Progress | None = None) -> list[Run]:
    """Read the runs of a source in a given format.

    Raises
    ------
    LogError
        If it is not of that format.
    NoLossError
        If it has no recognised loss column.
    """
    origin = Origin(OriginKind.LOG, None if source.is_remote else source.path, chosen.name)
    runs: list[Run] = []
    reasons: list[LogError] = []
    sheets = named(chosen.read(source, options, progress), options)
    tell_settings(sheets, source)
    for sheet in sheets:
        try:
            runs += assemble(sheet, options, origin, source.name)
        except LogError as error:
            reasons.append(error)
    if not runs:
        reason = str(reasons[0]) if reasons else _("no numbers were found")
        text = _("{path}: {reason}").format(path=source.given, reason=reason)
        if reasons and all(isinstance(r, NoLossError) for r in reasons):
            raise NoLossError(text, tuple(dict.fromkeys(n for r in reasons for n in r.columns)))  # type: ignore[attr-defined]
        raise LogError(text)
    return runs


def fitting_formats(source: Source, options: ReadOptions) -> Iterator[LogFormat]:
    """Yield the formats that fit, the best first; only the requested one if there is one.

    Raises
    ------
    LogError
        If the source is empty or the requested format does not exist.
    """
    if options.format is not None:
        formats = all_formats()
        if options.format not in formats:
            raise LogError(_("unknown log format “{name}”").format(name=options.format))
        yield formats[options.format]()
        return
    if not source.is_folder and not source.head:
        raise LogError(_("{path}: the file is empty").format(path=source.given))
    is_sure = False
    for match, chosen in best_first(source, [kind() for kind in candidates(source)]):
        if match < (SURE_MATCH if is_sure else LEAST_MATCH):
            return
        is_sure |= match >= SURE_MATCH
        yield chosen


def unknown(source: Source) -> LogError:
    """The error if no format fits."""
    what = _("contains no log in a known format") if source.is_folder else _("is not a log in a known format")
    return LogError(_("{path}: {what}").format(path=source.given, what=what))
