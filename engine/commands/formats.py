"""``overshoot formats``: list the log formats."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from engine.commands.base import Command, Exit
from engine.commands.records import to_json
from engine.i18n import N_, _
from engine.logs.base import all_formats


class Formats(Command):
    """Lists the log formats that can be read."""

    name = "formats"
    about = N_("list the log formats that can be read")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("one JSON object per line"))

    def run(self, args: Namespace) -> int:
        for name, kind in all_formats().items():
            record = {"format": name, "title": _(kind.title), "about": _(kind.about)}
            print(to_json(record) if args.json else f"{name:18} {record['title']}: {record['about']}")
        return Exit.CLEAN
