"""Loads a person's file and builds its training."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from overshoot.loop import Loop
from overshoot.own_trainee import OwnTrainee
from overshoot.training import Training, declared


class BringError(Exception):
    """The file is not what can be brought; the text is meant for the person."""


class NoBuildError(BringError):
    """The file has no function ``build``; it may be a script that trains by itself."""


class Brought:
    """A person's file, executed once; every `loop` builds its training anew.

    Parameters
    ----------
    path : Path
        Its folder comes first on the path, as when Python runs the file.

    Raises
    ------
    BringError
        If it has no function ``build``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.sha256 = hashlib.sha256(self.path.read_bytes()).hexdigest()
        folder = str(self.path.parent)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        self.build = _build_of(self.path)
        self.declared = declared(self.build)

    def loop(self, seed: int, knobs: Mapping[str, Any] | None = None) -> Loop[OwnTrainee]:
        """Build the training and its loop.

        Raises
        ------
        BringError
            If ``build`` returns something else, or has no such knob.
        """
        from overshoot.randomness import seed_all

        unknown = [key for key in knobs or {} if key not in self.declared]
        if unknown:
            known = ", ".join(self.declared) or "none"
            raise BringError(f"build in {self.path.name} has no knob {unknown[0]!r}; it has: {known}")
        seed_all(seed, "build")
        training = self.build(seed, **(knobs or {}))
        if not isinstance(training, Training):
            what = type(training).__name__
            raise BringError(f"build in {self.path.name} returned {what}, not an overshoot.Training")
        return Loop(OwnTrainee(training, seed))


def _build_of(path: Path) -> Callable[..., Training]:
    name = path.stem if path.stem.isidentifier() else "brought"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BringError(f"{path.name} is not a file of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # workers of a loader look for its classes here
    spec.loader.exec_module(module)
    build = getattr(module, "build", None)
    if not callable(build):
        raise NoBuildError(f"{path.name} has no function build(seed, ...) that returns an overshoot.Training")
    if not _takes_seed(build):
        raise BringError(f"build in {path.name} must take the seed first: build(seed, ...)")
    return build


def _takes_seed(build: Callable[..., Training]) -> bool:
    try:
        inspect.signature(build).bind_partial(0)
    except TypeError:
        return False
    except ValueError:  # it does not say what it takes
        return True
    return True
