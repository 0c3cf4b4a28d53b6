"""``overshoot detectors``: list the detectors."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from engine.commands.base import Command, Exit
from engine.commands.records import to_json
from engine.detectors.watch import all_detectors
from engine.i18n import N_, _


class Detectors(Command):
    """Lists the detectors and the kinds of events that each reports."""

    name = "detectors"
    about = N_("list the detectors and what they find")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("one JSON object per line"))

    def run(self, args: Namespace) -> int:
        for name, kind in all_detectors().items():
            record = {"detector": name, "kinds": [k.value for k in kind.kinds], "about": _(kind.about)}
            print(to_json(record) if args.json else f"{name:18} {record['about']}")
        return Exit.CLEAN
