"""Open a log: choose the format by looking inside, read it and make runs of what it holds."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import _
from engine.logs.assembling import assemble
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.source import Progress, Source
from engine.run import Origin, OriginKind, Run

LEAST_MATCH = 0.05


def open_log(path: str | Path, options: ReadOptions | None = None, progress: Progress | None = None) -> list[Run]:
    """The runs in a log: a file, a compressed file, a folder or an address.

    Parameters
    ----------
    options : ReadOptions, optional
        What a person decided; the rest is found by looking inside.
    progress : callable, optional
        Called with the share that is read (0 to 1); answers False to call reading off.

    Raises
    ------
    LogError
        If it cannot be read or has no recognised loss column; the text says what was expected.
    Cancelled
        If `progress` answered False.
    """
    options = options or ReadOptions()
    source = Source(path)
    chosen = choose_format(source, options)
    origin = Origin(OriginKind.LOG, None if source.is_remote else source.path, chosen.name)
    runs, reasons = [], []
    for sheet in chosen.read(source, options, progress):
        try:
            runs += assemble(sheet, options, origin, source.name)
        except LogError as error:
            reasons.append(str(error))
    if not runs:
        reason = reasons[0] if reasons else _("no numbers were found")
        raise LogError(_("{path}: {reason}").format(path=source.given, reason=reason))
    return runs


def choose_format(source: Source, options: ReadOptions) -> LogFormat:
    """The format asked for, or the one that fits best.

    Raises
    ------
    LogError
        If none fits.
    """
    formats = all_formats()
    if options.format is not None:
        if options.format not in formats:
            raise LogError(_("there is no log format “{name}”").format(name=options.format))
        return formats[options.format]()
    if not source.is_folder and not source.head:
        raise LogError(_("{path}: the file is empty").format(path=source.given))
    ranked = [(format_.matches(source), name, format_) for name, format_ in ((n, f()) for n, f in formats.items())]
    best = max(ranked, key=lambda match: match[0], default=None)
    if best is None or best[0] < LEAST_MATCH:
        what = _("holds no log that is known") if source.is_folder else _("is no log in a known format")
        raise LogError(_("{path}: {what}").format(path=source.given, what=what))
    return best[2]
