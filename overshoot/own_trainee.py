"""A person's own training as the loop trains it: from any place, with what a fork changes."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from typing import Any

from overshoot import levers as pulls
from overshoot.feeding import LOADER_KEYS, Feed, loader_settings
from overshoot.optimizer_settings import settings_of
from overshoot.randomness import seed_all
from overshoot.states import plain, put_back, state_of, unpacked
from overshoot.training import Training

GROUP_KEYS = ("beta1", "beta2", "rho", "eps", "momentum", "weight_decay", "amsgrad")
LEVER_KEYS = (*GROUP_KEYS, "clip_norm", "clip_update", "hold_lr")
MODEL_KEYS = ("dropout", "batch_norm")


class OwnTrainee:
    """Trains a `Training` for the loop.

    Equal arguments give equal rows bit for bit, if the person's code draws from torch, numpy and `random` only, keeps
    its state where the `Training` says, and its kernels are deterministic.
    """

    def __init__(self, training: Training, seed: int) -> None:
        self.training, self.seed = training, seed
        self.feed = Feed(training.data, seed)
        self.base_rates = {
            name: [float(g.get("initial_lr", g.get("lr", 0.0))) for g in o.param_groups]
            for name, o in training.optimizers.items()
        }
        self._levers = {name: pulls.Levers(o, {}, name) for name, o in training.optimizers.items()}
        for name, optimizer in training.optimizers.items():
            optimizer.register_step_pre_hook(lambda *_args, pulled=self._levers[name]: pulled.before())
            optimizer.register_step_post_hook(lambda *_args, pulled=self._levers[name]: pulled.after())
        self.turned: dict[str, Any] = {}
        self.lend: Callable[..., Any] | None = None  # called with the loss of a batch before its update
        self._sums = [0.0, 0]
        self._precision: str | None = training.precision
        self._skip = 0
        for model in training.models.values():
            if hasattr(model, "train"):
                model.train()

    # Where it is

    @property
    def updates_per_epoch(self) -> int | None:
        """Updates in an epoch; None if the data do not say."""
        length = self.feed.length
        return None if length is None else max(1, math.ceil(length / self.training.accumulate))

    def planned_steps(self, step: int, epochs: int) -> int | None:
        ends = [self.training.steps] if self.training.steps else []
        if self.training.epochs and self.updates_per_epoch:
            ends.append(self.training.epochs * self.updates_per_epoch)
        return min(ends) if ends else None

    def is_exhausted(self, epochs: int) -> bool:
        return self.training.epochs is not None and epochs >= self.training.epochs

    @property
    def is_under_way(self) -> bool:
        return self.feed.is_under_way

    @property
    def is_epoch_over(self) -> bool:
        return self.feed.length is not None and self.feed.position >= self.feed.length

    @property
    def share(self) -> float:
        length = self.feed.length
        return self.feed.position / length if length and self.is_under_way else 0.0

    # One update

    def begin_epoch(self, step: int) -> None:
        self.feed.begin(step)

    def update(self, step: int, planned_steps: int | None, probing: Any = None) -> dict[str, float] | None:
        seed_all(self.seed, "step", step)
        batches = self._batches()
        if not batches:
            return None
        rates = self.rates()
        row = self._ours(batches) if self.training.is_ours else self._theirs(batches[0])
        self._sums[0] += row["loss"]
        self._sums[1] += 1
        for scheduler, when in self.training.schedulers:
            if when == "step" and not self.turned.get("hold_lr"):
                scheduler.step()
        return {"lr": rates, "batch_size": _size(batches), **row}

    def _batches(self) -> list[Any]:
        found: list[Any] = []
        wanted = self.training.accumulate if self.training.is_ours else 1
        try:
            for _skipped in range(self._skip):
                if self.feed.length is not None and self.feed.position >= self.feed.length - 1:
                    break  # the last one ends the epoch
                self.feed.draw()
            self._skip = 0
            while len(found) < wanted:
                found.append(self.feed.draw())
        except StopIteration:
            self._skip = 0
        return found

    def end_epoch(self) -> None:
        total, count = self._sums
        for scheduler, when in self.training.schedulers:
            if when == "epoch" and not self.turned.get("hold_lr"):
                if type(scheduler).__name__ == "ReduceLROnPlateau":
                    scheduler.step(total / max(1, count))
                else:
                    scheduler.step()
        self._sums = [0.0, 0]
        self.feed.end()

    def _ours(self, batches: list[Any]) -> dict[str, float]:
        import torch

        training = self.training
        for optimizer in training.optimizers.values():
            optimizer.zero_grad()
        if self.lend is not None:
            self._lend(batches[0])
        rows = []
        for batch in batches:
            with self._autocast():
                row = _row(training.loss(training.model, batch))  # type: ignore[misc]
            part = row["loss"] / len(batches)
            (training.scaler.scale(part) if training.scaler is not None else part).backward()
            rows.append({name: _float(value) for name, value in row.items()})
        found = {name: sum(r[name] for r in rows) / len(rows) for name in rows[0]}
        if training.clip_norm is not None:
            for optimizer in training.optimizers.values():
                if training.scaler is not None:
                    training.scaler.unscale_(optimizer)
            found["grad_norm"] = float(torch.nn.utils.clip_grad_norm_(self.parameters(), training.clip_norm))
        for optimizer in training.optimizers.values():
            if training.scaler is not None:
                training.scaler.step(optimizer)
            else:
                optimizer.step()
        if training.scaler is not None:
            training.scaler.update()
        return found

    def _lend(self, batch: Any) -> None:
        """Lend the loss of a batch and of its halves."""
        training = self.training

        def loss_of(part: Any) -> Any:
            with self._autocast():
                return _row(training.loss(training.model, part))["loss"].float()  # type: ignore[misc]

        def halves() -> tuple[list[Callable[[], Any]], int]:
            parts, size = halved(batch)
            return [lambda part=part: loss_of(part) for part in parts], size  # type: ignore[misc]

        assert self.lend is not None
        self.lend(loss=lambda: loss_of(batch), halves=halves)

    def _theirs(self, batch: Any) -> dict[str, float]:
        if self.lend is not None and self.training.loss is not None:
            self._lend(batch)
        row = _row(self.training.step(batch))  # type: ignore[misc]
        return {name: _float(value) for name, value in row.items()}

    def _autocast(self) -> Any:
        import torch

        if self._precision in (None, "float32"):
            return contextlib.nullcontext()
        return torch.autocast(self.parameters()[0].device.type, getattr(torch, str(self._precision)))

    # What can be changed

    def rates(self) -> float:
        """The rate that the next step has: of the first group of the first optimizer, with what is pulled."""
        name, optimizer = next(iter(self.training.optimizers.items()))
        rate = optimizer.param_groups[0].get("lr", 0.0)
        return float(rate) * float(self._levers[name].wanted.get(pulls.LR_FACTOR, 1.0))

    def settings(self) -> dict[str, Any]:
        """The settings of the first optimizer, the loader and the loop, under the program's keys."""
        name, optimizer = next(iter(self.training.optimizers.items()))
        group = optimizer.param_groups[0]
        found = settings_of(type(optimizer).__name__, group)
        found["lr"] = self.base_rates[name][0]
        found |= {"clip_norm": "off", "clip_update": "off"}
        if self.training.clip_norm is not None:
            found["clip_norm"] = float(self.training.clip_norm)
        found |= loader_settings(self.training.data)
        modules = [m for model in self.training.models.values() if hasattr(model, "modules") for m in model.modules()]
        if any(_is_dropout(m) and m.p > 0 for m in modules):
            found["dropout"] = max(float(m.p) for m in modules if _is_dropout(m))
        if any(_is_batch_norm(m) for m in modules):
            found["batch_norm"] = "batch"
        if self.training.schedulers:
            found["hold_lr"] = False
        if self.training.is_ours and self.training.precision not in (None, "float32"):
            found["precision"] = self.training.precision
        return found

    def turn(self, key: str, value: Any) -> None:
        """Change a setting from the next update on; of the loader, from the next epoch on.

        Raises
        ------
        ValueError
            If it cannot be changed here.
        """
        plain_key, _slash, whose = key.partition("/")
        if plain_key in LOADER_KEYS:
            self.feed.turn(plain_key, value)
        elif plain_key == "precision":
            self._precision = str(value)
        elif plain_key in MODEL_KEYS:
            self._turn_modules(plain_key, value)
        elif plain_key == "lr":
            for name, pulled in self._levers.items():
                base = self.base_rates[name][0]
                first = next(iter(self.base_rates.values()))[0]
                if whose in ("", name):
                    # Of several optimizers, all keep their ratio.
                    pulled.wanted[pulls.LR_FACTOR] = float(value) / ((base if whose else first) or 1.0)
        elif plain_key in LEVER_KEYS:
            for name, pulled in self._levers.items():
                if whose in ("", name):
                    if value in ("off", None):
                        pulled.wanted.pop(plain_key, None)
                    else:
                        pulled.wanted[plain_key] = value
        else:
            raise ValueError(f"{key} cannot be turned in a training that is under way")
        self.turned[key] = value

    def _turn_modules(self, key: str, value: Any) -> None:
        for model in self.training.models.values():
            for module in model.modules() if hasattr(model, "modules") else ():
                if key == "dropout" and _is_dropout(module):
                    module.p = float(value)
                if key == "batch_norm" and _is_batch_norm(module):
                    module.train(value == "batch")

    def parameters(self) -> list[Any]:
        """What the optimizers move."""
        return [p for o in self.training.optimizers.values() for group in o.param_groups for p in group["params"]]

    def skip(self, batches: int) -> None:
        """Draw and drop so many batches before the next update."""
        self._skip += batches

    # Looks and places

    def look(self) -> float | None:
        """The mean loss on the batches held back; None without them. Nothing of the training changes."""
        import torch

        training = self.training
        if not training.held or training.loss is None:
            return None
        modes = [(m, m.training) for model in training.models.values() for m in model.modules()]
        for module, _mode in modes:
            module.training = False
        try:
            with torch.no_grad(), self._autocast():
                values = [_float(_row(training.loss(training.model, batch))["loss"]) for batch in training.held]
        finally:
            for module, mode in modes:
                module.training = mode
        return sum(values) / len(values)

    def state(self) -> dict[str, Any]:
        """Everything that the next updates depend on besides the file, its knobs, the seed and what was turned."""
        training = self.training
        found = {
            "models": {name: state_of(model) for name, model in training.models.items()},
            "optimizers": {name: state_of(o) for name, o in training.optimizers.items()},
            "schedulers": [state_of(scheduler) for scheduler, _when in training.schedulers],
            "scaler": None if training.scaler is None else state_of(training.scaler),
            "extra": {name: state_of(thing) for name, thing in training.extra.items()},
            "feed": self.feed.state(),
            "sums": list(self._sums),
        }
        return plain(found)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Come back to a state, in a training built anew."""
        training, found = self.training, unpacked(state)
        for name, model in training.models.items():
            put_back(model, found["models"][name])
        for name, optimizer in training.optimizers.items():
            put_back(optimizer, found["optimizers"][name])
        for (scheduler, _when), known in zip(training.schedulers, found["schedulers"]):
            put_back(scheduler, known)
        if training.scaler is not None:
            put_back(training.scaler, found["scaler"])
        for name, thing in training.extra.items():
            put_back(thing, found["extra"][name])
        self._sums = list(found["sums"])
        self.feed.restore(found["feed"])


def _row(value: Any) -> dict[str, Any]:
    """What a loss or a step returned, as numbers by name; of one number a sample, the mean."""
    found = dict(value) if isinstance(value, Mapping) else {"loss": value}
    if "loss" not in found:
        raise TypeError(f"the training returned {', '.join(map(str, found))}, but no loss")
    for name, number in found.items():
        if not hasattr(number, "__float__"):
            kind = "nothing" if number is None else f"a {type(number).__name__}"
            raise TypeError(
                f"the training returned {kind} as its {name}, in place of a number, one number a sample, or a dict "
                "with loss"
            )
    return {name: v.mean() if hasattr(v, "dim") and v.dim() else v for name, v in found.items()}


def _size(batches: list[Any]) -> float:
    """Samples in the batches, from the first tensor in each."""
    total = 0
    for batch in batches:
        while isinstance(batch, (list, tuple, Mapping)) and len(batch):
            batch = next(iter(batch.values())) if isinstance(batch, Mapping) else batch[0]
        total += len(batch) if getattr(batch, "shape", ()) else 1
    return float(total)


def halved(batch: Any) -> tuple[list[Any], int]:
    """The two halves of a batch of tensors of one length, and the samples in each; none of anything else.

    Examples
    --------
    >>> import torch
    >>> halves, size = halved((torch.arange(5), {"mask": torch.ones(5)}))
    >>> [half[0].tolist() for half in halves], size
    ([[0, 1], [2, 3]], 2)
    """
    lengths: set[int] = set()
    _collect(batch, lengths)
    size = lengths.pop() // 2 if len(lengths) == 1 else 0
    return ([_cut(batch, 0, size), _cut(batch, size, 2 * size)] if size else []), size


def _collect(part: Any, lengths: set[int]) -> None:
    if isinstance(part, Mapping):
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for piece in part:
            _collect(piece, lengths)
    else:
        lengths.add(len(part) if getattr(part, "shape", ()) else 0)


def _cut(part: Any, start: int, stop: int) -> Any:
    if isinstance(part, Mapping):
        return {key: _cut(piece, start, stop) for key, piece in part.items()}
    if isinstance(part, (list, tuple)):
        return type(part)([_cut(piece, start, stop) for piece in part])
    return part[start:stop]


def _is_dropout(module: Any) -> bool:
    return "Dropout" in type(module).__name__ and isinstance(getattr(module, "p", None), float)


def _is_batch_norm(module: Any) -> bool:
    return "BatchNorm" in type(module).__name__


def _float(value: Any) -> float:
    return value.item() if hasattr(value, "item") else float(value)
