"""The settings of a live run: current values, values deferred to the next epoch, and the history of turns."""

from __future__ import annotations

from collections.abc import Mapping

from engine.i18n import _
from engine.run import Change, Value
from engine.tasks.settings import Applies, Setting, SettingError

Injections = Mapping[int, Mapping[str, object]]


class Knobs:
    """Checks and records every turn.

    Parameters
    ----------
    declared : tuple of Setting
    values : dict
        The current settings.
    changes : list of Change
        Appended to when a turn takes effect.
    injections : mapping, optional
        ``{step: {key: value}}``: turns due at a step.

    Attributes
    ----------
    pending : dict
        Values deferred to the next epoch.
    injections : dict
        Turns still due.
    """

    def __init__(
        self,
        declared: tuple[Setting, ...],
        values: dict[str, Value],
        changes: list[Change],
        injections: Injections | None = None,
    ) -> None:
        self._declared = {setting.key: setting for setting in declared}
        self._changes = changes
        self.values = values
        self.pending: dict[str, Value] = {}
        self.injections = {step: self._checked(take_due) for step, take_due in (injections or {}).items()}

    def _checked(self, take_due: Mapping[str, object]) -> dict[str, Value]:
        return {key: self.turnable(key).check(value) for key, value in take_due.items()}

    def turnable(self, key: str) -> Setting:
        """The declaration of a setting that may be turned during a run.

        Raises
        ------
        SettingError
            If there is none, or a change needs a new run.
        """
        if key not in self._declared:
            known = ", ".join(self._declared)
            raise SettingError(_("no setting {key!r} here; available: {known}").format(key=key, known=known))
        setting = self._declared[key]
        if setting.applies is Applies.RESTART:
            raise SettingError(_("{key} takes effect in a new run only").format(key=key))
        return setting

    def defer(self, key: str, value: Value, step: int, row: int) -> Change:
        """Defer a value to the epoch that starts with `step` in `row`."""
        self.pending[key] = value
        return Change(step, row, key, self.values[key], value)

    def record(self, key: str, before: Value, value: Value, step: int, row: int) -> Change:
        """Record a turn that takes effect from `step` in `row` on; several before one row count as one change."""
        self.pending.pop(key, None)
        change = Change(step, row, key, before, value)
        earlier = next((c for c in self._changes if c.row == row and c.key == key), None)
        if earlier is not None:
            self._changes.remove(earlier)
            change = Change(step, row, key, earlier.before, value)
        if change.before != change.after:
            self._changes.append(change)
        return change

    def take_due(self, step: int) -> dict[str, Value]:
        """Remove and return the injections due up to `step`."""
        found: dict[str, Value] = {}
        for at in sorted(s for s in self.injections if s <= step):
            found |= self.injections.pop(at)
        return found
