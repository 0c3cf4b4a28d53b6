"""A person's own training as the loop needs it: returned by the function ``build`` of their file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

PRECISIONS = {"bfloat16", "float16", "float32"}


class Training:
    """A training that can be rewound and changed.

    Parameters
    ----------
    model : Module or dict of str to Module
    optimizer : Optimizer or dict of str to Optimizer
    data : DataLoader, other iterable, or callable that returns one for each epoch
    loss : callable, optional
        ``loss(model, batch)`` returns the loss of a batch, a number, one number a sample, or a dict with ``loss`` and
        further numbers. The loop is ours: it sets gradients to zero, goes backward, clips, steps.
    step : callable, optional
        ``step(batch)`` trains one batch and returns the loss or a dict with ``loss``. The update is theirs.
    schedulers : scheduler or list, optional
        Stepped after every update, or after every epoch if given as ``(scheduler, "epoch")``.
    accumulate : int
        Batches in one update.
    clip_norm : float, optional
    precision : str, optional
        ``bfloat16`` or ``float16`` for autocast.
    scaler : GradScaler, optional
    held : list of batches, optional
        Held back, for looking at the progress of forks; the loss of training is used without them.
    epochs, steps : int, optional
        The end, whichever comes first; one epoch if neither is given.
    extra : dict, optional
        Further objects with a state (``state_dict``, ``get_state``): moving averages, generators, buffers.

    Raises
    ------
    TypeError
        If what is needed is missing, or `loss` and `step` are both.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        data: Iterable[Any] | Callable[[], Iterable[Any]],
        loss: Callable[[Any, Any], Any] | None = None,
        step: Callable[[Any], Any] | None = None,
        *,
        schedulers: Any = (),
        accumulate: int = 1,
        clip_norm: float | None = None,
        precision: str | None = None,
        scaler: Any = None,
        held: Iterable[Any] = (),
        epochs: int | None = None,
        steps: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        if loss is None and step is None:
            raise TypeError("Training needs loss=, a function of model and batch, or step=, a function of a batch")
        for function in (loss, step):
            if function is not None and not callable(function):
                raise TypeError(f"loss= and step= are functions, not a {type(function).__name__}")
        if precision not in (None, *PRECISIONS):
            raise TypeError(f"precision is one of {', '.join(sorted(PRECISIONS))}, not {precision!r}")
        self.model = model
        self.models: dict[str, Any] = dict(model) if isinstance(model, Mapping) else {"": model}
        self.optimizers: dict[str, Any] = dict(optimizer) if isinstance(optimizer, Mapping) else {"": optimizer}
        self.data, self.loss, self.step = data, loss, step
        several = isinstance(schedulers, (list, tuple)) and not _is_timed(schedulers)
        given = list(schedulers) if several else [schedulers] if schedulers else []
        self.schedulers: list[tuple[Any, str]] = [s if _is_timed(s) else (s, _usual(s)) for s in given]
        self.accumulate, self.clip_norm, self.precision, self.scaler = accumulate, clip_norm, precision, scaler
        self.held = list(held)
        self.epochs = epochs if epochs is not None or steps is not None else 1
        self.steps = steps
        self.extra = dict(extra or {})

    @property
    def is_ours(self) -> bool:
        """Whether the loop makes the update, so that everything about it can be changed."""
        return self.step is None


def _is_timed(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and value[1] in ("step", "epoch")


def _usual(scheduler: Any) -> str:
    return "epoch" if type(scheduler).__name__ == "ReduceLROnPlateau" else "step"


def declared(build: Callable[..., Training]) -> dict[str, dict[str, Any]]:
    """The knobs that ``build(seed, **knobs)`` declares: default, type and help of each argument with a default.

    Examples
    --------
    >>> def build(seed, lr=0.1, shuffle=True): ...
    >>> {key: knob["default"] for key, knob in declared(build).items()}
    {'lr': 0.1, 'shuffle': True}
    """
    told = inspect.getdoc(build) or ""
    found = {}
    for name, parameter in list(inspect.signature(build).parameters.items())[1:]:
        default = parameter.default
        if default is parameter.empty or not isinstance(default, (bool, int, float, str)):
            continue
        found[name] = {"default": default, "type": type(default).__name__, "help": _help_of(name, told)}
    return found


def _help_of(name: str, text: str) -> str:
    """What a docstring says of an argument: the lines indented below its name."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        words = line.replace(",", " ").split(":")[0].split()
        if name in words and (":" in line or len(words) == 1):
            below = [part.strip() for part in lines[place + 1 :]]
            rest = line.partition(":")[2].strip()
            return next((part for part in (below[:1] if below and below[0] else [rest]) if part), "")
    return ""
