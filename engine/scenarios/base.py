"""What a demo training declares, and the task that it builds for the loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from engine.discovery import discover
from engine.events import EventKind
from engine.i18n import _
from engine.run import Value
from engine.tasks.base import Task
from engine.tasks.settings import Setting, SettingError, checked


class Scenario(ABC):
    """A demo training that shows one phenomenon.

    Class attributes
    ----------------
    name : str
        On the command line and in files, with hyphens.
    title, summary, brief : str
        For people, marked with `N_`; the last is the summary in at most fifty letters.
    shows : tuple of EventKind
        The events that a run with the defaults is expected to have; empty when nothing is wrong.
    settings : tuple of Setting
        The knobs it has, with its own defaults (see `engine.tasks.settings.knobs`).
    panes : tuple of str
        The columns that show the phenomenon, at most three, ``family/*`` for a heat map of layers; each is a plot, from
        top to bottom.
    view : str
        What is shown beside the curve where there is room: ``landscape``, ``data`` or, for nothing, ``curve``.
    thread : str or None
        File name stem of the thread in the sources that asked the question.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    brief: ClassVar[str] = ""
    shows: ClassVar[tuple[EventKind, ...]] = ()
    settings: ClassVar[tuple[Setting, ...]] = ()
    panes: ClassVar[tuple[str, ...]] = ("loss", "accuracy")
    view: ClassVar[str] = "curve"
    thread: ClassVar[str | None] = None

    @classmethod
    def implied(cls, given: Mapping[str, object]) -> Mapping[str, Value]:
        """Defaults that follow from a given choice, such as the batch size that goes with a mechanism."""
        return {}

    @classmethod
    def resolved(cls, given: Mapping[str, object]) -> dict[str, Value]:
        """All settings: the given ones, then those that they imply, then the defaults.

        Raises
        ------
        SettingError
            If a key is not among the settings, or a value is refused.
        """
        return checked(cls.settings, {**cls.implied(checked(cls.settings, given)), **given})

    @abstractmethod
    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        """Make data and model from the settings, with generators of its own derived from `seed`."""


def scenario_named(name: str) -> type[Scenario]:
    """The scenario of that name.

    Raises
    ------
    SettingError
        If there is none.
    """
    known = all_scenarios()
    if name not in known:
        raise SettingError(
            _("unknown scenario {name!r}; known scenarios: {known}").format(name=name, known=", ".join(known))
        )
    return known[name]


def all_scenarios() -> dict[str, type[Scenario]]:
    """Every demo training there is, by name."""
    return discover("engine.scenarios", Scenario)
