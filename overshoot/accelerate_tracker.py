"""Watches a training of Accelerate: ``Accelerator(log_with=overshoot.Accelerate())``."""

from __future__ import annotations

from typing import Any

from overshoot.watching import Run, watch


def Accelerate(name: str | None = None, model: Any = None, optimizer: Any = None) -> Any:
    """A tracker for the Accelerator, which hands it what the script logs.

    Parameters
    ----------
    model, optimizer : optional
        Given here, norms are read at the optimizer's steps as `watch` does.
    """
    from accelerate.tracking import GeneralTracker

    class Watching(GeneralTracker):
        name = "overshoot"
        requires_logging_directory = False

        def __init__(self) -> None:
            super().__init__()
            self.run: Run = watch(model, optimizer, name)

        @property
        def tracker(self) -> Run:
            return self.run

        def store_init_configuration(self, values: dict) -> None:
            self.run.note(", ".join(f"{key} = {value}" for key, value in values.items()))

        def log(self, values: dict, step: int | None = None, **_options: Any) -> None:
            self.run.log_all(values, step=step)

        def finish(self) -> None:
            self.run.close()

    return Watching()
