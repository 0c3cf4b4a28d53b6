"""``overshoot bring``: train a person's own file without a window, and report what happened."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from engine.commands.base import Command, CommandError, Exit
from engine.commands.brought import add_file, chosen_file, natural, parted_settings, said_errors
from engine.commands.records import change_record, event_record, to_json
from engine.i18n import N_, _, number

if TYPE_CHECKING:
    from engine.brought.source import BroughtFile
    from engine.detectors.watch import Watch
    from engine.run import Run

SECONDS_BETWEEN_MESSAGES = 0.5


class Bring(Command):
    """Trains a file with build(seed, …) in its interpreter; the run is kept among the watched ones."""

    name = "bring"
    about = N_("run a training of your own and report what happened")

    def arguments(self, parser: ArgumentParser) -> None:
        add_file(parser)
        parser.add_argument("--steps", type=natural, metavar="N", help=_("stop after this many steps"))
        parser.add_argument("--out", metavar="FILE", help=_("write the table as CSV"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))

    def run(self, args: Namespace) -> int:
        from engine.experiments.brought_forks import CREW

        file = chosen_file(args.file, args.python)
        try:
            with said_errors(args.file, Exit.FOUND) as failed:
                self._bring(args, file)
            return failed[0] if failed else Exit.CLEAN
        finally:
            CREW.close()

    @staticmethod
    def _bring(args: Namespace, file: BroughtFile) -> None:
        run, watch, seconds = _trained(args, file)
        if args.out:
            from engine.export import write_table

            try:
                write_table(run.table, args.out)
            except OSError as error:
                reason = error.strerror or str(error)
                raise CommandError(
                    _("{path} cannot be written: {reason}").format(path=args.out, reason=reason)
                ) from error
        print(to_json(_record(args, run, watch, seconds)) if args.json else _report(run, watch, seconds))


def _trained(args: Namespace, file: BroughtFile) -> tuple[Run, Watch, float]:
    from engine.detectors.watch import Watch
    from engine.experiments.brought_forks import CREW
    from engine.experiments.brought_runs import add_rows
    from engine.run import Change, Origin, OriginKind, Run
    from engine.series import LossSeries
    from engine.table import MetricTable

    knobs, turns = parted_settings(args, file)
    table = MetricTable(("step", "epoch", "time", "loss"))
    run = Run(file.path.stem, table, (LossSeries("loss"),), Origin(OriginKind.LOG, format="overshoot_run"), "step")
    watch = Watch(table, run.series, "step")
    began = shown = time.monotonic()
    later = {str(step): values for step, values in turns.items()}
    job = {"do": "train", "seed": args.seed, "knobs": knobs, "turns": later, "steps": args.steps}
    total = args.steps or 0
    for answer in CREW.worker(file).answers(job):
        if "described" in answer:
            run.settings = {**answer["described"]["settings"], **knobs}
            total = total or answer["described"]["total_steps"] or 0
        if "change" in answer:
            turn = answer["change"]
            run.changes.append(Change(turn["step"], turn["step"] - 1, turn["key"], turn["before"], turn["after"]))
        if "rows" in answer:
            add_rows(table, answer["rows"])
        if time.monotonic() - shown > SECONDS_BETWEEN_MESSAGES:
            shown = time.monotonic()
            watch.advance()
            if sys.stderr.isatty():
                text = _("step {step} of {total}").format(step=number(len(table)), total=number(total))
                print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    watch.finish()
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return run, watch, time.monotonic() - began


def _last(run: Run, column: str) -> float | None:
    has_any = column in run.table and run.table.count(column)
    return float(run.table.values(column)[-1]) if has_any else None


def _record(args: Namespace, run: Run, watch: Watch, seconds: float) -> dict[str, Any]:
    return {
        "file": args.file,
        "scenario": args.file,
        "seed": args.seed,
        "settings": dict(run.settings),
        "changes": [change_record(change) for change in run.changes],
        "steps": len(run.table),
        "seconds": round(seconds, 3),
        "final": {"loss": _last(run, "loss"), "accuracy": _last(run, "accuracy")},
        "events": [event_record(event, run, watch.listed) for event in watch.listed],
    }


def _report(run: Run, watch: Watch, seconds: float) -> str:
    from engine.diagnosis.explanation import explain

    head = _("{name}: {steps} steps in {seconds} s, loss {loss}").format(
        name=run.name, steps=number(len(run.table)), seconds=number(seconds), loss=number(_last(run, "loss") or 0.0)
    )
    lines = [head]
    for event in watch.listed:
        diagnosis = explain(event, run, watch.listed)
        lines.append(f"  {diagnosis.severity_text}: {diagnosis.sentence}")
    return "\n".join(lines if watch.listed else [*lines, "  " + _("Nothing to report")])
