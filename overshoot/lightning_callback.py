"""Watches a training of Lightning: ``Trainer(..., callbacks=[overshoot.Lightning()])``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from overshoot.watching import Run, watch

HOMES = ("lightning.pytorch", "pytorch_lightning")


def _callbacks() -> Any:
    """The package that the script uses: the one that is loaded, else the one that is there."""
    for home in sorted(HOMES, key=lambda name: name not in sys.modules):
        try:
            return import_module(home)
        except ImportError:
            continue
    raise ImportError("neither lightning nor pytorch_lightning is installed")


def Lightning(name: str | None = None) -> Any:
    """A callback for Lightning's Trainer.

    The loss that Lightning hands out is divided by ``accumulate_grad_batches``; it is multiplied back. The rows count
    batches as well as steps, since several batches make one step then.
    """

    class Watching(_callbacks().Callback):  # type: ignore[misc]
        run: Run | None = None

        def on_train_start(self, trainer: Any, module: Any) -> None:
            if trainer.is_global_zero:
                optimizers = {str(i): o for i, o in enumerate(trainer.optimizers)}
                self.run = watch(module, optimizers if len(optimizers) > 1 else trainer.optimizers[0], name)

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
            if self.run is not None and loss is not None:
                self.run.log(loss=loss * trainer.accumulate_grad_batches)

        def on_validation_end(self, trainer: Any, module: Any) -> None:
            if self.run is not None and not trainer.sanity_checking:
                found = trainer.callback_metrics
                self.run.log_all({k: v for k, v in found.items() if _is_validation(k)})

        def on_exception(self, trainer: Any, module: Any, exception: BaseException) -> None:
            if self.run is not None:
                self.run.close(f"exception: {type(exception).__name__}: {exception}")

        def on_train_end(self, trainer: Any, module: Any) -> None:
            if self.run is not None:
                self.run.close()

    return Watching()


def _is_validation(key: str) -> bool:
    return key.lower().startswith(("val", "valid", "eval", "dev", "test"))
