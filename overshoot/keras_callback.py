"""Watches a training of Keras 3: ``model.fit(..., callbacks=[overshoot.Keras()])``."""

from __future__ import annotations

from typing import Any

from overshoot.watching import Run, watch


def Keras(name: str | None = None) -> Any:
    """A callback for ``model.fit``.

    Keras hands out the mean of the epoch so far; the loss of the batch follows from two of them and the numbers of
    samples. With torch as Keras' backend, the hooks of torch's optimizers are not called, so there are no norms.
    """
    import keras

    class Watching(keras.callbacks.Callback):
        run: Run | None = None
        _steps = 0
        _count = 0.0
        _sums: dict[str, float]

        def on_train_begin(self, logs: Any = None) -> None:
            self.run = watch(None, None, name, counts_steps=False)
            self._steps = 0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._sums, self._count = {}, 0.0

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.run is None or not logs:
                return
            self._steps += 1
            count, before = _samples(self.model, batch + 1), self._count
            numbers = {}
            for key, mean in logs.items():
                total = count * float(mean)
                numbers[key] = (total - self._sums.get(key, 0.0)) / ((count - before) or 1.0)
                self._sums[key] = total
            self._count = count
            rate = _rate(self.model)
            self.run.log_all(numbers if rate is None else {**numbers, "lr": rate}, step=self._steps)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self.run is not None:
                found = {k: v for k, v in (logs or {}).items() if k.startswith("val_")}
                self.run.log_all(found, step=self._steps)

        def on_train_end(self, logs: Any = None) -> None:
            if self.run is not None:
                self.run.close()

    return Watching()


def _samples(model: Any, batches: int) -> float:
    """The weight of the epoch's means so far: samples, of which the last batch may have fewer, else batches."""
    try:
        return float(model._loss_tracker.count)
    except (AttributeError, TypeError, ValueError):
        return float(batches)


def _rate(model: Any) -> float | None:
    try:
        return float(model.optimizer.learning_rate)
    except (AttributeError, TypeError, ValueError):
        return None
