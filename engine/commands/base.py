"""What a subcommand is: one file with a name, its arguments and what it does. Listing them needs no torch and no Qt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from enum import IntEnum
from typing import ClassVar

from engine.discovery import discover


class Exit(IntEnum):
    """The exit codes that other programs rely on."""

    CLEAN = 0
    FOUND = 1
    FAILED = 2


class CommandError(Exception):
    """The call is wrong or its input cannot be used; the text is meant for the person, the exit code is 2."""


class Command(ABC):
    """One subcommand of the program.

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
        """Do it and give the exit code: results to stdout, progress and messages to stderr.

        Raises
        ------
        CommandError
            If the call is wrong or its input cannot be used.
        """


def all_commands() -> dict[str, type[Command]]:
    """Every subcommand there is, by name."""
    return discover("engine.commands", Command)
