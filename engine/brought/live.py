"""A watched or brought training while its process lives: its knobs, its orders, its checkpoints."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.brought.knobs import knobs_of
from engine.brought.source import Described
from engine.i18n import ngettext, number
from engine.library.entries import is_alive
from engine.run import Run, Value
from engine.tasks.settings import Setting
from overshoot.keeping import DISK_MEGABYTES

MEGABYTE = 1 << 20
TAIL_BYTES = 1 << 16  # which have the last record
EXCEPTION = "exception: "
FILE, CONTROL, CHECKPOINTS = "run.jsonl", "control.jsonl", "checkpoints"


@dataclass(frozen=True)
class LiveRun:
    """The folder of a run that has a file of its own, and the first line of that.

    Attributes
    ----------
    head : mapping
        What the run says of itself.
    """

    folder: Path
    head: Mapping[str, Any]

    @classmethod
    def of(cls, run: Run) -> LiveRun | None:
        """The run's folder; None for anything but a watched or brought training."""
        if not run.origin.is_own or run.origin.path is None:
            return None
        path = run.origin.path
        folder = path if path.is_dir() else path.parent
        try:
            with (folder / FILE).open(encoding="utf-8") as stream:
                head = json.loads(stream.readline())
        except (OSError, ValueError):
            return None
        return cls(folder, head) if isinstance(head, dict) else None

    @property
    def is_alive(self) -> bool:
        """Whether its process runs on this machine."""
        process = self.head.get("process")
        if not isinstance(process, int) or self.head.get("host") != platform.node():
            return False
        return is_alive(process)

    @property
    def ending(self) -> str | None:
        """What ended it: empty if it ended as usual, None as long as it goes on, or nothing is known of that."""
        try:
            with (self.folder / FILE).open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL_BYTES))
                last = json.loads(stream.read().splitlines()[-1])
        except (OSError, ValueError, IndexError):
            last = None
        if isinstance(last, dict) and "end" in last:
            _before, mark, error = str(last["end"]).partition(EXCEPTION)
            return error.removesuffix(": ") if mark else ""  # as of a Ctrl+C, which has no text
        return "" if self.head.get("host") == platform.node() and not self.is_alive else None

    @property
    def brought(self) -> Mapping[str, Any] | None:
        """File, hash, seed and knobs of a brought training; None for a watched script."""
        found = self.head.get("brought")
        return found if isinstance(found, dict) else None

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """The knobs that it has."""
        from engine.logs.run_blocks import settings_of

        declared = (self.brought or {}).get("declared", {})
        return tuple(knobs_of(Described(settings_of(self.head), declared)).values())

    @property
    def checkpoints(self) -> dict[int, Path]:
        """The states kept of it, by step."""
        found = {int(p.stem): p for p in (self.folder / CHECKPOINTS).glob("*.pt") if p.stem.isdecimal()}
        return dict(sorted(found.items()))

    @property
    def budget(self) -> int:
        """Megabytes that they may take on disk."""
        told = (self.brought or {}).get("checkpoints")
        return told if isinstance(told, int) else DISK_MEGABYTES

    @property
    def kept_text(self) -> str:
        """How many states are kept, and how much of their budget on disk they take; empty without any."""
        files = list(self.checkpoints.values())
        if not files:
            return ""
        size = sum(path.stat().st_size for path in files if path.is_file())
        text = ngettext("{n} checkpoint, {size} of {budget} MB", "{n} checkpoints, {size} of {budget} MB", len(files))
        return text.format(n=number(len(files)), size=number(size / MEGABYTE, 2), budget=number(self.budget))

    def order(self, what: str, **more: Value) -> None:
        """Ask its process for something; it looks four times a second.

        Raises
        ------
        OSError
            If the order cannot be written.
        """
        with (self.folder / CONTROL).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"do": what, **more}) + "\n")
