"""Discovery of plug-ins: a package finds its own modules and refuses duplicate names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@cache
def discover(package: str, base: type[T]) -> dict[str, type[T]]:
    """The concrete subclasses of `base` defined in the modules of a package, by ``name`` and sorted by it.

    Raises
    ------
    TypeError
        If two classes have the same name, or one has none.

    Examples
    --------
    >>> from engine.detectors.base import Detector
    >>> "spike" in discover("engine.detectors.kinds", Detector)
    True
    """
    found: dict[str, type[T]] = {}
    root = importlib.import_module(package)
    for info in pkgutil.iter_modules(root.__path__, package + "."):
        module = importlib.import_module(info.name)
        for item in vars(module).values():
            if not (inspect.isclass(item) and issubclass(item, base) and item.__module__ == module.__name__):
                continue
            if inspect.isabstract(item) or item is base:
                continue
            name = getattr(item, "name", "")
            if not name:
                raise TypeError(f"{item.__module__}.{item.__qualname__} has no name")
            if name in found:
                raise TypeError(f"{name!r} is defined in {found[name].__module__} and again in {item.__module__}")
            found[name] = item
    return dict(sorted(found.items()))


@cache
def objects(package: str, base: type[T]) -> tuple[tuple[str, T], ...]:
    """The module-level objects of a type in a package, with the names of their modules.

    An object that is imported from one module into another counts once, for the alphabetically first.
    """
    found: dict[int, tuple[str, T]] = {}
    root = importlib.import_module(package)
    for info in pkgutil.iter_modules(root.__path__, package + "."):
        for item in vars(importlib.import_module(info.name)).values():
            if isinstance(item, base):
                found.setdefault(id(item), (info.name, item))
    return tuple(found.values())


def by_key(found: Iterable[tuple[str, T]], key: Callable[[T], K]) -> dict[K, T]:
    """What `objects` found, by a key of its own.

    Raises
    ------
    TypeError
        If two have the same key.

    Examples
    --------
    >>> by_key([("a", 3), ("b", 12)], str)
    {'3': 3, '12': 12}
    """
    named: dict[K, T] = {}
    for module, item in found:
        if key(item) in named:
            raise TypeError(f"{str(key(item))!r} is declared in {module} and in another module")
        named[key(item)] = item
    return named
