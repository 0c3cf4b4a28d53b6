"""What the window asks of a watched run, through a file beside the run's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol


class Obedient(Protocol):
    """What orders need of a run."""

    @property
    def inbox(self) -> Inbox | None: ...

    @property
    def turner(self) -> Callable[[str, Any], Any] | None: ...

    @property
    def readings(self) -> Iterable[Any]: ...

    @property
    def optimizers(self) -> Mapping[str, Any]: ...

    def change(self, key: str, before: Any, after: Any) -> None: ...

    def note(self, text: str) -> None: ...


class Inbox:
    """Orders in ``control.jsonl``, one JSON object a line.

    ``{"do": "pause"}``, ``{"do": "resume"}``, ``{"do": "step"}``, ``{"do": "stop"}``,
    ``{"do": "readings", "on": false}``, ``{"do": "turn", "key": "lr", "value": 0.01, "optimizer": "g"}``. The writing
    thread looks for them; the training carries them out between two steps.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._orders: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self.is_paused = self.is_stopped = False
        self.granted = 0  # rows that a paused run may still write

    @property
    def is_new(self) -> bool:
        """Whether there are orders to carry out."""
        return bool(self._orders)

    def look(self) -> None:
        """Read whole new lines; what is not an order is skipped."""
        try:
            if self._path.stat().st_size <= self._offset:
                return
            with self._path.open("rb") as stream:
                stream.seek(self._offset)
                data = stream.read()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        found = [order for text in whole.splitlines() if (order := _order(text)) is not None]
        with self._lock:
            self._orders += found

    def take(self) -> list[dict[str, Any]]:
        """Remove and return the orders so far."""
        with self._lock:
            orders, self._orders = self._orders, []
        return orders


def _order(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("do"), str) else None


def obey(order: dict[str, Any], run: Obedient) -> None:
    """Carry out one order; one that cannot be carried out leaves a note in the run."""
    inbox = run.inbox
    assert inbox is not None
    what = order["do"]
    if what in ("pause", "resume"):
        inbox.is_paused, inbox.granted = what == "pause", 0
    elif what == "step":
        inbox.is_paused, inbox.granted = True, inbox.granted + 1
    elif what == "stop":
        inbox.is_stopped, inbox.is_paused = True, False
    elif what == "readings":
        for reading in run.readings:
            reading.is_on = bool(order.get("on", True))
    elif what == "turn":
        _turn(order, run)


def _turn(order: dict[str, Any], run: Obedient) -> None:
    key, value, wanted = str(order.get("key")), order.get("value"), order.get("optimizer")
    if run.turner is not None:
        try:
            run.change(key, run.turner(key, value), value)
        except (KeyError, TypeError, ValueError) as error:
            run.note(f"{key} = {value} was asked for in the window, but: {error}")
        return
    for name, optimizer in run.optimizers.items():
        if wanted not in (None, "", name):
            continue
        try:
            before = turn_groups(optimizer, key, value)
        except (KeyError, TypeError, ValueError):
            run.note(f"{key} = {value} was asked for in the window, but the optimizer has no such setting")
            continue
        label = f"{key}/{name}" if len(run.optimizers) > 1 else key
        run.change(label, before, value)


def turn_groups(optimizer: Any, key: str, value: Any) -> Any:
    """Set a hyperparameter in all groups and return that of the first; ``beta1`` and ``beta2`` are parts of ``betas``.

    Raises
    ------
    KeyError
        If the groups have no such key.
    """
    before = None
    for place, group in enumerate(optimizer.param_groups):
        if key in ("beta1", "beta2") and "betas" in group:
            old = tuple(group["betas"])
            at = int(key[-1]) - 1
            group["betas"] = tuple(float(value) if i == at else part for i, part in enumerate(old))
            old_value = old[at]
        else:
            name = "alpha" if key == "rho" and "alpha" in group else key
            old_value = group[name]
            if name == "params" or isinstance(old_value, (list, dict)):
                raise KeyError(key)
            group[name] = type(old_value)(value) if isinstance(old_value, (bool, int, float)) else value
        before = float(old_value) if place == 0 and hasattr(old_value, "__float__") else before
    return before
