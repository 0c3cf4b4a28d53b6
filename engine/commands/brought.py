"""What the commands on a person's own training share: the file, the interpreter, their errors."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import CommandError
from engine.i18n import _
from engine.run import Value
from overshoot.keeping import DISK_MEGABYTES, VARIABLE

if TYPE_CHECKING:
    from engine.brought.source import BroughtFile

SUFFIX = ".py"


def natural(text: str) -> int:
    """An integer of at least 0, for an argument."""
    if not text.isdecimal():
        raise ArgumentTypeError(_("{text!r} is not a number of at least 0").format(text=text))
    return int(text)


def add_file(parser: ArgumentParser) -> None:
    """The arguments that every command on a file has."""
    parser.add_argument("file", metavar="FILE", help=_("a file of Python with build(seed, …) → overshoot.Training"))
    parser.add_argument("--seed", type=natural, default=0, metavar="N", help=_("seed for data, weights and order"))
    add_python(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE[@STEP]",
        help=_("an argument of build, or a setting of the optimizer, from the start or from a given step"),
    )


def add_python(parser: ArgumentParser) -> None:
    """The interpreter to run a file with."""
    parser.add_argument(
        "--python", metavar="PATH", default=sys.executable, help=_("the interpreter that has the file's packages")
    )


def add_checkpoints(parser: ArgumentParser) -> None:
    """The disk space for the states from which forks start."""
    parser.add_argument(
        "--checkpoints",
        type=natural,
        metavar="MB",
        help=_("disk space for the checkpoints of your own training, {default} MB by default").format(
            default=DISK_MEGABYTES
        ),
    )


def use_checkpoints(args: Namespace) -> None:
    """Let the processes to come keep to the disk space that was asked for."""
    if args.checkpoints:
        os.environ[VARIABLE] = str(args.checkpoints)


def chosen_file(name: str, python: str) -> BroughtFile:
    """The file that the command line names, which is the consent to run it.

    Raises
    ------
    CommandError
        If it is no file of Python, or cannot be read.
    """
    from engine.brought.source import BroughtFile

    path = Path(name)
    if path.suffix != SUFFIX:
        raise CommandError(_("{path} is not a file of Python").format(path=name))
    try:
        return BroughtFile.chosen(path, python)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(_("{path}: cannot be read: {reason}").format(path=name, reason=reason)) from error


@contextmanager
def said_errors(name: str, failed: int) -> Iterator[list[int]]:
    """Print an error of the person's code with its traceback; the list has the exit code then."""
    from engine.brought.errors import BroughtError
    from engine.tasks.settings import SettingError

    codes: list[int] = []
    try:
        yield codes
    except SettingError as error:
        raise CommandError(str(error)) from error
    except BroughtError as error:
        where = f"{name}:{error.line}" if error.line else name
        print(f"{where}: {error.whole_text}", file=sys.stderr)
        codes.append(failed)


def parted_settings(args: Namespace, file: BroughtFile) -> tuple[dict[str, Value], dict[int, dict[str, Value]]]:
    """The arguments of ``build`` and the turns that ``--set`` asks for; starts the interpreter."""
    from engine.brought.interpreter import Interpreter
    from engine.brought.knobs import parted
    from engine.experiments.brought_forks import CREW
    from engine.tasks.settings import parsed

    worker = CREW.worker(file)
    assert isinstance(worker, Interpreter)
    return parted(*parsed(args.set), worker.declared)
