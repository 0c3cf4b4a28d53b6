"""The clues of every event that a fault made, for the fit."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from engine.detectors.watch import Watch
from engine.diagnosis.clues import clues
from engine.diagnosis.facts import Facts
from engine.diagnosis.ranking import stated
from engine.logs import open_log
from engine.probes.confirm import confirmed
from tools.faultlab.matching import fitting
from tools.faultlab.measure import columns_of
from tools.faultlab.store import read_shard, write_csv


@dataclass(frozen=True)
class _Found:
    kind: str
    start: float
    end: float
    severity: str
    confidence: float
    event: Any


def gather(folder: Path, workers: int = 1) -> None:
    """Read the clues of every shard that has none yet."""
    jobs = [path for path in sorted(folder.glob("*.npz")) if not path.with_suffix(".clues").exists()]
    with Pool(workers) as pool:
        for path, count in pool.imap_unordered(_shard, jobs):
            print(f"{path.name}: {count} events", flush=True)


def _shard(path: Path) -> tuple[Path, int]:
    records = [record for run in read_shard(path) if run["label"]["fault"] for record in of_run(run)]
    path.with_suffix(".clues").write_text("\n".join(map(json.dumps, records)))
    return path, len(records)


def of_run(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the clues of each event of a run that its fault made, the gravest first."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "log.csv"
        write_csv(run, path)
        opened = open_log(str(path))[0]
    watch = Watch(opened.table, opened.series, opened.clock)
    watch.finish()
    steps, label = run["columns"]["step"], run["label"]
    label |= {"onset_step": float(steps[min(label["onset"], len(steps) - 1)])}
    listed = [
        _Found(e.kind.value, opened.x_at(e.start), opened.x_at(e.end), e.severity.value, e.confidence, e)
        for e in watch.listed
    ]
    for place_, found in enumerate(fitting(label, listed, float(steps[-1]))):
        facts = Facts(confirmed(found.event, opened), opened, watch.listed)
        kept = {"name": run["name"], "kind": found.kind, "place": place_, "series": found.event.series}
        about = {key: label[key] for key in ("fault", "accepted", "family", "optimizer", "schedule", "cadence", "face")}
        told = {name: round(value, 5) for name, value in clues(facts).items()}
        said = {cause: round(share, 6) for cause, share in stated(facts).items()}
        yield kept | about | {"columns": columns_of(run), "clues": told, "stated": said}


def gathered(folder: Path) -> list[dict[str, Any]]:
    """All that was gathered."""
    texts = [path.read_text() for path in sorted(folder.glob("*.clues"))]
    texts += [gzip.decompress(path.read_bytes()).decode() for path in sorted(folder.glob("*.clues.gz"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]
