"""Content of a scenario's story panel, with answers from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from engine.diagnosis.measured import SEEDS, command, learned, seen, tally
from engine.diagnosis.stories.reading import Reading
from engine.discovery import discover
from engine.events import Event
from engine.i18n import _
from engine.run import Run, Value
from engine.values import dataclass


@dataclass(frozen=True)
class Answer:
    """A question of the thread with the answer from a run, in the current language; `columns` have its numbers."""

    question: str
    text: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """A "Try this" button: its changes, their measured outcome, and how that was counted."""

    title: str
    settings: Mapping[str, Value]
    measured: str
    origin: str = ""


Question = tuple[str, Callable[[Reading], str]]


class ScenarioStory:
    """The story panel of one scenario.

    Class attributes
    ----------------
    name : str
        The scenario's name.
    seen, known, to_try : str
        What was seen and asked, what is known today, what to try; marked with `N_`.
    questions : tuple of (str, callable)
        Each question with the function that answers it from a run.
    tries : tuple of (title, settings, remark)
        The figures with a remark come from `engine.diagnosis.measured`.
    outcome, rule, learning : str
        What is counted over the seeds, in two words; its criterion; the criterion for learning.
    variant : (str, mapping), optional
        A second set of figures: its name and settings.
    """

    name: ClassVar[str] = ""
    seen: ClassVar[str] = ""
    known: ClassVar[str] = ""
    to_try: ClassVar[str] = ""
    questions: ClassVar[tuple[Question, ...]] = ()
    tries: ClassVar[tuple[tuple[str, Mapping[str, Value], str], ...]] = ()
    outcome: ClassVar[str] = ""
    rule: ClassVar[str] = ""
    learning: ClassVar[str] = ""
    variant: ClassVar[tuple[str, Mapping[str, Value]] | None] = None


def all_stories() -> dict[str, type[ScenarioStory]]:
    """All stories, by scenario."""
    return discover("engine.diagnosis.stories", ScenarioStory)


def story_of(scenario: str | None) -> type[ScenarioStory] | None:
    """The story of a scenario; None for a log."""
    return all_stories().get(scenario or "")


def attempts(scenario: str) -> list[Attempt]:
    """The "Try this" buttons of a scenario, in the current language."""
    story = story_of(scenario)
    return [_attempt(story, *entry) for entry in story.tries] if story else []


def _attempt(story: type[ScenarioStory], title: str, settings: Mapping[str, Value], remark: str) -> Attempt:
    lines = [_figures(story, settings)]
    if story.variant is not None:
        name, more = story.variant
        figures = _figures(story, {**more, **settings})
        lines.append(figures and f"{_(name)}: {figures}")
    counted = [line for line in lines if line]
    lines = [*counted, _(remark) if remark else ""]
    return Attempt(_(title), settings, "\n".join(filter(None, lines)), _origin(story, settings) if counted else "")


def _figures(story: type[ScenarioStory], settings: Mapping[str, Value]) -> str:
    if tally(story.name, settings) is None:
        return ""
    counts = {"seen": seen(story.name, **settings), "learned": learned(story.name, **settings)}
    return _("{what}: {seen} · learned: {learned}").format(what=_(story.outcome), **counts)


def _origin(story: type[ScenarioStory], settings: Mapping[str, Value]) -> str:
    """How the figures were counted, and the command that repeats one of the runs."""
    return "\n".join(
        (
            _(story.rule),
            _(story.learning),
            _("Source: {source}").format(source=_("seeds {seeds}, docs/remedies.md").format(seeds=SEEDS)),
            command(story.name, settings),
        )
    )


def answers(run: Run, events: Sequence[Event]) -> list[Answer]:
    """The questions of the thread, answered from a run so far; empty for a log."""
    story = story_of(run.origin.scenario)
    if story is None:
        return []
    return [_answered(_(question), reply, Reading(run, events)) for question, reply in story.questions]


def _answered(question: str, reply: Callable[[Reading], str], reading: Reading) -> Answer:
    text = reply(reading)
    return Answer(question, text, tuple(reading.used))
