"""Journals of Optuna."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.formats.json_lines import JsonLines
from engine.logs.json_rows import as_number, as_object
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.optuna_trials import Trial, external, sheets_of_trials

CREATE_STUDY, CREATE_TRIAL, SET_PARAMETER, SET_INTERMEDIATE = 0, 4, 5, 7
MINIMIZE = 1
OPERATION = "op_code"


class OptunaJournal(LogFormat):
    """A line for each operation; each trial that reported values becomes a run."""

    name = "optuna_journal"
    clues = ('"op_code"',)
    title = N_("Optuna journal")
    about = N_("the file of JournalStorage: each trial with its reported values is a run")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        objects = JsonLines.first_objects(source) if f'"{OPERATION}"' in source.head_text else []
        return 0.97 if objects and all(OPERATION in item for item in objects) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        items = (as_object(line.strip()) for line in source.text.splitlines())
        sheets = sheets_of_trials(trials_of(item for item in items if item is not None))
        if not sheets:
            raise LogError(_("{path}: no trial reported values while it ran").format(path=source.given))
        return sheets


def trials_of(operations: Iterable[dict[str, Any]]) -> list[Trial]:
    """The trials that a journal tells of, in order; operations refer to studies and trials by their places."""
    directions: list[bool] = []
    trials: list[Trial] = []
    numbers: dict[int, int] = {}
    for item in operations:
        operation, place = item.get(OPERATION), item.get("trial_id")
        if operation == CREATE_STUDY:
            told = item.get("directions")
            directions.append(isinstance(told, list) and MINIMIZE in told)
        elif operation == CREATE_TRIAL:
            study = item.get("study_id")
            study = study if isinstance(study, int) and 0 <= study < len(directions) else -1
            numbers[study] = numbers.get(study, -1) + 1
            trials.append(Trial(numbers[study], study >= 0 and directions[study]))
        elif not isinstance(place, int) or not 0 <= place < len(trials):
            continue
        elif operation == SET_PARAMETER:
            value = external(item.get("param_value_internal"), item.get("distribution"))
            trials[place].parameters[str(item.get("param_name"))] = value
        elif operation == SET_INTERMEDIATE:
            value, step = as_number(item.get("intermediate_value")), item.get("step")
            if value is not None and isinstance(step, int):
                trials[place].reported[step] = value
    return trials
