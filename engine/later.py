"""Loads a package when it is first used, not where it is imported: the first window needs none of its arithmetic."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_PLAIN = ModuleType.__getattribute__
_LOADS_NOTHING = ("__spec__", "__class__", "__name__", "__dict__")  # what an import of it asks for


class _Later(ModuleType):
    """Stands for a package until something of it is asked for; from then on it has all that the package has."""

    def __getattribute__(self, name: str) -> Any:
        if name in _LOADS_NOTHING:
            return _PLAIN(self, name)
        _load(self)
        return getattr(self, name)


def load_when_used(name: str) -> None:
    """Let ``import name`` load the package only when something of it is used; nothing if it is there or missing."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return
    stand_in = _Later(name)
    stand_in.__spec__ = spec
    stand_in.__path__ = spec.submodule_search_locations or []
    sys.modules[name] = stand_in


def _load(stand_in: _Later) -> None:
    """Import the package itself, as several threads may at once, and fill what stands for it."""
    name = _PLAIN(stand_in, "__name__")
    if sys.modules.get(name) is stand_in:
        sys.modules.pop(name, None)
    package = import_module(name)
    there = _PLAIN(stand_in, "__dict__")
    there.update(vars(package))
    there["__getattr__"] = lambda wanted: getattr(package, wanted)  # its modules that are imported after this
    stand_in.__class__ = ModuleType  # type: ignore[assignment]
