"""Repositories of Aim."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled, LogError
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

HOME = ".aim"
PARTS = ("meta", "seqs")
MOST_RUNS = 1000
LARGEST = 4 << 30
_ROLES = ("subset", "split", "phase", "stage", "set")


class AimRepo(LogFormat):
    """Each run with its metrics by step, read by Aim's own package from a copy, since opening a repository changes it.

    Aim keeps values in the order of a hash of their steps; they are put in that of the steps. The trees of a run are
    asked for by its name: what goes over all runs finds none that is not in the index, as after a crash.
    """

    name = "aim_repo"
    clues = ()
    title = "Aim"
    about = N_("a folder with a repository of Aim, .aim: every run with its metrics by step (needs the package “aim”)")

    def matches(self, source: Source) -> float:
        return 0.95 if source.is_folder and _home(source.path) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        home = _home(source.path)
        if home is None:
            raise LogError(_("{path}: no numbers were found").format(path=source.given))
        aim = _package(source)
        with tempfile.TemporaryDirectory(prefix="overshoot-aim-") as folder:
            copy = _copied(home, Path(folder), source)
            try:
                sheets = list(_sheets(aim.Repo(str(copy)), progress))
            except Cancelled:
                raise
            except Exception as error:  # its layers have no common exception
                reason = f"{type(error).__name__}: {error}"[:200]
                message = _("{path}: Aim cannot read this repository: {reason}")
                raise LogError(message.format(path=source.given, reason=reason)) from None
        if not sheets:
            raise LogError(_("{path}: no numbers were found").format(path=source.given))
        return sheets


def _home(folder: Path) -> Path | None:
    """The repository that a folder is or has."""
    for place in (folder / HOME, folder):
        if all((place / part / "chunks").is_dir() for part in PARTS):
            return place
    return None


def _package(source: Source) -> Any:
    try:
        import aim
    except ImportError:
        message = _(
            "{path}: reading it needs the package “aim” (pip install aim); or save its metrics in Python: {code}"
        )
        code = 'pandas.concat(m.dataframe() for m in run.metrics()).to_csv("metrics.csv")'
        raise LogError(message.format(path=source.given, code=code)) from None
    return aim


def _copied(home: Path, folder: Path, source: Source) -> Path:
    """A copy of a repository: Aim deletes an index that it takes for damaged, and rewrites what it reads."""
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file() and not file.is_symlink())
    if size > LARGEST:
        message = _("{path}: not opened, because it expands to more than {limit} MB")
        raise LogError(message.format(path=source.given, limit=f"{LARGEST >> 20}"))
    shutil.copytree(home, folder / HOME, symlinks=True)
    return folder


def _sheets(repo: Any, progress: Progress | None) -> Iterator[Sheet]:
    names = sorted(repo.list_all_runs())[:MOST_RUNS]
    for done, name in enumerate(names):
        if progress is not None and not progress(done / len(names)):
            raise Cancelled
        held = repo.request_tree("meta", name, read_only=True).subtree("meta").subtree("chunks").subtree(name)
        meta = held.collect()
        numbers = list(_numbers(repo, name, meta))
        if numbers:
            sheet = sheet_of_tags(numbers)
            sheet.title = clean_name(str(meta.get("name") or name)) if len(names) > 1 else None
            sheet.settings = canonical(meta.get("attrs", {}))
            sheet.setting_sources = dict.fromkeys(sheet.settings, HOME)
            yield sheet


def _numbers(repo: Any, name: str, meta: dict[Any, Any]) -> Iterator[TaggedNumber]:
    series = repo.request_tree("seqs", name, read_only=True).subtree("seqs")
    for context, traces in meta.get("traces", {}).items():
        words = meta.get("contexts", {}).get(context) or {}
        for metric, trace in traces.items():
            if trace.get("dtype") not in ("float", "int", "number"):
                continue
            version = series.subtree("v2") if trace.get("version") == 2 else series
            held = version.subtree("chunks").subtree(name).subtree((context, metric))
            tag = clean_name("/".join([*_role(words), str(metric)]))
            yield from _of_trace(held, trace, tag)


def _of_trace(held: Any, trace: dict[Any, Any], tag: str) -> Iterator[TaggedNumber]:
    """Yield the numbers of a metric; where it is kept by step alone, the steps are the places."""
    values = dict(held.array("val").items())
    steps = dict(held.array("step").items()) if trace.get("version") == 2 else {place: place for place in values}
    times = dict(held.array("time").items()) if trace.get("version") == 2 else {}
    rows = sorted((float(steps[place]), place) for place in values if place in steps)
    for step, place in rows:
        yield TaggedNumber(float(times.get(place) or 0.0), step, tag, _number(values[place]))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _role(words: dict[str, Any]) -> list[str]:
    """The words of a context that tell its data, before the name of the metric."""
    return [str(words[key]) for key in sorted(words, key=lambda k: (k not in _ROLES, k))]
