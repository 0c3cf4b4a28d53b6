"""``trainer_state.json`` of the Hugging Face Trainer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.i18n import N_
from engine.logs.formats.json_document import JsonDocument
from engine.logs.json_rows import as_number, sheet_of_records
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

FILE = "trainer_state.json"
_CHECKPOINT = pattern(r"checkpoint-(\d+)")


class TrainerState(JsonDocument):
    """The list ``log_history``: training and evaluation entries by step; the last entry is a summary."""

    name = "trainer_state"
    clues = ('"log_history"', '"is_world_process_zero"')
    title = "Hugging Face trainer_state.json"
    about = N_("the log history that the Trainer saves with every checkpoint; of a folder, the longest one")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.93 if longest(source.path) is not None else 0.0
        return super().matches(source)

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        path = longest(source.path) if source.is_folder else None
        return super().read(Source(path) if path else source, options, progress)

    def fit(self, start: str) -> float:
        return 0.95 if '"log_history"' in start or '"is_world_process_zero"' in start else 0.0

    def sheets(self, document: Any) -> list[Sheet]:
        entries = document.get("log_history") if isinstance(document, dict) else None
        if not isinstance(entries, list):
            return []
        sheet = sheet_of_records([e for e in entries if isinstance(e, dict) and "train_runtime" not in e])
        sheet.x = "step"
        sheet.settings = {
            key: number
            for key in ("train_batch_size", "num_train_epochs", "max_steps")
            if (number := as_number(document.get(key))) is not None
        }
        return [sheet] if sheet.columns else []


def longest(folder: Path) -> Path | None:
    """The log history of an output folder: its own, else that of the last checkpoint, since the others begin alike."""
    if (folder / FILE).is_file():
        return folder / FILE
    steps = {int(m[1]): p for p in folder.glob("checkpoint-*") if (m := _CHECKPOINT.fullmatch(p.name))}
    having = (steps[step] / FILE for step in sorted(steps, reverse=True))
    return next((path for path in having if path.is_file()), None)
