"""What a scenario's story panel holds, and how its questions are answered from the run at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.diagnosis.stories.reading import Reading
from engine.discovery import discover
from engine.events import Event
from engine.i18n import _
from engine.run import Run, Value


@dataclass(frozen=True)
class Answer:
    """A question of the thread and what this run says to it, in the current language; `columns` hold its numbers."""

    question: str
    text: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """A "Try this" button: what it changes, and what came of it in our measurements."""

    title: str
    settings: Mapping[str, Value]
    measured: str


Question = tuple[str, Callable[[Reading], str]]


class ScenarioStory:
    """The story panel of one scenario.

    Class attributes
    ----------------
    name : str
        The scenario's name.
    seen, known, to_try : str
        What the person saw and asked, what is known today, what to try; marked with `N_`.
    questions : tuple of (str, callable)
        Each question with the function that answers it from a run's measurements.
    tries : tuple of (title, settings, what was measured)
    """

    name: ClassVar[str] = ""
    seen: ClassVar[str] = ""
    known: ClassVar[str] = ""
    to_try: ClassVar[str] = ""
    questions: ClassVar[tuple[Question, ...]] = ()
    tries: ClassVar[tuple[tuple[str, Mapping[str, Value], str], ...]] = ()


def all_stories() -> dict[str, type[ScenarioStory]]:
    """Every story there is, by its scenario's name."""
    return discover("engine.diagnosis.stories", ScenarioStory)


def story_of(scenario: str | None) -> type[ScenarioStory] | None:
    """The story of a scenario; None for a log."""
    return all_stories().get(scenario or "")


def attempts(scenario: str) -> list[Attempt]:
    """What to try in a scenario, in the current language."""
    story = story_of(scenario)
    return [Attempt(_(title), settings, _(measured)) for title, settings, measured in story.tries] if story else []


def answers(run: Run, events: Sequence[Event]) -> list[Answer]:
    """The thread's own questions, answered from this run as far as it has come; none for a log."""
    story = story_of(run.origin.scenario)
    if story is None:
        return []
    return [_answered(_(question), reply, Reading(run, events)) for question, reply in story.questions]


def _answered(question: str, reply: Callable[[Reading], str], reading: Reading) -> Answer:
    text = reply(reading)
    return Answer(question, text, tuple(reading.used))
