"""Computations that several places ask for and that are done once for an object."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar


class Keeping(Protocol):
    """What keeps the results of functions about it in ``found``."""

    @property
    def found(self) -> dict[Any, Any]: ...


Kept = TypeVar("Kept", bound=Keeping)
T = TypeVar("T")


def once(find: Callable[[Kept], T]) -> Callable[[Kept], T]:
    """Decorate a pure function of an object so that it runs once for each, though several places call it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> calls, length = [], once(lambda one: calls.append(one) or len(one.name))
    >>> one = SimpleNamespace(name="loss", found={})
    >>> length(one), length(one), len(calls)
    (4, 4, 1)
    """

    @wraps(find)
    def find_once(one: Kept) -> T:
        if find not in one.found:
            one.found[find] = find(one)
        return one.found[find]

    return find_once
