"""``trainer_state.json`` of the Hugging Face Trainer."""

from __future__ import annotations

from typing import Any

from engine.i18n import N_
from engine.logs.formats.json_document import JsonDocument
from engine.logs.json_rows import as_number, sheet_of_records
from engine.logs.sheet import Sheet


class TrainerState(JsonDocument):
    """The list ``log_history``: training and evaluation entries by step; the last entry is a summary."""

    name = "trainer_state"
    title = "Hugging Face trainer_state.json"
    about = N_("the log history that the Trainer saves with every checkpoint")

    def fit(self, start: str) -> float:
        return 0.95 if '"log_history"' in start or '"is_world_process_zero"' in start else 0.0

    def sheets(self, document: Any) -> list[Sheet]:
        entries = document.get("log_history") if isinstance(document, dict) else None
        if not isinstance(entries, list):
            return []
        sheet = sheet_of_records(e for e in entries if isinstance(e, dict) and "train_runtime" not in e)
        sheet.x = "step"
        sheet.settings = {
            key: number
            for key in ("train_batch_size", "num_train_epochs", "max_steps")
            if (number := as_number(document.get(key))) is not None
        }
        return [sheet] if sheet.columns else []
