"""Hands out the batches of a brought training, and finds any place in its epochs again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from overshoot.randomness import seed_all
from overshoot.states import plain, unpacked

LOADER_KEYS = ("batch_size", "shuffle", "drop_last", "replacement")


class Feed:
    """Epochs of batches.

    To come back to a place, the generators are seeded as at the epoch's start, a new iterator is made, and batches are
    drawn and dropped up to there: exact for a plain DataLoader without and with workers, but not with workers that
    outlive an epoch, so that is turned off.

    Parameters
    ----------
    data : DataLoader, other iterable, or callable
        A callable returns an iterable for each epoch.

    Attributes
    ----------
    position : int
        Batches of this epoch drawn so far.
    keeps_workers : bool
        Whether the loader's workers were to outlive an epoch.
    """

    def __init__(self, data: Iterable[Any] | Callable[[], Iterable[Any]], seed: int) -> None:
        if isinstance(data, Iterator):
            raise TypeError("data is an iterator, which cannot go back; give a DataLoader, a list or a function")
        self._data, self._original, self._seed = data, data, seed
        self.keeps_workers = bool(getattr(data, "persistent_workers", False))
        if self.keeps_workers:
            data.__dict__["persistent_workers"] = False  # setting it is refused by DataLoader
        self.epoch = -1
        self.position = self.first_step = 0
        self._iterator: Iterator[Any] | None = None
        self._generators: list[Any] = []
        self.options: dict[str, Any] = {}
        self._waiting: dict[str, Any] = {}

    @property
    def is_under_way(self) -> bool:
        """Whether an epoch has begun and not ended."""
        return self._iterator is not None

    @property
    def length(self) -> int | None:
        """Batches in an epoch; None if the data do not say."""
        try:
            return len(self._data)  # type: ignore[arg-type]
        except TypeError:
            return None

    @property
    def samples(self) -> int:
        """Samples in an epoch; 0 if the data do not say."""
        dataset = getattr(self._data, "dataset", None)
        try:
            return len(dataset)  # type: ignore[arg-type]
        except TypeError:
            return 0

    def begin(self, step: int) -> None:
        """Begin an epoch, whose first step is `step`."""
        if self._waiting:
            self.options |= self._waiting
            self._waiting = {}
            self._data = rebuilt(self._original, self.options)
        self.epoch += 1
        self.position, self.first_step = 0, step
        self._generators = [plain(g.get_state()) for g in generators(self._data)]
        self._open()

    def _open(self) -> None:
        seed_all(self._seed, "epoch", self.epoch)
        self._iterator = iter(self._data() if callable(self._data) else self._data)

    def draw(self) -> Any:
        """The next batch; raises StopIteration at the end of the epoch."""
        assert self._iterator is not None
        batch = next(self._iterator)
        self.position += 1
        return batch

    def end(self) -> None:
        """End the epoch."""
        self._iterator = None

    def turn(self, key: str, value: Any) -> None:
        """Change how the loader is built, from the next epoch on.

        Raises
        ------
        ValueError
            If it cannot be built again.
        """
        reason = why_not_rebuilt(self._original)
        if reason:
            raise ValueError(reason)
        self._waiting[key] = value

    def state(self) -> dict[str, Any]:
        """The place, for `restore`."""
        now = [plain(generator.get_state()) for generator in generators(self._data)]
        return {
            "epoch": self.epoch,
            "position": self.position if self.is_under_way else 0,
            "first_step": self.first_step,
            "generators": self._generators if self.is_under_way else now,
            "is_under_way": self.is_under_way,
            "options": dict(self.options),
            "waiting": dict(self._waiting),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Come back to a place."""
        self.options, self._waiting = dict(state["options"]), dict(state["waiting"])
        if self.options:
            self._data = rebuilt(self._original, self.options)
        self.epoch, self.first_step = state["epoch"], state["first_step"]
        for generator, known in zip(generators(self._data), state["generators"]):
            generator.set_state(unpacked(known))
        self._generators = state["generators"]
        self._iterator, self.position = None, 0
        if state["is_under_way"]:
            self._open()
            seed_all(self._seed, "step", self.first_step)
            for _batch in range(state["position"]):
                self.draw()


def generators(data: Any) -> list[Any]:
    """The loader's own generators, each once."""
    found: list[Any] = []
    for owner in (data, getattr(data, "sampler", None), getattr(data, "batch_sampler", None)):
        generator = getattr(owner, "generator", None)
        if generator is not None and not any(generator is other for other in found):
            found.append(generator)
    return found


def loader_settings(data: Any) -> dict[str, Any]:
    """The settings of a plain DataLoader under the program's keys; empty for anything else."""
    if why_not_rebuilt(data):
        return {}
    sampler = type(data.sampler).__name__
    return {
        "batch_size": data.batch_size,
        "shuffle": sampler == "RandomSampler",
        "drop_last": data.drop_last,
        "replacement": bool(getattr(data.sampler, "replacement", False)),
    }


def why_not_rebuilt(data: Any) -> str:
    """Why a loader cannot be built again with another order or size; empty if it can."""
    import torch

    if type(data) is not torch.utils.data.DataLoader:
        return f"the data are a {type(data).__name__}, not a plain DataLoader"
    if not hasattr(data.dataset, "__len__") or not hasattr(data.dataset, "__getitem__"):
        return "its data set has no length or no index"
    if type(data.batch_sampler).__name__ != "BatchSampler":
        return "it has a sampler of whole batches"
    if type(data.sampler).__name__ not in ("SequentialSampler", "RandomSampler"):
        return f"it has a sampler of its own, {type(data.sampler).__name__}"
    return ""


def rebuilt(data: Any, options: dict[str, Any]) -> Any:
    """A loader of the same data with other options."""
    import torch

    now = {**loader_settings(data), **options}
    kept = (
        "num_workers",
        "collate_fn",
        "pin_memory",
        "timeout",
        "worker_init_fn",
        "multiprocessing_context",
        "generator",
    )
    more = {key: getattr(data, key) for key in kept}
    if data.num_workers:
        more["prefetch_factor"] = data.prefetch_factor
    size = len(data.dataset) if now["batch_size"] == "full" else int(now["batch_size"])
    more |= {"batch_size": min(size, len(data.dataset)), "drop_last": bool(now["drop_last"])}
    if now["replacement"]:
        sampler = torch.utils.data.RandomSampler(data.dataset, replacement=True, generator=data.generator)
        return torch.utils.data.DataLoader(data.dataset, sampler=sampler, **more)
    return torch.utils.data.DataLoader(data.dataset, shuffle=bool(now["shuffle"]), **more)
