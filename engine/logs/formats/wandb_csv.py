"""CSV export of a Weights & Biases panel."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.sheet import Sheet
from engine.logs.source import Source

_SEPARATOR = " - "
_BOUNDS = ("__MIN", "__MAX")


class WandbCsv(DelimitedText):
    """One column ``run - metric`` per run, with ``__MIN`` and ``__MAX``; each becomes a run."""

    name = "wandb_csv"
    clues = ("__MIN", "__MAX")
    title = N_("Weights & Biases CSV export")
    about = N_("columns “run - metric” with __MIN and __MAX; each becomes a separate run")

    def fit(self, dialect: Dialect, source: Source) -> float:
        bounded = [n for n in dialect.names if n.endswith(_BOUNDS)]
        return 0.95 if bounded and any(_SEPARATOR in n for n in dialect.names) else 0.0

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        runs: dict[str, list[str]] = defaultdict(list)
        for name in sheet.columns:
            run, cut, metric = name.rpartition(_SEPARATOR)
            if cut and not name.endswith(_BOUNDS) and not metric.startswith("_"):
                runs[run].append(name)
        shared = {n: c for n, c in sheet.columns.items() if _SEPARATOR not in n}
        return [self._run(sheet, shared, run, names, len(runs) > 1) for run, names in runs.items()] or [sheet]

    @staticmethod
    def _run(sheet: Sheet, shared: dict, run: str, names: list[str], is_titled: bool) -> Sheet:
        own = {name.rpartition(_SEPARATOR)[2]: sheet.columns[name] for name in names}
        losses = tuple(own) if len(own) == 1 else None  # a panel shows one metric, which is the series
        return replace(sheet, columns={**shared, **own}, losses=losses, title=run if is_titled else None)
