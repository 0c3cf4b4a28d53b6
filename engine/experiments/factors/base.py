"""What a factor is: one thing that a fork changes, with the reason why it does not apply and what it would show."""

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
    """One thing that may have caused an event.

    A fork with the factor undoes what was broken: a setting that the run itself turned, or that differs from the
    scenario's default, goes back; where nothing was broken it gets the remedy.

    Class attributes
    ----------------
    name : str
        The key on the command line and in records.
    rank : int
        Ties go to the lower one.
    keys : tuple of str
        The settings that it is about; the first that the scenario has is the one that `remedy` turns.
    would_show : str
        What it would show if it worked; marked with `N_`.
    is_limit : bool
        It holds a step back whatever made it long: a remedy, but less of an answer than what takes the reason away.
    """

    name: ClassVar[str] = ""
    rank: ClassVar[int] = 0
    keys: ClassVar[tuple[str, ...]] = ()
    would_show: ClassVar[str] = ""
    is_limit: ClassVar[bool] = False

    def applies_to(self, case: Case) -> str | None:
        """None when it can be tried on this case, else the reason as text."""
        if not any(case.has(key) for key in self.keys):
            return _("the scenario has no setting {key}").format(key=self.keys[0])
        if case.event.kind is EventKind.EPOCH_BOUNDARY and not self.marks_epochs(case):
            return _("it cannot be what ties the loss to the epoch")
        if case.undone(self.keys):
            return None
        return self.objects(case) or self._same(case)

    def marks_epochs(self, case: Case) -> bool:
        """Whether it can be the reason for what is locked to the end of the epoch."""
        return False

    def objects(self, case: Case) -> str | None:
        """Why the remedy makes no sense here; None when it does."""
        return None

    def _same(self, case: Case) -> str | None:
        change = self.remedy(case)
        if all(case.settings.get(key) == value for key, value in change.items()):
            return _("{key} already has that value").format(key=", ".join(change) or self.name)
        return None

    @abstractmethod
    def remedy(self, case: Case) -> Mapping[str, Value]:
        """What to turn when nothing was broken."""

    def change(self, case: Case) -> dict[str, Value]:
        """The settings of the fork that differ from the run's."""
        return case.undone(self.keys) or dict(self.remedy(case))

    def intervention(self, case: Case) -> Intervention:
        """The fork's one difference."""
        change = self.change(case)
        return Intervention(self.name, change, from_start=needs_start(case, change))


def all_factors() -> dict[str, type[Factor]]:
    """Every factor there is, by key, in the order that decides ties."""
    found = discover("engine.experiments.factors", Factor)
    return dict(sorted(found.items(), key=lambda item: item[1].rank))
