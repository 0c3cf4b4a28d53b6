"""The settings by which runs are told apart, also those that only a log's name has; free of Qt."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePath

from engine.i18n import N_, _
from engine.run import Run, Value
from engine.tasks import wording

SEED = "seed"
REPEATS = (SEED, "fold", "trial", "rep", "repeat")  # runs that differ in one of these only are repeats
_PAIR = re.compile(r"([A-Za-z][\w.-]*?)=([^,;/\\\s]+?)(?=[,;/\\\s]|_[A-Za-z][\w.-]*=|$)")
_TOKEN = re.compile(r"^([A-Za-z]{2,})([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)$", re.IGNORECASE)
_COUNTERS = {"run", "version", "log", "file", "part", "epoch", "step", "iter", "metrics", "loss"}
_SUFFIX = re.compile(r"(\.(csv|tsv|jsonl?|ndjson|log|txt|out|dat|parquet|gz|zst))+$", re.IGNORECASE)
_OTHER = {SEED: N_("Seed")}


@lru_cache(maxsize=4096)
def named_settings(name: str) -> Mapping[str, Value]:
    """The settings that a name tells: ``key=value``, and a word with a number.

    Examples
    --------
    >>> named_settings("lr0.5_seed0/1.csv")
    {'lr': 0.5, 'seed': 0}
    >>> named_settings("batch_size=32_optimizer=adam.csv"), named_settings("run12.csv")
    ({'batch_size': 32, 'optimizer': 'adam'}, {})
    """
    bare = _SUFFIX.sub("", name)
    found = {key: _value(text) for key, text in _PAIR.findall(bare)}
    for token in re.split(r"[/\\,;\s_]+", _PAIR.sub("", bare)):
        match = _TOKEN.match(token)
        if match and match[1].lower() not in _COUNTERS:
            found.setdefault(match[1], _value(match[2]))
    return found


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def settings_of(run: Run) -> Mapping[str, Value]:
    """A run's settings and its seed; of a log without any, those that its name tells."""
    if not run.settings:
        return named_settings(run.name)
    return {**run.settings, SEED: run.origin.seed} if run.origin.seed is not None else run.settings


def differing(runs: Sequence[Run]) -> list[str]:
    """The settings that differ between runs."""
    each = [settings_of(run) for run in runs]
    keys = dict.fromkeys(key for settings in each for key in settings)
    return [key for key in keys if len({str(settings.get(key)) for settings in each}) > 1]


def setting_title(key: str) -> str:
    """A setting's name as people read it."""
    return _(_OTHER[key]) if key in _OTHER else wording.setting_title(key)


def setting_text(value: Value) -> str:
    """A setting's value as people read it; empty for none."""
    return wording.value_text(value, none="")


def grouped(runs: Sequence[Run], key: str) -> dict[str, tuple[str, ...]]:
    """The ids of the runs with each value of a setting, by the value's text, in the order of the values."""
    found: dict[Value, list[str]] = defaultdict(list)
    for run in runs:
        found[settings_of(run).get(key)].append(run.id)
    order = sorted(found, key=sort_key)
    return {f"{setting_title(key)} {setting_text(value) or '–'}": tuple(found[value]) for value in order}


def sort_key(value: object) -> tuple:
    """Orders numbers before NaN before texts before nothing.

    Examples
    --------
    >>> sorted([None, "b", float("nan"), 2.0, "a", 1], key=sort_key)
    [1, 2.0, nan, 'a', 'b', None]
    """
    if value is None or value == "":
        return (3, 0.0, "")
    if isinstance(value, int | float):
        return (1, 0.0, "") if math.isnan(value) else (0, float(value), "")
    return (2, 0.0, str(value).casefold())


def repeated(runs: Sequence[Run]) -> dict[str, tuple[str, ...]]:
    """Groups of runs that differ in their seed only: name of the group to run ids."""
    found: dict[tuple, list[Run]] = defaultdict(list)
    for run in runs:
        identity = _identity(run)
        if identity is not None:
            found[identity].append(run)
    groups = [same for same in found.values() if len(same) > 1]
    return {_name(same, place, len(groups)): tuple(run.id for run in same) for place, same in enumerate(groups, 1)}


def _identity(run: Run) -> tuple | None:
    """What repeats have in common; None for a run that has no seed."""
    if run.origin.scenario is not None:
        changes = tuple((c.step, c.key, c.after) for c in run.changes)
        return (run.origin.scenario, tuple(sorted(run.settings.items())), changes)
    settings = settings_of(run)
    if not any(key.lower() in REPEATS for key in settings):
        return None
    rest = tuple(sorted((key, str(value)) for key, value in settings.items() if key.lower() not in REPEATS))
    return (PurePath(run.name).suffix, rest)


def _name(runs: list[Run], place: int, of: int) -> str:
    scenario = runs[0].origin.scenario
    settings = {key: value for key, value in settings_of(runs[0]).items() if key.lower() not in REPEATS}
    told = scenario or ", ".join(f"{setting_title(key)} {setting_text(value)}" for key, value in settings.items())
    name = f"{told or _('Runs')} × {len(runs)}"
    return name if of == 1 or not scenario else f"{name} ({place})"
