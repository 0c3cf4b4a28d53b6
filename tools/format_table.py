"""Writes ``docs/formats.md``, the formats and versions that were checked: ``python -m tools.format_table``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "data" / "formats"
FILE = ROOT / "docs" / "formats.md"
HEAD = """# Formats that were checked

Each row is a log that the library of this version wrote, or that was rebuilt from its documentation where that is said.
The file, what must be read of it (every series with its role, partner, x and values, not-a-number and infinity
included), and the script that pins the library and lets it write lie in `tests/data/formats`; a test compares them
number for number. `python -m tools.format_table` writes this page.

| written by | case | opened | x | series: points | runs |
|---|---|---|---|---|---|
"""

FOOT = """
## What no reader can bring back

- ClearML writes 0 for NaN and infinity unless told otherwise (`findings/clearml-logs-nan-as-zero.sh`).
- The Trainer of Hugging Face writes 0 for a loss that is not a number; the gradient norm beside it is NaN, and the loss
  is judged by it.
- The event files of Ray Tune leave such values out (`findings/ray-event-files-leave-out-nan.sh`); `result.json` beside
  them is read instead.
- The cells of a worksheet hold neither NaN nor infinity.
- Aim keeps its runs in RocksDB, which only its own package opens (`pip install aim`); it is read from a copy, since
  opening a repository changes it, and the values are put in the order of their steps, which Aim does not keep
  (`findings/aim-metric-values-are-in-hash-order.sh`). The package needs an older `filelock` than `constraints.txt`
  names, so that its tests run where it is installed.
- Optuna before version 3 could not store NaN and infinity; Neptune refuses them.
- Where a bar counts batches and its loss is shown once in several, redraws with an unchanged loss at an unchanged count
  cannot be told from a loss that came out equal; they are left out, with a warning that says how many.

## What is guessed, and what is left out

Whatever a reader skips, guesses or cuts is a warning with the numbers of its lines, in the import dialog and in
`read --json` and `diagnose --json` as `"warnings"`: redraws of progress bars, lines that repeat the best iteration,
evaluations told only by the lines around them, columns and roles that no name tells, commas read as decimal signs,
lines joined that a window had cut at its width, rows with fewer cells than the header.

![The import dialog with its warnings](images/import-warnings-light.png)

A notebook with three trainings is three runs, and a folder with 500 logs of 12 kinds a table of as many runs, read in
2.6 s of processor time (`tools/screenshots/crowd.py` writes one).

![A notebook with three trainings](images/notebook-light.png)
![A folder with 500 logs of 12 kinds](images/folder-light.png)

## Binary files

The records of TensorBoard and VisualDL, the framed messages of W&B and SwanLab, and the databases of MLflow, Trackio
and Optuna are read by their documented layout, without the tracker's own package and with a bound on work and memory.
Nothing is unpickled. A damaged record is skipped, with a warning; the unfinished end of a file that is still written is
no damage.
"""


def cases() -> list[Path]:
    """The folders of the cases, by name."""
    return sorted(path.parent for path in CASES.glob("*/truth.json"))


def row(case: Path) -> str:
    """The line of a case."""
    truth: dict[str, Any] = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    runs = truth["runs"]
    series = ", ".join(f"{name}: {len(found['values'])}" for name, found in runs[0]["series"].items())
    made = truth["library"] if truth["made"] == "written by it" else f"{truth['library']}, {truth['made']}"
    x = ", ".join(dict.fromkeys(run["x"] for run in runs))
    return f"| {made} | {case.name} | {truth['open'] or 'the folder'} | {x} | {series} | {len(runs)} |"


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(map(row, cases())) + "\n" + FOOT


def main() -> None:
    FILE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
