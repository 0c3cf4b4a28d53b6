"""Watches a training of Hugging Face's Trainer: ``Trainer(..., callbacks=[overshoot.HuggingFace()])``."""

from __future__ import annotations

from typing import Any

from overshoot.watching import Run, watch

# Summaries that the trainer logs once at its end.
SUMMARIES = ("train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos", "train_loss")


def HuggingFace(name: str | None = None) -> Any:
    """A callback for the Trainer, whose losses are those that it logs: means over its ``logging_steps``.

    Set ``logging_steps=1`` to see every step.
    """
    from transformers import TrainerCallback

    class Watching(TrainerCallback):
        run: Run | None = None

        def on_train_begin(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
            if state.is_world_process_zero:
                self.run = watch(parts.get("model"), parts.get("optimizer"), name, settings=_settings(args))

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **parts: Any) -> None:
            if self.run is not None and logs:
                kept = {k: v for k, v in logs.items() if k not in SUMMARIES and isinstance(v, (int, float))}
                names = {"learning_rate": "lr"}
                self.run.log_all({names.get(k, k): v for k, v in kept.items()}, step=state.global_step)

        def on_train_end(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
            if self.run is not None:
                self.run.close()

    return Watching()


def _settings(args: Any) -> dict[str, Any]:
    keys = ("learning_rate", "per_device_train_batch_size", "gradient_accumulation_steps", "max_grad_norm")
    more = ("lr_scheduler_type", "warmup_steps", "seed", "logging_steps")
    found = {key: getattr(args, key) for key in (*keys, *more) if hasattr(args, key)}
    return {key: getattr(value, "value", value) for key, value in found.items()}
