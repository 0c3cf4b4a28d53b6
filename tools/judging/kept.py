"""Recordings of what detectors propose, kept until the code that makes them changes: they take minutes, a fit does not.

They lie below ``build/judging``, which git does not know, and may be deleted at any time.
"""

from __future__ import annotations

import copyreg
import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "judging"
MADE_BY = (  # what any recording depends on, beside what is recorded
    "engine/*.py",
    "engine/commands/diagnose.py",
    "engine/detectors/**/*.py",
    "engine/logs/**/*.py",
    "resources/fitted/calibration.json",
    "tools/judging/corpora.py",
    "tools/judging/recording.py",
)
DRAWN_BY = ("tools/judging/simulated/**/*.py",)
QUIET_BY = ("tools/judging/silence.py", "tools/rates/false_alarms.py")


def _frozen(values: Mapping[str, float]) -> MappingProxyType[str, float]:
    return MappingProxyType(values)


copyreg.pickle(MappingProxyType, lambda values: (_frozen, (dict(values),)))  # the evidence of events


def kept(name: str, folders: Sequence[Path], make: Callable[[], T], code: Sequence[str] = ()) -> T:
    """What `make` returns, from the file of an earlier call if neither the code nor the folders have changed since.

    `code` names what else it depends on, as patterns below the checkout.
    """
    path = FOLDER / f"{name}-{_digest(folders, code)}.pickle"
    if path.exists():
        with path.open("rb") as file:
            return pickle.load(file)
    made = make()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"{name}-*.pickle"):
        old.unlink(missing_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        pickle.dump(made, file, pickle.HIGHEST_PROTOCOL)
    part.replace(path)
    return made


def _digest(folders: Sequence[Path], code: Sequence[str]) -> str:
    found = hashlib.sha256()
    for path in _files(folders, code):
        found.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _files(folders: Sequence[Path], code: Sequence[str]) -> Iterator[Path]:
    for pattern in (*MADE_BY, *code):
        yield from sorted(ROOT.glob(pattern))
    for folder in folders:
        yield from sorted([*folder.glob("*.csv"), *folder.glob("series/*.csv")])
