"""Starting points of forks: a checkpoint of the run, or step 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.brought.source import Brought
from engine.experiments.case import Intervention
from engine.run import Value
from engine.table import Floats

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

Turns = Mapping[int, Mapping[str, Value]]


@dataclass(frozen=True)
class Station:
    """A starting point that forks share.

    Attributes
    ----------
    settings : mapping
        Initial settings of the run.
    turns : mapping of int to mapping
        Values turned by the run, by the first step trained with them; forks replay later ones.
    checkpoint : Checkpoint or None
        None for step 0, which is built from scenario, settings and seed.
    rows : mapping of str to ndarray
        The run's columns up to here, for the detectors.
    brought : Brought or None
        The person's own training; None for a demo.
    """

    scenario: str
    seed: int
    settings: Mapping[str, Value]
    turns: Turns = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    rows: Mapping[str, Floats] = field(default_factory=dict)
    brought: Brought | None = None

    @property
    def step(self) -> int:
        if self.brought is not None:
            return 0 if self.brought.place is None else self.brought.place.step
        return 0 if self.checkpoint is None else self.checkpoint.step

    def session(self, change: Intervention, until: int | None, probes: Iterable[str] | str = "none") -> TrainingSession:
        """Create a session here that replays the run's own turns, except of the keys that the fork changes.

        At step 0 the change is part of the settings; elsewhere the caller applies it.
        """
        from engine.training.session import TrainingSession

        turns = without(self.turns, change.settings, self.step)
        if self.checkpoint is None:
            settings = {**self.settings, **change.settings}
            return TrainingSession(self.scenario, self.seed, settings, probes, until, turns)
        checkpoint = replace(self.checkpoint, injections=turns, max_steps=until)
        return TrainingSession.resume(checkpoint, probes=probes)


def without(turns: Turns, keys: Mapping[str, Value], since: int) -> dict[int, dict[str, Value]]:
    """The turns after step `since`, without those of some keys.

    Examples
    --------
    >>> without({3: {"lr": 0.1}, 9: {"lr": 0.2, "eps": 0.0}}, {"lr": 0.05}, since=5)
    {9: {'eps': 0.0}}
    """
    kept = {
        step: {key: value for key, value in values.items() if key not in keys}
        for step, values in turns.items()
        if step > since
    }
    return {step: values for step, values in kept.items() if values}
