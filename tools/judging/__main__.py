"""Fit the judges of events, or measure them on owners that they were not fitted on.

    python -m tools.judging FOLDER ... [--also FOLDER ...] [--app "PYTHON main.py"]    nested cross-validation
    python -m tools.judging FOLDER ... [--also FOLDER ...] --fit                       first writes the judges

A folder holds ``labels.csv``, ``series/ID__COLUMN.csv`` and ``manifest.csv`` (whose logs they are). Series of
``--also``,
which are nobody's, serve to fit only. Owners are dealt into five folds; on the other four everything is chosen anew, by
an inner cross-validation by owner: the twenty features of a judge, its form, weights, threshold and calibration.
Figures
are those of ``scoring``; with ``--app`` those of another build on the same series stand beside them.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.detectors.claims.judges import JUDGES_FILE, Judge
from engine.table import Floats
from tools.judging.choosing import FOLDS, folds, tell
from tools.judging.corpora import Labelled, corpora
from tools.judging.fitting import SIGNS
from tools.judging.kept import DRAWN_BY, QUIET_BY, kept
from tools.judging.missed import table
from tools.judging.recording import Recorded, record
from tools.judging.scoring import FIGURES, Said, by_kind, figures, intervals, is_near, labels_of, tally
from tools.judging.silence import Quiet, quiet_curves
from tools.judging.simulated import simulated
from tools.judging.together import judges_of

NAMES = tuple(SIGNS)
SIMULATED = 600  # curves
NUMBERS = ("intercept", "threshold", "again", "perhaps", "scale", "shift", "known")  # of a judge, in the file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--also", nargs="*", type=Path, default=[], help="folders to fit on only")
    parser.add_argument("--app", help="another build, to be scored on the same series")
    parser.add_argument("--fit", action="store_true", help="first fit on all folders and write the judges")
    parser.add_argument("--seed", type=int, default=0, help="of the folds")
    parser.add_argument("--kinds", action="store_true", help="also a table of kinds")
    parser.add_argument("--missed", action="store_true", help="also what became of the labels of each kind")
    parser.add_argument("--owners", type=int, nargs="*", help="a learning curve: owners to fit on")
    given = parser.parse_args()
    tell("recording what detectors propose ...")
    scored = kept("scored", given.folders, lambda: [record(series) for series in corpora(given.folders)])
    extra = kept("also", given.also, lambda: [record(series, is_scored=False) for series in corpora(given.also)])
    extra += kept("simulated", (), _simulated, DRAWN_BY)
    quiet = kept("quiet", (), quiet_curves, QUIET_BY)
    if given.fit:
        JUDGES_FILE.write_text(file_of(judges_of([*scored, *extra], NAMES, given.seed, quiet), scored), "utf-8")
    for count in given.owners or [0]:
        _measure(scored, extra, quiet, given, count)


def _simulated() -> list[Recorded]:
    return [record(series, [run], is_scored=False) for series, run in simulated(SIMULATED)]


def _measure(
    scored: Sequence[Recorded],
    extra: Sequence[Recorded],
    quiet: Sequence[Quiet],
    given: argparse.Namespace,
    count: int,
) -> None:
    judges = nested(scored, extra, quiet, given.seed, count)
    said = [one.said(own) for one, own in zip(scored, judges, strict=True)]
    series = [one.series for one in scored]
    if count:
        print(f"{count} owners", end=": ")
    print_figures("new", series, said, given)
    print_calibration(series, said)
    if given.missed:
        print("\n".join("    " + line for line in table(scored, judges)))
    if given.app:
        print_figures("other build", series, _said_by(given.app, series), given)


def nested(
    scored: Sequence[Recorded], extra: Sequence[Recorded], quiet: Sequence[Quiet], seed: int, count: int = 0
) -> list[Mapping[str, Judge]]:
    """For each series the judges that were fitted and chosen without its owner."""
    fold = folds([one.series.owner for one in scored], FOLDS, seed)
    by_fold: list[Mapping[str, Judge]] = []
    for k in range(FOLDS):
        owners = sorted({one.series.owner for one in scored if fold[one.series.owner] != k})
        if count:
            owners = list(np.random.default_rng(seed + k).permutation(owners)[:count])
        kept = [one for one in scored if one.series.owner in set(owners)]
        judges = judges_of([*kept, *extra], NAMES, seed, quiet)
        tell(
            f"fold {k + 1}: "
            + ", ".join(
                f"{name} {judge.way} {judge.threshold:.2f} ({judge.again:.1f})" for name, judge in judges.items()
            )
        )
        by_fold.append(judges)
    return [by_fold[fold[one.series.owner]] for one in scored]


def print_figures(
    name: str, series: Sequence[Labelled], said: Sequence[Sequence[Said]], given: argparse.Namespace
) -> None:
    counts = np.array([tally(one, events) for one, events in zip(series, said, strict=True)])
    owners = [one.owner for one in series]
    spans = intervals(counts, owners)
    total = figures(counts.sum(axis=0))
    print(f"{name}: " + "  ".join(f"{f} {total[f]:.3f} [{spans[f][0]:.2f} {spans[f][1]:.2f}]" for f in FIGURES))
    print(f"    clean {counts[:, -3].sum():.0f} of {counts[:, -4].sum():.0f} surely healthy series")
    for folder in sorted({one.path.parent.parent for one in series}):
        part = counts[[one.path.parent.parent == folder for one in series]]
        print(f"    {folder.name:12}" + "  ".join(f"{f} {v:.3f}" for f, v in figures(part.sum(axis=0)).items()))
    fold = folds(owners, FOLDS, given.seed)
    for k in range(FOLDS):
        part = counts[[fold[owner] == k for owner in owners]]
        print(f"    fold {k + 1}      " + "  ".join(f"{f} {v:.3f}" for f, v in figures(part.sum(axis=0)).items()))
    if given.kinds:
        print("\n".join("    " + line for line in by_kind(counts.sum(axis=0))))


def print_calibration(series: Sequence[Labelled], said: Sequence[Sequence[Said]]) -> None:
    """Of claims said at some confidence, how many hold."""
    pairs: list[tuple[float, bool]] = []
    for one, events in zip(series, said, strict=True):
        sure, doubtful = labels_of(one)
        for event in events:
            if event.kind not in doubtful:
                held = any(is_near(one, event.start, start) for start in sure.get(event.kind, ()))
                pairs.append((event.confidence, held))
    found: Floats = np.array(pairs, float)
    for low, high in ((0, 0.4), (0.4, 0.55), (0.55, 0.7), (0.7, 0.85), (0.85, 1.01)):
        inside = found[(found[:, 0] >= low) & (found[:, 0] < high)]
        if len(inside):
            print(f"    said at {inside[:, 0].mean():.2f}: {len(inside):4} claims, {inside[:, 1].mean():.2f} hold")


def _said_by(app: str, series: Sequence[Labelled]) -> list[list[Said]]:
    """What another build says, by its command line."""
    found: list[list[Said]] = []
    for at in range(0, len(series), 20):
        part = series[at : at + 20]
        done = subprocess.run(
            [*shlex.split(app), "diagnose", "--json", *(str(one.path) for one in part)],
            capture_output=True,
            text=True,
            check=False,
        )
        records = [json.loads(line) for line in done.stdout.splitlines()]
        found += [_events(one, [r for r in records if r["file"] == str(one.path)]) for one in part]
    return found


def _events(one: Labelled, records: Sequence[Mapping[str, object]]) -> list[Said]:
    found = []
    for record_ in records:
        for event in record_.get("events", ()):  # type: ignore[attr-defined]
            if not one.is_paired or record_["series"] == "val_loss" or event["kind"] == "overfitting":
                start = event["start"] if isinstance(event["start"], int | float) else None
                found.append(Said(event["kind"], start, event["severity"], event["confidence"]))
    return found


def file_of(judges: Mapping[str, Judge], scored: Sequence[Recorded]) -> str:
    """The judges as JSON, with what they were fitted on."""
    owners = len({one.series.owner for one in scored})
    record_ = {
        "fitted_by": "python -m tools.judging FOLDER ... --also tests/data/trainings --fit",
        "fitted_on": f"{len(scored)} labelled series of {owners} owners, labelled trainings, simulated curves",
        "fitted_in": f"{datetime.datetime.now(datetime.UTC):%Y-%m}",
        "what": "for each judge the edges and weights of its features; docs/detection.md has the figures",
        "judges": {name: _record(judge) for name, judge in judges.items()},
    }
    return json.dumps(record_, indent=1) + "\n"


def _record(judge: Judge) -> dict[str, object]:
    features = {
        name: {"edges": [round(v, 4) for v in edges], "weights": [round(v, 4) for v in weights]}
        for name, edges, weights in zip(judge.names, judge.edges.tolist(), judge.weights.tolist(), strict=True)
    }
    numbers = {
        key: getattr(judge, key) for key in ("intercept", "threshold", "again", "perhaps", "scale", "shift", "known")
    }
    return {"way": judge.way.value, **{key: round(value, 4) for key, value in numbers.items()}, "features": features}


if __name__ == "__main__":
    main()
