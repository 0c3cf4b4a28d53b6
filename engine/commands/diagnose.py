"""``overshoot diagnose``: diagnose logs without a window."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from engine.commands.base import Command, CommandError, Exit
from engine.commands.many import spread
from engine.commands.records import to_json
from engine.commands.series_records import Verdict, series_record
from engine.detectors.watch import Watch
from engine.i18n import N_, _, ngettext
from engine.logs import LogError, NoLossError, ReadOptions, open_log
from engine.logs.settings.keys import OWN, SPELLINGS, canonical, convert
from engine.run import Run, Value


class Diagnose(Command):
    """Prints one record per loss series; an error in one file does not stop the others."""

    name = "diagnose"
    about = N_("read logs and report what happened in them")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=_("a log, a folder or an address"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object per line, one for each loss series"))
        parser.add_argument("--series", metavar="NAME", help=_("use this column only"))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            dest="known",
            help=_("what you know of the run, such as optimizer=adam or lr=1e-3; may be repeated"),
        )
        parser.add_argument(
            "--why", action="store_true", help=_("where nothing is a problem, also why it might learn too little")
        )
        parser.add_argument("--report", metavar="PATH", help=_("also write a report, HTML or Markdown (.md)"))

    def run(self, args: Namespace) -> int:
        exit_code = Exit.CLEAN
        known = known_settings(args.known)
        work = partial(found_in, series=args.series, known=known, is_asked=args.why)
        for found in _reported(args, known) if args.report else spread(work, args.files):
            for record in found:
                show(record, args.json)
                exit_code = max(exit_code, exit_of(record))
        return exit_code


def known_settings(words: Sequence[str]) -> dict[str, Value]:
    """The settings of ``KEY=VALUE`` words under the program's own keys.

    Raises
    ------
    CommandError
        If a word has no ``=``, or its key or value is unknown.

    Examples
    --------
    >>> known_settings(["optimizer=AdamW", "learning_rate=1e-3"])
    {'optimizer': 'adamw', 'lr': 0.001}
    """
    found: dict[str, Value] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise CommandError(_("{word}: expected KEY=VALUE").format(word=word))
        if key not in OWN:
            keys = ", ".join(SPELLINGS)
            raise CommandError(_("no setting is called {key}; there are: {keys}").format(key=key, keys=keys))
        converted = convert(OWN[key], value)
        if converted is None:
            raise CommandError(_("{word}: this is no value of {key}").format(word=word, key=OWN[key]))
        found[OWN[key]] = converted
    return canonical(found)


def _reported(args: Namespace, known: Mapping[str, Value]) -> Iterator[list[dict[str, Any]]]:
    """The records of each file, while its reports are written."""
    from engine.report import ReportError, report_paths

    reports = report_paths(args.report)
    try:
        for file in args.files:
            yield found_in(file, args.series, reports, known, args.why)
    except ReportError as error:
        raise CommandError(str(error)) from error


def found_in(
    file: str,
    series: str | None = None,
    reports: Iterator[Path] | None = None,
    known: Mapping[str, Value] | None = None,
    is_asked: bool = False,
) -> list[dict[str, Any]]:
    """The records of a log, or one that says why there are none: an error in one file must not stop the others."""
    try:
        return list(records(file, series, reports, known, is_asked))
    except NoLossError as error:
        return [{"file": file, "error": str(error)} | ({"columns": error.columns} if error.columns else {})]
    except LogError as error:
        return [{"file": file, "error": str(error)}]
    except Exception as error:
        if reports is not None and _is_of_report(error):
            raise
        return [{"file": file, "error": f"{type(error).__name__}: {error}"}]


def _is_of_report(error: Exception) -> bool:
    from engine.report import ReportError

    return isinstance(error, ReportError)


def records(
    file: str,
    series: str | None = None,
    reports: Iterator[Path] | None = None,
    known: Mapping[str, Value] | None = None,
    is_asked: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield the records of a log; as long as `reports` has paths, write each run's report to the next one.

    `known` are settings that a person tells of all runs in it; `is_asked`: why might it learn too little?

    Raises
    ------
    LogError
        If it cannot be read, has no recognised loss column or fewer than two points.
    """
    runs = [run for run in open_runs(file, series) if run.usable_series()]
    if not runs:
        raise LogError(_("{path}: fewer than two points of a loss were found").format(path=file))
    for run in runs:
        watch = Watch(run.table, run.series, run.clock, first_row=run.judged_from)
        watch.finish()
        run.restart_rows = watch.restarts
        run.tell(known or {})
        for path in islice(reports or (), 1):
            from engine.report import write_report  # loads the templates' engine

            write_report(run, watch.listed, path)
        for wanted in run.usable_series():
            if series in (None, wanted.name):
                yield series_record(file, run, wanted, watch.listed, watch.perhaps, is_asked)


def open_runs(file: str, series: str | None) -> list[Run]:
    """The runs of a log; with `series`, those that have it, even if its name is not that of a loss."""
    try:
        runs = open_log(file)
    except LogError:
        if series is None:
            raise
        runs = []
    if series is None:
        return runs
    having = [run for run in runs if any(s.name == series for s in run.series)]
    return having or open_log(file, ReadOptions(columns=(series,)))


def exit_of(record: dict[str, Any]) -> Exit:
    """The exit code of a record."""
    if "error" in record:
        return Exit.FAILED
    return Exit.FOUND if record["verdict"] == Verdict.PROBLEM else Exit.CLEAN


def show(record: dict[str, Any], as_json: bool) -> None:
    """Print a record as JSON or as text."""
    if as_json:
        print(to_json(record), flush=True)
    elif "error" in record:
        print(record["error"], file=sys.stderr)
    else:
        for line in text_lines(record):
            print(line)


def text_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the text lines of a record: a heading, and for each event sentence, first cause and remedy."""
    points = ngettext("{count} point", "{count} points", record["points"]).format(count=record["points"])
    verdicts = {"healthy": _("healthy"), "notice": _("notice"), "problem": _("problem")}
    yield f"{record['file']}  {record['series']}  {points}: {verdicts[record['verdict']]}"
    for event in record["events"]:
        yield f"  {event['text']}"
        for cause in event["causes"][:1]:
            yield "    " + _("likely cause: {text}").format(text=cause["text"])
        if event["tell_apart"]:
            yield "    " + event["tell_apart"]["text"]
        for remedy in event["remedies"][:1]:
            yield "    " + _("try: {text}").format(text=remedy["text"])
    if offered := record["offered"]:
        yield "  " + _("if it learns less than you hope, most likely: {causes}").format(causes=offered["text"])
        for remedy in offered["remedies"][:1]:
            yield "    " + _("try: {text}").format(text=remedy["text"])
    for remark in record["remarks"]:
        yield "  " + _("remark: {text}").format(text=remark["text"])
