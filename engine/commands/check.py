"""``overshoot check``: find out whether a person's own training can be rewound bit for bit."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.commands.base import Command, Exit
from engine.commands.brought import add_file, chosen_file, parted_settings, said_errors
from engine.commands.records import to_json
from engine.i18n import N_, _

if TYPE_CHECKING:
    from engine.brought.checks import Checked
    from engine.brought.source import BroughtFile
    from engine.run import Value


class Check(Command):
    """Trains a few steps twice, rewinds, and says what differs first."""

    name = "check"
    about = N_("find out whether your own training can be rewound bit for bit")

    def arguments(self, parser: ArgumentParser) -> None:
        add_file(parser)
        parser.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))

    def run(self, args: Namespace) -> int:
        from engine.experiments.brought_forks import CREW

        file = chosen_file(args.file, args.python)
        try:
            with said_errors(args.file, Exit.FOUND) as failed:
                knobs, _turns = parted_settings(args, file)
                found = _checked(file, args.seed, knobs)
                record = {"file": args.file, "verdict": found.verdict, "first": found.first}
                record["checked"] = list(found.points)
                print(to_json(record) if args.json else found.text)
            return failed[0] if failed else Exit.CLEAN
        finally:
            CREW.close()


def _checked(file: BroughtFile, seed: int, knobs: Mapping[str, Value]) -> Checked:
    from engine.brought.checks import Checked, check
    from engine.experiments.brought_forks import CREW

    found = Checked("")
    is_quiet = not sys.stderr.isatty()
    for told in check(CREW.worker(file), seed, knobs):
        if isinstance(told, Checked):
            found = told
        elif not is_quiet:
            text = _("step {step} of {total}").format(step=told[0], total=told[1])
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    if not is_quiet:
        print("\r\x1b[K", end="", file=sys.stderr)
    return found
