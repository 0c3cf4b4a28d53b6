"""Finds the logs in a folder by looking inside its files rather than at their names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.logs.asking import best_first
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.names import loss_columns
from engine.logs.source import Source
from engine.patterns import pattern
from engine.values import dataclass

# The files that trainers write into a run's folder, the most informative first; other logs beside one say the same.
TELLING = (
    *("metrics.csv", "results.csv", "progress.csv", "result.json", "trainer_state.json", "metrics.json"),
    *("metrics.jsonl", "lcurve.out", "loss.dat", "loss.tsv", "learn_error.tsv", "loss_log.txt", "history.json"),
)
SUFFIXES = frozenset(
    (
        *("", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".log", ".txt", ".out", ".err", ".dat", ".ipynb", ".xlsx"),
        *(
            ".parquet",
            ".arrow",
            ".feather",
            ".rds",
            ".npz",
            ".npy",
            ".db",
            ".sqlite",
            ".sqlite3",
            ".wandb",
            ".swanlab",
            ".gz",
            ".zst",
        ),
        *(".bz2", ".xz", ".zip"),
    )
)
EVENTS, RECORDS = "tfevents", "vdlrecords."
# Common beside a training, and never a log of it.
NO_LOGS = frozenset(
    (
        *("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json"),
        *("added_tokens.json", "generation_config.json", "package.json", "vocab.txt", "merges.txt", "params.json"),
        *("args.json", "requirements.txt", "license", "license.txt", "makefile", "dockerfile", "hparams.json"),
    )
)
ANY_TABLE = "delimited"
LEAST_MATCH = 0.5
DEPTH = 4
MOST_ENTRIES = 20_000
FEW_LOGS = 3


@dataclass(frozen=True)
class Found:
    """A log in a folder, a file or a folder itself, with the format that fits it best."""

    path: Path
    format: LogFormat
    source: Source


def logs_in(folder: Path, formats: Sequence[LogFormat]) -> Iterator[Found]:
    """Yield the logs in a folder and below it; a folder that is one run as a whole comes as such.

    Event files are left to their own format, which needs all of them at once.
    """
    for here, below, files in walked(folder):
        if here != folder and (whole := _best(Source(here), formats)) is not None:
            below.clear()
            yield Found(here, whole, Source(here))
            continue
        for file in telling(files):
            if (found := _opened(file, formats)) is not None:
                yield found


_NUMBERED = pattern(r"\.[oe]?\d{1,9}")  # job.o123 of a batch system, train.log.1 of a log that was rotated


def has_suffix(file: Path) -> bool:
    """Whether a file may be a log by the end of its name."""
    suffix = file.suffix.lower()
    return suffix in SUFFIXES or _NUMBERED.fullmatch(suffix) is not None


def is_mixed(folder: Path) -> bool:
    """Whether a folder with event files has other logs too, by their names."""
    loose = 0
    for _here, _below, files in walked(folder):
        has_events = any(EVENTS in file.name for file in files)
        likely = [f for f in telling(files) if has_suffix(f) and not f.name.startswith(RECORDS)]
        if likely and not has_events and likely[0].name in TELLING:
            return True
        loose += len(likely)
    return loose >= FEW_LOGS


def walked(folder: Path) -> Iterator[tuple[Path, list[str], list[Path]]]:
    """Yield each folder with the names of those in it, which may be pruned, and its files; no links lead out of it."""
    seen = 0
    for name, below, names in os.walk(folder):
        here = Path(name)
        seen += len(below) + len(names)
        if seen > MOST_ENTRIES:
            return
        is_deepest = len(here.relative_to(folder).parts) >= DEPTH
        below[:] = [] if is_deepest else sorted(b for b in below if not b.startswith((".", "__")))
        files = [here / n for n in sorted(names)]
        yield here, below, [file for file in files if file.is_file() and not file.is_symlink()]


def telling(files: Sequence[Path]) -> list[Path]:
    """Of the files in one folder, the one that trainers write their measurements to, else all that may be logs."""
    names = {file.name: file for file in files}
    if best := next((names[name] for name in TELLING if name in names), None):
        return [best]
    return [f for f in files if has_suffix(f) and f.name.lower() not in NO_LOGS and EVENTS not in f.name]


def _opened(file: Path, formats: Sequence[LogFormat]) -> Found | None:
    try:
        source = Source(file)
        best = _best(source, formats, file.name not in TELLING)
    except LogError:
        return None
    if best is None:
        return None
    return Found(file, best, Source(file) if source.is_cut else source)  # what was read of large files is not kept


def _best(source: Source, formats: Sequence[LogFormat], must_have_losses: bool = False) -> LogFormat | None:
    """The format that fits best; of tables only those with a loss by name, where it must have one."""
    if not source.is_folder and not source.head:
        return None
    for match, best in best_first(source, formats):
        if match < LEAST_MATCH:
            return None
        if not (must_have_losses and best.name == ANY_TABLE and not _has_losses(source)):
            return best
    return None


def _has_losses(source: Source) -> bool:
    """Whether a table has a column that is named as a loss; a data set is a table too."""
    dialect = source.dialect
    return dialect is None or bool(loss_columns(dialect.names))
