"""Content of a report before formatting: texts in the current language, not escaped."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.diagnosis.explanation import explain
from engine.diagnosis.model import Diagnosis
from engine.diagnosis.places import label
from engine.diagnosis.run_story import story
from engine.diagnosis.stories import Answer, answers
from engine.events import Event, Severity
from engine.i18n import _, language, ngettext, number
from engine.report.curve import Drawing, draw
from engine.report.versions import versions
from engine.run import Origin, OriginKind, Run
from engine.tasks.wording import setting_title, value_text

MOST_CARDS = 40
MOST_CURVES = 6
SHAPES = {Severity.CRITICAL: "▲", Severity.WARNING: "◆", Severity.INFO: "●"}


@dataclass(frozen=True)
class ReportImage:
    """An image for the report: a caption and the bytes of a PNG."""

    caption: str
    png: bytes

    @property
    def address(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.png).decode("ascii")


@dataclass(frozen=True)
class Card:
    """An event in the report."""

    number: int
    diagnosis: Diagnosis
    shape: str
    certainty: str
    proofs: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """The whole report."""

    language: str
    title: str
    origin: str
    made: str
    verdict: str
    severity: str
    story: tuple[str, ...]
    curves: tuple[Drawing, ...]
    images: tuple[ReportImage, ...]
    cards: tuple[Card, ...]
    left_out: str
    answers: tuple[Answer, ...]
    facts: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]


def compose(
    run: Run,
    events: Sequence[Event],
    images: Sequence[ReportImage] = (),
    proofs: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[int, str] | None = None,
    made: datetime | None = None,
) -> Document:
    """Compose the report of a run."""
    listed = sorted((e for e in events if e.is_listed), key=lambda e: e.start)
    chosen = _chosen(listed)
    made = made or datetime.now().astimezone()
    worst = max((e.severity for e in listed), key=lambda s: s.rank, default=None)
    return Document(
        language=language(),
        title=run.name,
        origin=_origin(run.origin),
        made=made.strftime("%Y-%m-%d %H:%M %Z").strip(),
        verdict=_verdict(listed),
        severity=worst.value if worst else "none",
        story=tuple(story(run, listed, {event: lines[0] for event, lines in (proofs or {}).items() if lines})),
        curves=tuple(_curves(run, chosen)),
        images=tuple(images),
        cards=tuple(_card(i + 1, e, run, listed, (proofs or {}).get(e.id, ())) for i, e in enumerate(chosen)),
        left_out=_left_out(len(listed) - len(chosen)),
        answers=tuple(answers(run, listed)),
        facts=tuple(_facts(run)),
        settings=tuple((setting_title(key), value_text(value)) for key, value in run.settings.items()),
        changes=tuple(_changes(run)),
        notes=tuple((label(run, row), text) for row, text in sorted((notes or {}).items())),
        warnings=tuple(warning.text for warning in run.warnings),
        versions=tuple(versions().items()),
    )


def _chosen(listed: Sequence[Event]) -> list[Event]:
    """The gravest events, which get a card, by row."""
    gravest = sorted(listed, key=lambda e: (-e.severity.rank, e.start))[:MOST_CARDS]
    return sorted(gravest, key=lambda e: e.start)


def _left_out(count: int) -> str:
    if not count:
        return ""
    text = ngettext("{n} less important event is left out.", "{n} less important events are left out.", count)
    return text.format(n=number(count))


def _origin(origin: Origin) -> str:
    if origin.kind is OriginKind.TRAINING:
        return _("Demo training “{scenario}”, seed {seed}").format(scenario=origin.scenario, seed=origin.seed)
    name = origin.path.name if origin.path else "–"
    return _("Log {name}, read as {format}").format(name=name, format=origin.format or "–")


def _verdict(listed: Sequence[Event]) -> str:
    problems = sum(e.severity is not Severity.INFO for e in listed)
    if problems:
        return ngettext("{n} problem", "{n} problems", problems).format(n=number(problems))
    return _("Worth knowing, not a problem") if listed else _("Nothing stands out")


def _card(index: int, event: Event, run: Run, listed: Sequence[Event], proofs: Sequence[str]) -> Card:
    certainty = _("{percent} % certain").format(percent=number(round(100 * event.confidence)))
    return Card(index, explain(event, run, listed), SHAPES[event.severity], certainty, tuple(proofs))


def _curves(run: Run, chosen: Sequence[Event]) -> list[Drawing]:
    with_events = {event.series for event in chosen}
    names = sorted((s.name for s in run.series if s.name in run.table), key=lambda name: name not in with_events)
    found = []
    for name in names[:MOST_CURVES]:
        mine = [(event, str(i + 1)) for i, event in enumerate(chosen) if event.series == name]
        found.append(draw(run, name, [event for event, _label in mine], [label for _event, label in mine]))
    return [drawing for drawing in found if drawing is not None]


def _facts(run: Run) -> list[tuple[str, str]]:
    return [
        (_("Rows"), number(len(run.table))),
        (_("Loss columns"), ", ".join(s.name for s in run.series) or "–"),
        (_("Positions in"), run.x or _("row")),
        (_("All columns"), ", ".join(run.table.columns)),
    ]


def _changes(run: Run) -> list[str]:
    text = _("{where}: “{key}” from {before} to {after}")
    return [
        text.format(
            where=label(run, c.row), key=setting_title(c.key), before=value_text(c.before), after=value_text(c.after)
        )
        for c in run.changes
    ]
