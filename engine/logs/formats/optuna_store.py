"""The SQLite store of Optuna."""

from __future__ import annotations

import math

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.optuna_trials import Trial, external, sheets_of_trials
from engine.logs.stores.sqlite import columns_of, is_database, opened

MOST_TRIALS = 1000
_NAMED = {"NAN": math.nan, "INF_POS": math.inf, "INF_NEG": -math.inf}
_TRIALS = (
    "SELECT t.trial_id, t.number, d.direction FROM trials t LEFT JOIN study_directions d "
    "ON d.study_id = t.study_id AND d.objective = 0 ORDER BY t.trial_id LIMIT ?"
)
_TABLE, _KIND = "trial_intermediate_values", "intermediate_value_type"
_VALUES = f"SELECT step, intermediate_value, {{kind}} FROM {_TABLE} WHERE trial_id = ?"
_PARAMETERS = "SELECT param_name, param_value, distribution_json FROM trial_params WHERE trial_id = ?"


class OptunaStore(LogFormat):
    """Each trial that reported values becomes a run."""

    name = "optuna_store"
    clues = (b"SQLite format 3",)
    title = N_("Optuna SQLite store")
    about = N_("the database of RDBStorage: each trial with its reported values is a run")

    def matches(self, source: Source) -> float:
        return 0.9 if is_database(source) and _TABLE.encode() in source.head else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        with opened(source) as store:
            # before version 3 no column says which value was infinite; such a trial could not be stored
            values = _VALUES.format(kind=_KIND if _KIND in columns_of(store, _TABLE) else "NULL")
            trials = []
            for place, number, direction in store.execute(_TRIALS, (MOST_TRIALS,)).fetchall():
                trial = Trial(int(number), direction == "MINIMIZE")
                for step, value, kind in store.execute(values, (place,)):
                    trial.reported[int(step)] = _NAMED.get(kind, math.nan if value is None else float(value))
                for name, value, distribution in store.execute(_PARAMETERS, (place,)):
                    trial.parameters[str(name)] = external(value, distribution)
                trials.append(trial)
        sheets = sheets_of_trials(trials)
        if not sheets:
            raise LogError(_("{path}: no trial reported values while it ran").format(path=source.given))
        return sheets
