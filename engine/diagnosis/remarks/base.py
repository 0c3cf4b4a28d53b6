"""A kind of remark: its text and the function that finds it; a file that defines one adds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from engine.diagnosis.facts import Facts
from engine.diagnosis.places import place
from engine.diagnosis.sentences import title
from engine.discovery import by_key, objects
from engine.events import Event, EventKind, Severity
from engine.i18n import _, number
from engine.remarks import Remark
from engine.run import Run
from engine.values import dataclass


@dataclass(frozen=True)
class RemarkKind:
    """A kind of remark.

    Attributes
    ----------
    value : str
        Its name in files.
    text : str
        Marked with `N_`; in braces: ``series``, ``where`` (of the start), ``until`` (of the end), ``kind`` (the title
        of the kind of event it is about) and its numbers.
    find : function
        The remarks of this kind on the series that `Facts` are about; its event spans the whole series, and the others
        are the run's listed events.
    """

    value: str
    text: str
    find: Callable[[Facts], Iterable[Remark]]


@cache
def all_remarks() -> dict[str, RemarkKind]:
    """All kinds of remarks, by name.

    Raises
    ------
    TypeError
        If two have the same name.
    """
    found = by_key(objects("engine.diagnosis.remarks", RemarkKind), lambda kind: kind.value)
    return dict(sorted(found.items()))


def whole(run: Run, series: str, listed: Sequence[Event] = ()) -> Facts:
    """The facts of a whole series, as of an event from its first row to its last."""
    last = max(0, len(run.table) - 1)
    everything = Event(f"{series}/whole", EventKind.FLUCTUATION, series, 0, last, last, Severity.INFO, 1.0)
    return Facts(everything, run, listed)


def remarks_on(run: Run, series: str, listed: Sequence[Event] = (), perhaps: Iterable[Remark] = ()) -> list[Remark]:
    """The remarks on a series, with those of `perhaps` that are on it, by row."""
    facts = whole(run, series, listed)
    found = [remark for kind in all_remarks().values() for remark in kind.find(facts)]
    found += [remark for remark in perhaps if remark.series == series]
    return sorted(found, key=lambda remark: (remark.start, remark.kind))


def remark_text(remark: Remark, run: Run) -> str:
    """A remark as a sentence in the current language."""
    words = {name: number(value) for name, value in remark.numbers.items()}
    places = {"where": place(run, remark.start), "until": place(run, remark.end)}
    kind = title(EventKind(remark.about)) if remark.about else ""
    return _(all_remarks()[remark.kind].text).format(series=remark.series, kind=kind, **places, **words)
