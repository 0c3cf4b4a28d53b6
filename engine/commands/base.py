"""Base of the subcommands. Listing them needs neither torch nor Qt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from enum import IntEnum
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from engine.discovery import discover


class Exit(IntEnum):
    """The exit codes that other programs rely on."""

    CLEAN = 0
    FOUND = 1
    FAILED = 2


class CommandError(Exception):
    """The call is wrong or its input cannot be used; the text is meant for the user, the exit code is 2."""


class Command(ABC):
    """A subcommand of the program.

    Class attributes
    ----------------
    name : str
        The word on the command line.
    about : str
        One line for ``--help``, marked with `N_`.
    """

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""

    @abstractmethod
    def arguments(self, parser: ArgumentParser) -> None:
        """Add the options and positionals to the subcommand's parser."""

    @abstractmethod
    def run(self, args: Namespace) -> int:
        """Run the subcommand, with results on stdout, progress and messages on stderr, and return the exit code.

        Raises
        ------
        CommandError
            If the call is wrong or its input cannot be used.
        """


def command_named(name: str) -> type[Command] | None:
    """The command of a name, None if there is none; only its module, which has the same name, is imported."""
    if not name.isidentifier() or find_spec(f"engine.commands.{name}") is None:
        return None
    found = vars(import_module(f"engine.commands.{name}")).values()
    return next((c for c in found if isinstance(c, type) and issubclass(c, Command) and c.name == name), None)


def all_commands() -> dict[str, type[Command]]:
    """All subcommands, by name."""
    return discover("engine.commands", Command)
