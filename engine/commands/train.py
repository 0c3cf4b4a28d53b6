"""``overshoot train``: run and diagnose a demo training without a window."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Any

from engine.commands.base import Command, CommandError, Exit
from engine.commands.records import change_record, event_record, to_json
from engine.i18n import N_, _, number
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SettingError, parsed

if TYPE_CHECKING:
    from engine.detectors.watch import Watch
    from engine.training.session import TrainingSession

SECONDS_BETWEEN_MESSAGES = 0.5


class Train(Command):
    """Trains a scenario and reports its events."""

    name = "train"
    about = N_("run a demo training and report what happened")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", metavar="NAME", help=", ".join(all_scenarios()))
        parser.add_argument("--seed", type=_natural, default=0, metavar="N", help=_("seed for data, weights and order"))
        parser.add_argument("--steps", type=_natural, metavar="N", help=_("stop after this many steps"))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE[@STEP]",
            help=_("a setting, from the start or from a given step (the command “scenarios” lists them)"),
        )
        parser.add_argument("--probes", default="default", metavar="NAMES", help=_("default, none, all, or a list"))
        parser.add_argument(
            "--device", default="cpu", help=_("cpu, or cuda or mps where available; results differ between them")
        )
        parser.add_argument("--out", metavar="FILE", help=_("write the table as CSV"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))

    def run(self, args: Namespace) -> int:
        session = _session(args)
        watch = _train(session, is_quiet=not sys.stderr.isatty())
        _print_inactive_probes(session)
        if args.out:
            _write(session, args.out)
        print(to_json(_record(session, watch)) if args.json else _report(session, watch))
        return Exit.CLEAN


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(_("{text!r} is not a number of at least 0").format(text=text))
    return int(text)


def _session(args: Namespace) -> TrainingSession:
    from engine.training.session import TrainingSession

    try:
        settings, injections = parsed(args.set)
        return TrainingSession(
            args.scenario, args.seed, settings, args.probes, args.steps, injections, device=args.device
        )
    except SettingError as error:
        raise CommandError(str(error)) from error


def _train(session: TrainingSession, is_quiet: bool) -> Watch:
    from engine.detectors.watch import Watch

    watch = Watch(session.run.table, session.run.series, session.run.x)
    printed_at = time.monotonic()
    for _row in session:
        if time.monotonic() - printed_at > SECONDS_BETWEEN_MESSAGES:
            printed_at = time.monotonic()
            watch.advance()
            if not is_quiet:
                _print_progress(session)
    watch.finish()
    if not is_quiet:
        print("\r\x1b[K", end="", file=sys.stderr)
    for warning in session.run.warnings:
        print(warning.text, file=sys.stderr)
    return watch


def _print_inactive_probes(session: TrainingSession) -> None:
    """Print why probes requested by name cannot measure; default ones are skipped silently."""
    from engine.probes.status import default_names

    for name, reason in session.probing.reasons.items():
        if name not in default_names(session.scenario.name):
            print(_("The probe {name} is inactive: {reason}").format(name=name, reason=reason), file=sys.stderr)


def _print_progress(session: TrainingSession) -> None:
    text = _("step {step} of {total}").format(step=number(session.step), total=number(session.total_steps))
    print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _write(session: TrainingSession, path: str) -> None:
    from engine.export import write_table

    try:
        write_table(session.run.table, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(_("{path} cannot be written: {reason}").format(path=path, reason=reason)) from error


def _last(session: TrainingSession, column: str) -> float | None:
    table = session.run.table
    if column not in table or not table.count(column):
        return None
    return float(table.values(column)[-1])


def _record(session: TrainingSession, watch: Watch) -> dict[str, Any]:
    run = session.run
    return {
        "scenario": session.scenario.name,
        "seed": session.seed,
        "settings": dict(run.settings),
        "changes": [change_record(change) for change in run.changes],
        "steps": session.step,
        "seconds": round(session.seconds, 3),
        "final": {"loss": _last(session, "loss"), "accuracy": _last(session, "accuracy")},
        "events": [event_record(event, run, watch.listed) for event in watch.listed],
    }


def _report(session: TrainingSession, watch: Watch) -> str:
    from engine.diagnosis.explanation import explain

    lines = [
        _("{name}: {steps} steps in {seconds} s, loss {loss}").format(
            name=session.run.name,
            steps=number(session.step),
            seconds=number(session.seconds),
            loss=number(_last(session, "loss") or 0.0),
        )
    ]
    for event in watch.listed:
        diagnosis = explain(event, session.run, watch.listed)
        lines.append(f"  {diagnosis.severity_text}: {diagnosis.sentence}")
    if not watch.listed:
        lines.append("  " + _("Nothing to report"))
    return "\n".join(lines)
