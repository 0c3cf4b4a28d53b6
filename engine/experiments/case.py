"""The case of an experiment: what is known about an event whose causes are tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.events import Event
from engine.run import Change, Value
from engine.tasks.settings import Applies, Setting


@dataclass(frozen=True)
class Case:
    """A scenario, its settings and an event, from which factors decide whether they apply.

    Attributes
    ----------
    knobs : mapping of str to Setting
        The settings that the scenario has.
    defaults : mapping
        Default values, given the scenario's data and mechanism.
    settings : mapping
        Values at the onset.
    changes : tuple of Change
        Turns up to the onset, in order.
    samples : int
        Number of samples in the data.
    gradient_norm : float or None
        Median gradient norm before the onset; None if not measured.
    is_brought : bool
        Whether it is a person's own training, in which more can be tried without knowing its code.
    """

    scenario: str
    event: Event
    knobs: Mapping[str, Setting]
    defaults: Mapping[str, Value]
    settings: Mapping[str, Value]
    changes: tuple[Change, ...] = ()
    samples: int = 0
    gradient_norm: float | None = None
    is_brought: bool = False

    def has(self, key: str) -> bool:
        """Whether the scenario has this setting."""
        return key in self.knobs

    def undone(self, keys: Iterable[str]) -> dict[str, Value]:
        """The values of `keys` before they were broken: before the run turned them, else the scenario's defaults.

        Empty if nothing was turned and all values are defaults. If something was turned, only that counts, since the
        run went well with its initial settings.
        """
        values: dict[str, Value] = {}
        for key in keys:
            if key not in self.knobs:
                continue
            turned = [change for change in self.changes if change.key == key]
            original = turned[0].before if turned else self.defaults[key]
            if turned or (not self.changes and self.settings[key] != original):
                values[key] = original
        return values

    @property
    def batch_size(self) -> int:
        """Number of samples in a full mini-batch."""
        size = self.settings.get("batch_size", 1)
        return self.samples if size == "full" else int(size)  # type: ignore[arg-type]

    @property
    def has_short_batch(self) -> bool:
        """Whether the last mini-batch of an epoch is shorter than the others."""
        return self.samples % max(1, self.batch_size) != 0

    @property
    def is_adaptive(self) -> bool:
        """Whether the optimizer divides by the root of a moving mean square of the gradient."""
        return self.settings.get("optimizer") in ("adam", "adamw", "rmsprop")


@dataclass(frozen=True)
class Intervention:
    """What a fork changes.

    Attributes
    ----------
    factor : str
        Key of the factor, or ``placebo``.
    settings : mapping
        Turned at the start of the fork; the run's own later turns of these keys are not replayed.
    skipped : int
        Mini-batches drawn and skipped, from just before the onset on.
    from_start : bool
        Whether it changes what is decided at the start of training, so that the fork starts at step 0.
    """

    factor: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    skipped: int = 0
    from_start: bool = False


PLACEBO = "placebo"


def needs_start(case: Case, settings: Mapping[str, Value]) -> bool:
    """Whether one of these settings takes effect only at the start of training."""
    return any(case.knobs[key].applies is Applies.RESTART for key in settings)
