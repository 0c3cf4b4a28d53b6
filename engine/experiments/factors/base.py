"""Base of the factors: what a fork changes, when that does not apply, and what it would show."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from engine.discovery import discover
from engine.events import EventKind
from engine.experiments.case import Case, Intervention, needs_start
from engine.i18n import _
from engine.run import Value


class Factor(ABC):
    """A possible cause of an event.

    A fork with the factor resets a setting that the run itself turned or that differs from the scenario's default;
    otherwise it applies the remedy.

    Class attributes
    ----------------
    name : str
        Key on the command line and in records.
    rank : int
        Ties go to the lower rank.
    keys : tuple of str
        The settings concerned; `remedy` turns the first that the scenario has.
    would_show : str
        What it would show if it removed the event; marked with `N_`.
    is_limit : bool
        Whether it only limits steps, whatever made them long: a remedy, but less of an explanation.
    only_brought : bool
        Whether it is tried on a person's own training only.
    """

    name: ClassVar[str] = ""
    rank: ClassVar[int] = 0
    keys: ClassVar[tuple[str, ...]] = ()
    would_show: ClassVar[str] = ""
    is_limit: ClassVar[bool] = False
    only_brought: ClassVar[bool] = False

    def applies_to(self, case: Case) -> str | None:
        """None if it can be tried on a case, else the reason as text."""
        if not any(case.has(key) for key in self.keys):
            return _("the scenario has no setting {key}").format(key=self.keys[0])
        if case.event.kind is EventKind.EPOCH_BOUNDARY and not self.marks_epochs(case):
            return _("it cannot be what ties the loss to the epoch")
        if case.undone(self.keys):
            return None
        return self.objects(case) or self._same(case)

    def marks_epochs(self, case: Case) -> bool:
        """Whether it can cause events that are locked to the end of the epoch."""
        return False

    def objects(self, case: Case) -> str | None:
        """Why the remedy makes no sense in a case; None if it does."""
        return None

    def _same(self, case: Case) -> str | None:
        change = self.remedy(case)
        if all(case.settings.get(key) == value for key, value in change.items()):
            return _("{key} already has that value").format(key=", ".join(change) or self.name)
        return None

    @abstractmethod
    def remedy(self, case: Case) -> Mapping[str, Value]:
        """The settings to turn if nothing was broken."""

    def change(self, case: Case) -> dict[str, Value]:
        """The settings of the fork that differ from the run's."""
        return case.undone(self.keys) or dict(self.remedy(case))

    def intervention(self, case: Case) -> Intervention:
        """The intervention of a fork."""
        change = self.change(case)
        return Intervention(self.name, change, from_start=needs_start(case, change))


def all_factors() -> dict[str, type[Factor]]:
    """All factors, by key, in the order that decides ties."""
    found = discover("engine.experiments.factors", Factor)
    return dict(sorted(found.items(), key=lambda item: item[1].rank))
