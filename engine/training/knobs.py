"""The settings of a live run: what they stand at, what waits for the next epoch, what was turned when."""

from __future__ import annotations

from collections.abc import Mapping

from engine.i18n import _
from engine.run import Change, Value
from engine.training.settings import Applies, Setting, SettingError

Injections = Mapping[int, Mapping[str, object]]


class Knobs:
    """Checks and records every turn.

    Parameters
    ----------
    declared : tuple of Setting
    values : dict
        The settings at the start; changed in place when a turn takes effect.
    changes : list of Change
        Grows with every turn that took effect.
    injections : mapping, optional
        ``{step: {key: value}}``: turns that are due at a step.

    Attributes
    ----------
    pending : dict
        Values that wait for the next epoch.
    injections : dict
        Those still due.
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
        self.injections = {step: self._checked(due) for step, due in (injections or {}).items()}

    def _checked(self, due: Mapping[str, object]) -> dict[str, Value]:
        return {key: self.turnable(key).check(value) for key, value in due.items()}

    def turnable(self, key: str) -> Setting:
        """The declaration of a setting that may be turned while the run trains.

        Raises
        ------
        SettingError
            If there is none, or a change needs a new run.
        """
        if key not in self._declared:
            known = ", ".join(self._declared)
            raise SettingError(_("there is no setting {key!r} here; there are {known}").format(key=key, known=known))
        setting = self._declared[key]
        if setting.applies is Applies.RESTART:
            raise SettingError(_("{key} takes effect in a new run only").format(key=key))
        return setting

    def wait(self, key: str, value: Value, step: int, row: int) -> Change:
        """Let a value wait for the epoch that begins with `step` in `row`."""
        self.pending[key] = value
        return Change(step, row, key, self.values[key], value)

    def put(self, key: str, value: Value, step: int, row: int) -> Change:
        """Let a value take effect with `step` in `row`; several turns before one row are one change."""
        self.pending.pop(key, None)
        change = Change(step, row, key, self.values[key], value)
        self.values[key] = value
        earlier = next((c for c in self._changes if c.row == row and c.key == key), None)
        if earlier is not None:
            self._changes.remove(earlier)
            change = Change(step, row, key, earlier.before, value)
        if change.before != change.after:
            self._changes.append(change)
        return change

    def due(self, step: int) -> dict[str, Value]:
        """Take out the injections for the row of `step` and those before it."""
        found: dict[str, Value] = {}
        for at in sorted(s for s in self.injections if s <= step):
            found |= self.injections.pop(at)
        return found
