"""``overshoot labels``: what a person said of events, as a labelled set."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.base import Command, CommandError, Exit
from engine.i18n import N_, _, ngettext


class Labels(Command):
    """Writes the labels in the library, with their series, to a folder."""

    name = "labels"
    about = N_("export what you said of events, with the curves")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["export"], help=_("write them to a folder"))
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=_("a new or empty folder"))

    def run(self, args: Namespace) -> int:
        from engine.library.labels import export
        from engine.library.opening import LibraryError
        from engine.library.store import Library

        if args.folder.exists() and (not args.folder.is_dir() or any(args.folder.iterdir())):
            raise CommandError(_("{path}: not an empty folder").format(path=args.folder))
        try:
            count = export(Library(), args.folder)
        except (LibraryError, OSError) as error:
            raise CommandError(str(error)) from error
        text = ngettext("{count} series written to {path}", "{count} series written to {path}", count)
        print(text.format(count=count, path=args.folder), file=sys.stderr)
        return Exit.CLEAN
