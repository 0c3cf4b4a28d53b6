"""The sentence of an event, from the numbers around it and the text declared with its kind."""

from __future__ import annotations

from engine.detectors.claims.kind import declaration
from engine.diagnosis.facts import Facts
from engine.diagnosis.places import place, span
from engine.events import EventKind, Severity
from engine.i18n import N_, _, number

SEVERITIES: dict[Severity, str] = {
    Severity.CRITICAL: N_("critical"),
    Severity.WARNING: N_("warning"),
    Severity.INFO: N_("info"),
}


def title(kind: EventKind) -> str:
    """The title of a kind of event in the current language."""
    return _(declaration(kind).title)


def sentence(facts: Facts) -> str:
    """Describe an event in one sentence of the current language."""
    template, words = declaration(facts.event.kind).sentence, Words(facts)
    return template(words) if callable(template) else _(template).format_map(_Fields(words))


class Words:
    """The facts as words (see `engine.detectors.claims.kind.EventWords`)."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.event = facts.event

    @property
    def before(self) -> str:
        return _n(self._facts.before)

    @property
    def peak(self) -> str:
        return _n(self._facts.peak)

    @property
    def floor(self) -> str:
        return _n(self._facts.floor)

    @property
    def last(self) -> str:
        return _n(self._facts.last)

    @property
    def level(self) -> str:
        return self.last

    @property
    def where(self) -> str:
        return self.place(self.event.start)

    @property
    def duration(self) -> str:
        run = self._facts.run
        return span(run, self.event.start, min(self.event.end + 1, len(run.table) - 1))

    @property
    def is_last(self) -> bool:
        return self._facts.is_last()

    @property
    def first_non_finite(self) -> tuple[int, float] | None:
        return self._facts.first_non_finite

    def evidence(self, *names: str) -> float | None:
        return self._facts.evidence(*names)

    def place(self, row: int) -> str:
        return place(self._facts.run, row)

    def span(self, rows: int) -> str:
        run = self._facts.run
        first = max(0, self.event.start - rows)  # one epoch before the first boundary, where that is in the table
        return span(run, first, min(first + rows, len(run.table) - 1))

    def at_onset(self, column: str) -> float | None:
        return self._facts.at(column)

    def lowest(self, column: str) -> float | None:
        values = self._facts.values(column, self.event.start, self.event.end)
        return float(values.min()) if len(values) else None


class _Fields(dict[str, str]):
    """Computes only the fields that a sentence uses."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, name: str) -> str:
        return str(getattr(self._words, name))


def _n(value: float | None) -> str:
    return "?" if value is None else number(value)
