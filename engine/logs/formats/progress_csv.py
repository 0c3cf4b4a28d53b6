"""``progress.csv`` of reinforcement-learning loggers in the Baselines tradition."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.names import words
from engine.logs.source import Source

_MARKS = {"episodes", "episode", "eprewmean", "rew", "reward", "kl", "entropy", "fps", "timesteps", "explained"}


class ProgressCsv(DelimitedText):
    """New columns may appear later; the header is then written again."""

    name = "progress_csv"
    title = N_("Reinforcement-learning progress.csv")
    about = N_("the CSV of Baselines, Stable-Baselines, rllab and similar")

    def fit(self, dialect: Dialect, source: Source) -> float:
        found = {word for name in dialect.names for word in words(name)}
        is_likely = "progress" in source.name or len(found & _MARKS) >= 3
        return 0.88 if is_likely and dialect.delimiter == "," and dialect.are_names_given else 0.0
