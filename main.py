"""The command line: open the window, or run a subcommand. Safe to import in a spawned process."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence

from engine.commands.base import Command, CommandError, Exit, all_commands, command_named
from engine.i18n import _, set_language
from overshoot import __version__, program_name

SELDOM = 50_000  # objects made, after which garbage is looked for; by default after 700
KEPT = 24 << 20  # bytes of freed memory that are not given back, to be fetched and emptied again for the next array
SHORT = ("diagnose", "read")  # commands that may be over in a third of a second


def run() -> int:
    """Run the program as a process of its own and return the exit code.

    A short command is spared what takes a fifth of its time and gains it nothing: threads for linear algebra, a search
    for garbage while modules are loaded and when the process ends, and memory given back between two arrays: glibc
    keeps as much as the largest piece that was ever freed, which is here one that nothing was written to.
    """
    is_short = sys.argv[1:2] and sys.argv[1] in SHORT
    if is_short:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        gc.set_threshold(SELDOM, 20, 20)
        bytes(KEPT)
    code = main()
    if is_short:
        gc.freeze()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    set_language(None)
    if arguments and (named := command_named(arguments[0])):
        return run_command(named(), arguments[1:])
    args = window_parser().parse_args(arguments)
    return change_desktop(args.desktop) if args.desktop else open_window(args)


def run_command(command: Command, arguments: Sequence[str]) -> int:
    """Run a subcommand; a wrong call prints a message on stderr and returns 2."""
    parser = ArgumentParser(prog=f"{program_name()} {command.name}", description=_(command.about))
    command.arguments(parser)
    use_utf8()
    try:
        return int(command.run(parser.parse_args(arguments)))
    except CommandError as error:
        print(error, file=sys.stderr)
        return Exit.FAILED
    except BrokenPipeError:
        # The reader of our output has closed it (`| head`); Python would report that again when flushing at exit.
        sys.stdout = None
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.FAILED


def use_utf8() -> None:
    """Write UTF-8 to pipes and files whatever the console's encoding, and never fail on a file name."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


class WindowParser(ArgumentParser):
    """The parser of the command line without a subcommand; its help lists the commands, which are imported for that."""

    def format_help(self) -> str:
        listing = "\n".join(f"  {name:10} {_(command.about)}" for name, command in all_commands().items())
        self.epilog = _("commands:") + "\n" + listing
        return super().format_help()


def window_parser() -> ArgumentParser:
    """The parser of the command line without a subcommand."""
    parser = WindowParser(
        prog=program_name(),
        description=_("Shows on a training curve what happened, when and why, and what to change."),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help=_("logs to open in the window"))
    parser.add_argument("--version", action="version", version=f"overshoot {__version__}")
    parser.add_argument("--scenario", metavar="NAME", help=_("open the window on a demo training"))
    parser.add_argument("--start", action="store_true", help=_("start the demo training at once"))
    desktop = parser.add_mutually_exclusive_group()
    desktop.add_argument(
        "--install-desktop",
        dest="desktop",
        action="store_const",
        const="install",
        help=_("put the program among the applications of a Linux desktop"),
    )
    desktop.add_argument(
        "--remove-desktop", dest="desktop", action="store_const", const="remove", help=_("take it away from there")
    )
    return parser


def change_desktop(change: str) -> int:
    """Add the program to the desktop's applications, or remove it."""
    from engine.desktop.calling import change_desktop

    use_utf8()
    return change_desktop(change)


def open_window(args: Namespace) -> int:
    """Show the window; Qt is loaded here, not earlier."""
    from gui.app import run_app

    return int(run_app(args.files, scenario=args.scenario, start=args.start))


if __name__ == "__main__":
    sys.exit(run())
