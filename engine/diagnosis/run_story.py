"""The story of a run in at most five sentences: events in order, likely cause, what to try, what is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import numpy as np

from engine.diagnosis.explanation import explain, headline
from engine.diagnosis.facts import BASELINE_POINTS, Facts
from engine.diagnosis.model import Diagnosis
from engine.diagnosis.offering import offer
from engine.diagnosis.places import place, span
from engine.diagnosis.remarks.base import remark_text, remarks_on
from engine.diagnosis.sentences import title
from engine.events import Event, EventKind, MarkKind, gravest
from engine.i18n import _, ngettext, number
from engine.run import OriginKind, Run
from engine.tasks.wording import setting_title
from engine.values import dataclass

NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_REMARKS = 3
MOST_ROWS = 100_000  # of a log whose remarks the window tells: it asks again whenever the log grows
MOST_GROUPS = 2  # groups of events that get a sentence of their own
WANTED = ("optimizer", "lr", "batch_size")  # settings needed to distinguish causes


def story(run: Run, events: Sequence[Event], proved: Mapping[str, str] = NOTHING) -> list[str]:
    """The run's story in the current language.

    Parameters
    ----------
    events : sequence of Event
        Events of the run; those explained by another one are left out.
    proved : mapping of str to str
        The verdicts of proofs, by the id of their event; one that was cut short says so itself.
    """
    listed = sorted((e for e in events if e.is_listed), key=lambda e: e.start)
    if not listed:
        return _quiet(run)
    chief = gravest(listed)
    main = explain(chief, run, listed)
    sentences = [*_what_happened(run, listed, chief), *_why(main), *_what_to_try(main)]
    sentences.append(
        _("Proof: {verdict}").format(verdict=proved[chief.id].rstrip("."))
        if chief.id in proved
        else _unknown(run, chief, main)
    )
    return [_("{sentence}.").format(sentence=sentence) for sentence in sentences]


@dataclass(frozen=True)
class StoryLine:
    """A line of the story: what it is about, and the text."""

    label: str
    text: str


def story_lines(run: Run, events: Sequence[Event], proved: Mapping[str, str] = NOTHING) -> list[StoryLine]:
    """The story as at most five labelled lines; parameters as for `story`."""
    listed = sorted((e for e in events if e.is_listed), key=lambda e: e.start)
    if not listed:
        return [StoryLine(_("What happened"), text) for text in _quiet(run)]
    chief = gravest(listed)
    main = explain(chief, run, listed)
    happened = " ".join(_("{sentence}.").format(sentence=text) for text in _what_happened(run, listed, chief))
    lines = [StoryLine(_("What happened"), happened)]
    if main.causes:
        lines.append(StoryLine(_("Most likely"), likely(main)))
    if main.remedies:
        lines.append(StoryLine(_("Try first"), _capital(main.remedies[0].text)))
    if remarks := _remarks(run, listed):
        said = " ".join(_("{sentence}.").format(sentence=text) for text in remarks)
        lines.append(StoryLine(_("Worth a word"), said))
    if chief.id in proved:
        return [*lines, StoryLine(_("Proof"), proved[chief.id])]
    return [*lines, StoryLine(_("Not known"), _capital(_unknown(run, chief, main)))]


def offered_lines(run: Run, listed: Sequence[Event]) -> list[StoryLine]:
    """Why it might learn too little, for a person who asks where nothing is a problem, and what to try."""
    found = offer(run, listed)
    if found is None:
        return []
    lines = [StoryLine(_("Most likely"), _("{sentence}.").format(sentence=_capital(found.sentence)))]
    return lines + [StoryLine(_("Try first"), _capital(remedy.text)) for remedy in found.remedies[:1]]


def likely(main: Diagnosis) -> str:
    """The most likely cause with its weight; empty if none is known."""
    if not main.causes:
        return ""
    cause = main.causes[0]
    return _("{cause} ({percent} %)").format(cause=_capital(cause.text), percent=number(round(100 * cause.weight)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quiet(run: Run) -> list[str]:
    if not run.series or run.series[0].name not in run.table:
        return []
    values = run.table.values(run.series[0].name)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return []
    last = float(np.median(finite[-max(1, min(len(finite) // 10, BASELINE_POINTS)) :]))
    duration = span(run, 0, len(run.table) - 1)
    text = _("Loss went from {first} to {last} in {duration}; nothing stands out")
    sentences = [text.format(first=number(finite[0]), last=number(last), duration=duration), *_restarts(run)]
    sentences += _remarks(run, ())
    return [_("{sentence}.").format(sentence=sentence) for sentence in sentences]


def _remarks(run: Run, listed: Sequence[Event]) -> list[str]:
    """The first remarks on a log that is short enough to be read again with every change."""
    if run.origin.kind is not OriginKind.LOG or len(run.table) > MOST_ROWS:
        return []
    found = (remark for series in run.usable_series() for remark in remarks_on(run, series.name, listed))
    return list(dict.fromkeys(remark_text(remark, run) for remark in islice(found, MOST_REMARKS)))


def _restarts(run: Run) -> list[str]:
    n = sum(mark.kind is MarkKind.RESTART for mark in run.marks())
    text = ngettext("Training restarts {n} time", "Training restarts {n} times", n)
    return [text.format(n=number(n))] if n else []


def _what_happened(run: Run, listed: Sequence[Event], chief: Event) -> list[str]:
    groups: dict[tuple[str, EventKind], list[Event]] = {}
    for event in listed:
        groups.setdefault((event.series, event.kind), []).append(event)
    ranked = sorted(groups.values(), key=lambda g: (chief not in g, -max(e.severity.rank for e in g)))
    chosen = sorted(ranked[:MOST_GROUPS], key=lambda g: g[0].start)
    sentences = [_group(run, group) for group in chosen]
    if ranked[MOST_GROUPS:]:
        names = ", ".join(dict.fromkeys(title(group[0].kind) for group in ranked[MOST_GROUPS:]))
        sentences[-1] = _("{sentence}; also: {names}").format(sentence=sentences[-1], names=names)
    return sentences


def _group(run: Run, events: Sequence[Event]) -> str:
    first = headline(events[0], run).sentence
    is_named = events[0].kind is EventKind.OVERFITTING and len(run.series) <= 2  # says “validation loss” itself
    if len(run.series) > 1 and not is_named:
        first = _("{series}: {sentence}").format(series=events[0].series, sentence=first)
    more = len(events) - 1
    if not more:
        return first
    text = ngettext("{sentence}, and again at {where}", "{sentence}, and {n} more times up to {where}", more)
    return text.format(sentence=first, n=number(more), where=place(run, events[-1].start))


def _why(main: Diagnosis) -> list[str]:
    if not main.causes:
        return []
    cause = main.causes[0]
    return [_("Most likely ({percent} %): {cause}").format(percent=number(round(100 * cause.weight)), cause=cause.text)]


def _what_to_try(main: Diagnosis) -> list[str]:
    return [_("Try first: {remedy}").format(remedy=main.remedies[0].text)] if main.remedies else []


def _unknown(run: Run, chief: Event, main: Diagnosis) -> str:
    known = Facts(chief, run).settings
    missing = [setting_title(key) for key in WANTED if key not in known]
    if missing:
        return _("Causes are ranked without these unknown settings: {settings}").format(settings=", ".join(missing))
    if not main.causes:
        return _("The cause is unknown")
    return _("Not proved; evidence against it would be: {refute}").format(refute=main.causes[0].refute)
